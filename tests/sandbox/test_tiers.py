"""The weaker tiers are tried where they are all that can be had: as an ordinary user, and as root in a box."""

from pathlib import Path

import pytest

from notegrad.errors import SandboxUnavailableError
from notegrad.sandbox.walls import tiers
from tests.attacks import levels

CHECKOUT = Path(__file__).resolve().parents[2]
needs_levels = pytest.mark.skipif(
    bool(levels.why_not("userns")), reason=f"skipped, because {levels.why_not('userns')}"
)


@pytest.fixture
def scratch():
    with levels.scratch_folder() as folder:
        yield folder


ATTACKS = [
    "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={CHECKOUT}", "-c", str(CHECKOUT / "pyproject.toml"), "-rs",
    f"{CHECKOUT}/tests/sandbox/test_confinement.py::test_an_attack_from_a_cell_finds_nothing",
]  # fmt: skip


@needs_levels
def test_an_ordinary_user_gets_the_same_protections_through_a_user_namespace(scratch):
    """Every attack is held in tier userns too."""
    done = levels.run_python("userns", [*ATTACKS, f"--basetemp={scratch}/home/t"], scratch, 100)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "skipped" not in done.stdout


@needs_levels
def test_in_a_container_that_refuses_namespaces_the_uid_protects(scratch):
    """Root without CAP_SYS_ADMIN gets tier no-namespaces, which holds what a uid can hold, and says what it cannot."""
    done = levels.run_python("no-namespaces", [*ATTACKS, f"--basetemp={scratch}/home/t"], scratch, 100)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "not claimed in tier no-namespaces" in done.stdout


SWEEP = """
import os, time
from notegrad.records import Limits
from notegrad.sandbox.outside.sandbox import Sandbox
with Sandbox.start(Limits(), "no-namespaces", server="notegrad.sandbox.inside.echo:serve", ahead=False) as sandbox:
    with sandbox.open(["!setsid sleep 300 &", "import os; open('left', 'w'); x = os.getcwd(), os.getuid()"], (), 0, ["q"]) as execution:
        execution.run_notebook()
        sock = execution.fork("q")
        sock.sendall(b"x\\n")
        directory, uid = eval(sock.recv(1000))
        def alive(): return [p for p in os.listdir("/proc") if p.isdigit() and os.stat(f"/proc/{p}").st_uid == uid]
        print(sandbox.tier, len(alive()), os.path.exists(directory))
    for _ in range(100):
        if not alive(): break
        time.sleep(0.05)
    print(len(alive()), os.path.exists(directory))
"""


@needs_levels
def test_without_namespaces_all_processes_of_the_uid_are_killed_and_its_files_removed(scratch):
    """What a submission started and wrote is gone when it is closed, daemons included."""
    done = levels.run_python("no-namespaces", ["-c", SWEEP], scratch, 100)
    assert done.stdout.splitlines() == ["no-namespaces 3 True", "0 False"], done.stderr


def _refusal(scratch, said):
    """What a program prints of a refusal, `said` of the error, where full is asked for and cannot be had."""
    program = (
        "from notegrad.sandbox.outside.sandbox import Sandbox; from notegrad.records import Limits\n"
        f"try: Sandbox.start(Limits(), 'full')\nexcept Exception as error: print({said})"
    )
    return levels.run_python("no-namespaces", ["-c", program], scratch, 100).stdout


@needs_levels
def test_a_weaker_machine_than_configured_is_refused(scratch):
    """Tier full asked for where only no-namespaces can be had: one sentence, no fall-back."""
    said = _refusal(scratch, "type(error).__name__, error")
    assert said.startswith("SandboxUnavailableError this machine cannot confine student code as configured")
    assert "CAP_SYS_ADMIN" in said


@needs_levels
def test_the_refusal_is_said_in_the_language_of_whoever_reads_it(scratch):
    """What comes out of the sandbox is a key with facts: a French assistant reads French, and no English word."""
    said = _refusal(scratch, "error.text('fr')")
    assert said.startswith("cette machine ne peut pas confiner")
    assert "CAP_SYS_ADMIN" in said and "needs" not in said


def test_auto_never_means_none():
    """Without any confinement only an explicit unsafe runs."""
    with pytest.raises(SandboxUnavailableError, match="unsafe"):
        tiers.choose("none", unsafe=False)
    assert {row.name for row in tiers.protections("none") if row.active} == {"no_new_privs", "limits"}
