"""Builds the grading container with podman or docker, whichever is there: `make container`, `make image`.

What goes in is prepared here: the wheel of this very notegrad, the pinned versions, `run_autograder`. pip
inside takes packages from where pip takes them outside: its configuration, and the folders that it names,
are mounted for the build and are not in the image. Where the base image can be had from nowhere (no
registry), one is made from the distribution's own packages: with `--debootstrap`, or when the base cannot
be pulled.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import notegrad
from notegrad.authoring.wheel import own_wheel

HERE = Path(__file__).resolve().parent
DEFAULT_BASE = "debian:bookworm-slim"
OWN_BASE = "localhost/notegrad-base:bookworm"
RELEASE = "bookworm"
PACKAGES = "python3,python3-venv,ca-certificates"
SERVER_PACKAGES = "postgresql-client"  # pg_dump, which `notegrad backup` calls


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the context, find or make the base, build; the exit status is the builder's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", help="podman or docker; default: the first that works")
    parser.add_argument("--base", default=DEFAULT_BASE, help="image to build on (%(default)s)")
    parser.add_argument("--debootstrap", action="store_true", help=f"make the base {OWN_BASE} first")
    parser.add_argument("--variant", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--pip-options", default="", help="added to each pip install, such as an index of builds"
    )
    parser.add_argument(
        "--extras", default="", help="extras of notegrad, such as server,sso: the image of the upload page"
    )
    parser.add_argument(
        "--tag", help="name of the image; default: notegrad:VARIANT, or notegrad:server[-cuda]"
    )
    options = parser.parse_args(arguments)
    engine = options.engine or find_engine()
    base = OWN_BASE if options.debootstrap else options.base
    if not has_base(engine, base):
        base = make_base(engine)
    with tempfile.TemporaryDirectory(prefix="notegrad-container-") as folder:
        context = Path(folder)
        prepare(context)
        command = [
            engine,
            "build",
            "--file",
            str(HERE / "Containerfile"),
            "--tag",
            options.tag or default_tag(options.variant, options.extras),
        ]
        command += ["--build-arg", f"BASE={base}", "--build-arg", f"VARIANT={options.variant}"]
        command += ["--build-arg", f"EXTRAS={options.extras}"]
        command += ["--build-arg", f"PACKAGES={SERVER_PACKAGES if is_server(options.extras) else ''}"]
        command += ["--build-arg", f"PIP_OPTIONS={options.pip_options}"]
        if Path(engine).name == "podman":
            command += ["--format", "docker", "--network", "host", *ulimits(), *pip_mounts(context)]
            command[1:1] = runtime_options(engine)
        return subprocess.run([*command, str(context)], check=False).returncode


def is_server(extras: str) -> bool:
    """Whether the image is the upload page's."""
    return not {"server", "sso"}.isdisjoint(extras.split(","))


def default_tag(variant: str, extras: str) -> str:
    """The name of an image where none is given."""
    if not is_server(extras):
        return f"notegrad:{variant}"
    return "notegrad:server" if variant == "cpu" else f"notegrad:server-{variant}"


def find_engine() -> str:
    """The first engine that answers; a docker client without a daemon does not."""
    for name in ("podman", "docker"):
        path = shutil.which(name)
        if path and subprocess.run([path, "info"], capture_output=True, check=False).returncode == 0:
            return path
    sys.exit(
        "notegrad: neither podman nor docker works here: install podman (Debian, Ubuntu: apt install podman)"
    )


def runtime_options(engine: str) -> list[str]:
    """Take runc where both kinds of control groups are mounted: crun refuses that ("hybrid mode")."""
    said = subprocess.run([engine, "info"], capture_output=True, text=True, check=False).stdout
    hybrid = "cgroupVersion: v1" in said and Path("/sys/fs/cgroup/unified").is_dir()
    return ["--runtime", shutil.which("runc") or "runc"] if hybrid else []


def ulimits() -> list[str]:
    """No more than this process has: podman asks for more by default, which some hosts refuse."""
    words = []
    for name, kind in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
        hard = resource.getrlimit(kind)[1]
        most = 4096 if hard == resource.RLIM_INFINITY else min(hard, 20_000)
        words += ["--ulimit", f"{name}={most}:{most}"]
    return words


def prepare(context: Path) -> None:
    """What the Containerfile copies."""
    name, wheel = own_wheel()
    (context / name).write_bytes(wheel)
    scripts = Path(notegrad.__file__).resolve().parent / "authoring" / "autograder"
    for copied in ("constraints.txt", "run_autograder"):
        shutil.copyfile(scripts / copied, context / copied)


def pip_mounts(context: Path) -> list[str]:
    """Mounts that give pip in the build what it has here: configuration, packages, certificates."""
    settings = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    lines, folders = ["[global]"], set()
    for line in settings.splitlines():
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2].lower().replace("_", "-")
        if name not in ("find-links", "extra-index-url", "index-url", "timeout", "no-index", "trusted-host"):
            continue
        text = value.strip("'\"").replace("\\n", " ")
        lines.append(f"{name} = {text}")
        named = {Path(p) for p in re.findall(r"(?:^|\s|file://)(/[\w./-]+)", text) if Path(p).is_dir()}
        folders |= {p.parent if p.name == "simple" else p for p in named}  # an index links to files beside it
    mounts = [f"{folder}:{folder}:ro" for folder in sorted(folders)]
    certificates = os.environ.get("SSL_CERT_FILE", "")
    if Path(certificates).is_file():
        lines.append(f"cert = {certificates}")
        mounts.append(f"{certificates}:{certificates}:ro")
    (context / "pip.conf").write_text("\n".join([*dict.fromkeys(lines), ""]), "utf-8")
    mounts.append(f"{context / 'pip.conf'}:/etc/pip.conf:ro")
    return [word for mount in mounts for word in ("--volume", mount)]


def has_base(engine: str, base: str) -> bool:
    """Whether the base is here or can be pulled."""
    if _succeeds(engine, "image", "inspect", base):
        return True
    return base != OWN_BASE and _succeeds(engine, "pull", "--quiet", base)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def make_base(engine: str) -> str:
    """A base from the distribution's packages; needs root and debootstrap."""
    if _succeeds(engine, "image", "inspect", OWN_BASE):
        return OWN_BASE
    tool = shutil.which("debootstrap")
    if tool is None or os.geteuid() != 0:
        sys.exit(
            "notegrad: the base image cannot be pulled; name one that is here with --base, or install "
            "debootstrap and run as root, to make one from Debian's packages"
        )
    with tempfile.TemporaryDirectory(prefix="notegrad-base-") as folder:
        tree, archive = Path(folder) / "tree", Path(folder) / "base.tar"
        subprocess.run([tool, "--variant=minbase", f"--include={PACKAGES}", RELEASE, str(tree)], check=True)
        for waste in (
            "var/cache/apt",
            "var/lib/apt/lists",
            "usr/share/doc",
            "usr/share/man",
            "usr/share/locale",
        ):
            shutil.rmtree(tree / waste, ignore_errors=True)
        subprocess.run(["tar", "--numeric-owner", "-C", str(tree), "-cf", str(archive), "."], check=True)
        subprocess.run([engine, "import", str(archive), OWN_BASE], check=True)
    return OWN_BASE


if __name__ == "__main__":
    sys.exit(main())
