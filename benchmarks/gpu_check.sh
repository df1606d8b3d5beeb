#!/bin/sh
# Tests and benchmark on a machine with a GPU and a Python that has torch, but not the rest of what we need:
#   sh benchmarks/gpu_check.sh [FOLDER OF WHEELS]
# Nothing is fetched, and nothing is installed but into a folder of its own (NOTEGRAD_GPU_VENV).
wheels=${1:-.whl}
venv=${NOTEGRAD_GPU_VENV:-/opt/notegrad-gpu}
export PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

python3 -m venv --without-pip "$venv" || exit 1
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || exit 1
python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$site/torch.pth"
if [ -d "$wheels" ]; then
    python3 -m pip install -q --no-index --no-deps --no-compile --no-cache-dir --upgrade --target "$site" \
        "$wheels"/*.whl || exit 1
fi
export PYTHONPATH="$PWD/src"
py="$venv/bin/python"

echo "== machine"
uname -r; nvidia-smi -L; ls -l /dev/nvidia* 2>/dev/null; echo "LD_LIBRARY_PATH=$LD_LIBRARY_PATH"
"$py" -c 'import sys, torch, numpy; print(sys.version, torch.__version__, numpy.__version__, torch.cuda.is_available())' || exit 1
"$py" -c 'from notegrad.mirror.memory import gpu_memory as g; print("cudart:", g._library)'
"$py" -c 'import sys; from notegrad.cli.main import main; sys.exit(main())' doctor

echo "== benchmark"
bundle=autograder/tp2-memoire.zip
if [ -f "$bundle" ]; then
    set -- --bundle "$bundle" --submissions examples/tp2-memoire/martin-beno*.ipynb \
        examples/tp2-memoire/fontaine*.ipynb examples/tp2-memoire/faure*.ipynb
else
    set --
fi
timeout 250 "$py" benchmarks/gpu.py "$@"
echo "benchmark: status $?"

echo "== tests"
timeout 200 "$py" -m pytest -m gpu tests/grading/test_gpu.py -q -p no:cacheprovider --durations=10
echo "tests: status $?"
timeout 80 "$py" -m pytest tests/grading/test_stepped_mode.py -q -p no:cacheprovider -x -k "not fork"
echo "mode stepped on the CPU: status $?"
