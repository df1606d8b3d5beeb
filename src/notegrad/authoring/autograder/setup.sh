#!/usr/bin/env bash
# Gradescope runs this as root, once, when it builds the autograder's image: it makes a Python environment with
# what grading needs. There is no network later, when submissions are graded. Running it again changes nothing.
#
# pip takes packages from the index that it is configured for; `pip_options.txt` holds what the course adds.
#   NOTEGRAD_VENV      where the environment goes (/opt/notegrad)
#   NOTEGRAD_PACKAGES  a folder of installed packages to use instead of the network (for trying a bundle)
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=${NOTEGRAD_VENV:-/opt/notegrad}
packages=${NOTEGRAD_PACKAGES:-}
wheel=$(printf '%s\n' "$source"/notegrad-*.whl)
wanted=$(cat "$wheel" "$source/requirements.txt" "$source/constraints.txt" "$source/pip_options.txt" | sha256sum)
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_CACHE_DIR=1

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# A Python of 3.11 or newer that can make environments. Ubuntu 24.04 has 3.12; 22.04 has 3.10, and 3.11 beside it.
find_python() {
    local name
    for name in "${NOTEGRAD_PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if is_new_enough "$name" && "$name" -c 'import ensurepip' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

install_python() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    if is_new_enough python3; then
        apt-get install -y -qq --no-install-recommends python3-venv
    else
        apt-get install -y -qq --no-install-recommends python3.11 python3.11-venv
    fi
}

if [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then
    echo "notegrad: everything is installed in $venv already"
    exit 0
fi

if ! python=$(find_python); then
    if ! { install_python >&2 && python=$(find_python); }; then
        echo "notegrad: needs Python 3.11 or newer, and this image has none: choose Ubuntu 24.04 as base image" >&2
        exit 1
    fi
fi
echo "notegrad: using $python ($("$python" --version))"

rm -rf "$venv"
if [ -n "$packages" ]; then
    "$python" -m venv --without-pip "$venv"
    "$venv/bin/python" -c 'import site, sys; print(sys.argv[1], file=open(site.getsitepackages()[0] + "/packages.pth", "w"))' "$packages"
    "$venv/bin/python" -m pip install --quiet --no-index --no-deps --ignore-installed "$wheel"
else
    "$python" -m venv "$venv"
    mapfile -t options < <(grep -v '^$' "$source/pip_options.txt")
    # the pip of Ubuntu 22.04 is from 2022
    "$venv/bin/python" -m pip install --quiet "${options[@]}" --upgrade 'pip>=24'
    # torch first and alone, so that the build which the options name is there before anything asks for "some torch"
    "$venv/bin/python" -m pip install --quiet --constraint "$source/constraints.txt" "${options[@]}" torch
    "$venv/bin/python" -m pip install --quiet --constraint "$source/constraints.txt" "${options[@]}" \
        --requirement "$source/requirements.txt" "$wheel"
fi

"$venv/bin/notegrad" --version
"$venv/bin/python" - <<'PYTHON'
import os

import torch
from notegrad.sandbox.outside.launch import font_cache

os.environ["MPLCONFIGDIR"] = str(font_cache() or "")
import matplotlib.font_manager  # lists the fonts: here, and not in each run

if torch.version.cuda:
    print("notegrad: CAUTION: this torch is a build for CUDA: large, slow to start and short of memory in a small")
    print("notegrad: container; name an index of CPU builds in gradescope.pip_options (docs/gradescope.md)")
PYTHON
echo "$wanted" >"$venv/installed"
