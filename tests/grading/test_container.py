"""The grading container, started as docs/container.md says: `make container` builds the image and runs this."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.course.bundle import read_bundle
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from tests.programs.gradescope import write_attack
from tests.support.compose import ROOT

pytestmark = [pytest.mark.container, pytest.mark.slow, pytest.mark.timeout(600)]

sys.path.append(str(ROOT / "autograder" / "container"))
import build_image as builder  # noqa: E402 (a script beside the Containerfile, not a package)

IMAGE = "notegrad:cpu"
HARDENED = (
    "--network=none", "--read-only", "--tmpfs=/tmp:rw,size=1g,mode=1777,exec", "--cap-drop=all",
    "--security-opt=no-new-privileges", "--memory=4g", "--pids-limit=512",
)  # fmt: skip
AS_USER = ("--security-opt=unmask=ALL",)
AS_ROOT = (
    "--user=0", "--cap-add=SETUID", "--cap-add=SETGID", "--cap-add=KILL", "--cap-add=CHOWN", "--cap-add=SETPCAP",
    "--cap-add=DAC_OVERRIDE",
)  # fmt: skip
BUNDLE = ROOT / "autograder" / "tp2-memoire.zip"
EXAMPLES = ROOT / "examples" / "tp2-memoire"
LIMITS = """
import glob, os, socket, subprocess
def refused(action):
    try: action(); return False
    except OSError: return True
print({
    "root is read-only": refused(lambda: open("/opt/notegrad/x", "w")),
    "no network": refused(lambda: socket.create_connection(("192.0.2.1", 80), 1)),
    "no new privileges": "NoNewPrivs:\\t1" in open("/proc/self/status").read(),
    "memory": [open(p).read().strip() for p in ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max")
               if os.path.exists(p)],
    "pids": [open(p).read().strip() for p in ("/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/pids.max") if os.path.exists(p)],
})
"""


@pytest.fixture(scope="module")
def engine() -> str:
    path = shutil.which("podman") or shutil.which("docker")
    if path is None or subprocess.run([path, "image", "inspect", IMAGE], capture_output=True).returncode:
        pytest.skip(f"there is no image {IMAGE} here: `make container` builds it")
    return path


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three honest notebooks and an attack that looks for tests, beside the bundle."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "class").mkdir()
    for name in ("andré-léa", "durand-alice", "perrin-ulysse"):
        shutil.copy(EXAMPLES / f"{name}.ipynb", folder / "class")
    for attack in ("disk_tests", "proc_scan"):
        write_attack(attack, read_bundle(BUNDLE), folder / "class")
    shutil.copy(BUNDLE, folder)
    for path in (folder.parent.parent, folder.parent, folder):
        path.chmod(0o755)  # the container's user is not ours
    yield folder


def run(
    engine: str,
    *words: str,
    entrypoint: str | None = None,
    mounts: tuple[str, ...] = (),
    rights: tuple[str, ...],
) -> str:
    command = [
        engine,
        *builder.runtime_options(engine),
        "run",
        "--rm",
        *builder.ulimits(),
        *HARDENED,
        *rights,
    ]
    command += [f"--volume={mount}" for mount in mounts]
    command += [f"--entrypoint={entrypoint}"] if entrypoint else []
    done = subprocess.run([*command, IMAGE, *words], capture_output=True, text=True)
    assert done.returncode in (0, 5), done.stderr
    return done.stdout


@pytest.mark.parametrize(("rights", "tier"), [(AS_USER, "userns"), (AS_ROOT, "no-namespaces")])
def test_scores_inside_are_those_outside(
    engine: str, handed_in: Path, tmp_path: Path, rights: tuple[str, ...], tier: str
) -> None:
    """Either way of starting it grades honest and hostile notebooks as outside, student code confined in its tier."""
    tmp_path.chmod(0o777)
    for path in (tmp_path.parent, tmp_path.parent.parent):
        path.chmod(0o755)
    mounts = (f"{handed_in}:/work:ro", f"{tmp_path}:/out")
    said = run(
        engine, "grade", "tp2-memoire.zip", "class", "--out", "/out", "--json", "--workers", "1", mounts=mounts, rights=rights
    )  # fmt: skip
    assert json.loads(said)
    inside = {
        path.parent.name: json.loads(path.read_text()) for path in tmp_path.glob("results/*/results.json")
    }
    with Grader(read_bundle(handed_in / BUNDLE.name)) as grader:
        outside = {s.id: grader.grade(s).score for s in read_submissions([handed_in / "class"])}
    assert {name: document["score"] for name, document in inside.items()} == pytest.approx(outside)
    assert {document["extra_data"]["notegrad"]["tier"] for document in inside.values()} == {tier}
    assert outside["disk_tests"] == outside["proc_scan"] == 0


def test_the_host_limits_the_container(engine: str) -> None:
    """Memory, processes, network, rights and the root are the host's to limit, and are limited."""
    said = run(engine, "-c", LIMITS, entrypoint="python", rights=AS_USER)
    facts = eval(said)  # our own program's dictionary
    assert facts["root is read-only"] and facts["no network"] and facts["no new privileges"], facts
    assert str(4 << 30) in facts["memory"], facts
    assert "512" in facts["pids"], facts


def test_the_health_check_tells_what_is_missing(engine: str) -> None:
    """`notegrad doctor` passes where student code can be confined, and says so where stock rights forbid it."""
    assert "userns" in run(engine, "doctor", rights=AS_USER)
    assert "FAIL" in run(engine, "doctor", rights=())
