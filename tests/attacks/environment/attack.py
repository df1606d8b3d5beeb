"""Leaves environment variables, start-up files and modules that shadow torch and otter for processes that start later."""

import os
import site
import sys

code = "import builtins, sys\nbuiltins.OWNED = True\n"
written = []
for folder in (
    os.getcwd(),
    os.path.expanduser("~"),
    "/tmp",
    site.getusersitepackages(),
    sys.prefix,
    *sys.path[:3],
):
    for name in (
        "sitecustomize.py",
        "usercustomize.py",
        "torch.py",
        "otter.py",
        "msgspec.py",
        "owned.pth",
        "conftest.py",
    ):
        try:
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name), "w") as file:
                file.write(code)
            written.append(name)
        except OSError:
            pass
for name in (
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "LD_PRELOAD",
    "PYTHONINSPECT",
    "PYTHONHOME",
    "OTTER_RUN",
    "NOTEGRAD_UNSAFE",
):
    os.environ[name] = os.getcwd()
sys.flags_owned = True
if not __debug__:
    written.append("asserts are off")


def cheat(*args, **kwargs):
    return None


import subprocess

later = subprocess.run(
    [sys.executable, "-c", "import builtins, msgspec; print(hasattr(builtins, 'OWNED'))"],
    capture_output=True,
    text=True,
)
print(
    "ATTACK RAN: wrote",
    len(written),
    "files and variables; a process started now is owned:",
    later.stdout.strip(),
)
