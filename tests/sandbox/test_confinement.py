"""Every protection that the sandbox claims is tried from inside a cell, and from outside as a control."""

import json
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from notegrad.records import Limits
from notegrad.sandbox.outside.sandbox import Sandbox

LIMITS = Limits(wall_s=30, cell_wall_s=10, cpu_s=30, memory_mb=1024, files_mb=16)
CHECKOUT = Path(__file__).resolve().parents[2]
SECRET_VARIABLE = "NOTEGRAD_TEST_SECRET"

# Each prints "open" or "closed". {checkout}, {secret}, {port}, {abstract}, {path_socket}, {parent} and its {command} are filled in.
# The second item says whether the same code, run by root without a sandbox, must print "open": the control.
ATTACKS = {
    "read a file of the checkout": (True, "open({checkout!r} + '/pyproject.toml').read()"),
    "read the tests": (True, "open({checkout!r} + '/tests/sandbox/test_confinement.py').read()"),
    "list the checkout": (True, "assert set(os.listdir({checkout!r})) - {{'src', '.venv', '.venv-matrix'}}"),
    "read a file in the graders' tmp": (True, "open({secret!r}).read()"),
    "read the accounts": (True, "open('/etc/shadow').read()"),
    "read somebody's home": (True, "assert [n for n in os.listdir('/root') if n != '.pyenv']"),
    "read the host's name": (
        True,
        "assert os.path.exists('/etc/hostname') or os.uname().nodename != 'notegrad'",
    ),
    "read a secret variable": (True, "assert os.environ[{variable!r}]"),
    "read a secret variable of another process": (
        True,
        """
        found = 0
        for p in os.listdir('/proc'):
            try: found += p.isdigit() and {variable!r}.encode() in open(f'/proc/{{p}}/environ', 'rb').read()
            except OSError: pass
        assert found""",
    ),
    "see the grader's process": (True, "assert open('/proc/{parent}/cmdline').read() == {command!r}"),
    "signal the grader's process": (
        True,
        "os.kill({parent}, 0); assert open('/proc/{parent}/cmdline').read() == {command!r}",
    ),
    "signal pid 1": (
        False,
        "os.kill(1, 0); os.kill(1, 9); time.sleep(0.1); os.kill(1, 0); raise SystemError",
    ),
    "read the memory of pid 1": (False, "open('/proc/1/mem', 'rb')"),
    "trace pid 1": (False, "assert libc.ptrace(16, 1, 0, 0) == 0"),
    "connect to a port of the host": (True, "socket.create_connection(('127.0.0.1', {port}), 2)"),
    "connect to an abstract unix socket": (True, "socket.socket(socket.AF_UNIX).connect({abstract!r})"),
    "connect to a unix socket by its path": (True, "socket.socket(socket.AF_UNIX).connect({path_socket!r})"),
    "have a network interface that is up": (
        True,
        """
        s = socket.socket(); import fcntl, struct
        flags = [struct.unpack('16xH', fcntl.ioctl(s, 0x8913, struct.pack('16s16x', n.encode()))[:18])[0]
                 for _, n in socket.if_nameindex()]
        assert any(f & 1 for f in flags)""",
    ),
    "send a packet": (
        True,
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', 9))",
    ),
    "write into the root": (True, "open('/evil', 'w'); os.remove('/evil')"),
    "write into /usr": (True, "open('/usr/evil', 'w'); os.remove('/usr/evil')"),
    "write into the packages": (
        True,
        "p = os.path.dirname(msgspec.__file__) + '/evil'; open(p, 'w'); os.remove(p)",
    ),
    "write into notegrad": (
        True,
        "p = os.path.dirname(notegrad.__file__) + '/evil'; open(p, 'w'); os.remove(p)",
    ),
    "write into /etc": (True, "open('/etc/evil', 'w'); os.remove('/etc/evil')"),
    "open a core pattern for writing": (True, "open('/proc/sys/kernel/core_pattern', 'a')"),
    "open a disk": (
        False,
        "assert any(open('/dev/' + n, 'rb') for n in ('vda', 'sda', 'nvme0n1') if os.path.exists('/dev/' + n))",
    ),
    "make a device": (
        True,
        "os.mknod(t + '/d', 0o600 | stat.S_IFCHR, os.makedev(1, 3)); open(t + '/d', 'wb').write(b'x')",
    ),
    "become root": (True, "os.setuid(0); assert os.geteuid() == 0"),
    "change the group": (True, "os.setgid(0); os.setgroups([0])"),
    "give a file away": (
        True,
        "p = t + '/f'; open(p, 'w'); os.chown(p, 0, 0); assert os.stat(p).st_uid == 0",
    ),
    "hold a capability": (
        True,
        """
        lines = dict(l.split(':\\t') for l in open('/proc/self/status') if l.startswith(('Cap', 'NoNew')))
        assert int(lines['CapEff'], 16) or int(lines['CapPrm'], 16) or int(lines['CapBnd'], 16) or int(lines['CapInh'], 16)""",
    ),
    "gain by a set-uid program": (True, "assert 'NoNewPrivs:\\t0' in open('/proc/self/status').read()"),
    "mount": (
        True,
        "assert libc.mount(b'none', t.encode(), b'tmpfs', 0, None) == 0; libc.umount2(t.encode(), 2)",
    ),
    "uncover what is below /proc": (False, "assert libc.umount2(b'/proc', 2) == 0"),
    "make the root writable": (False, "assert libc.mount(b'none', b'/', None, 0x1020, None) == 0"),
    "change the root": (True, "os.chroot(t); os.chroot('.')"),
    "raise a hard limit": (False, "resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))"),
    "dump core": (False, "assert resource.getrlimit(resource.RLIMIT_CORE)[1]"),
    "have a descriptor of the zygote": (
        False,
        """
        mine = [os.readlink(f'/proc/self/fd/{{n}}') for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{{n}}')]
        assert [m for m in mine if not m.startswith(('/dev/null', 'socket:', '/proc/'))] or len(mine) > 6""",
    ),
    "set the host's clock or name": (False, "socket.sethostname('evil')"),
}
# Without namespaces these stay open until Landlock and seccomp come.
NEEDS_NAMESPACES = {
    "read a file of the checkout", "read the tests", "list the checkout", "read the host's name",
    "see the grader's process", "connect to a port of the host", "connect to an abstract unix socket",
    "have a network interface that is up", "send a packet", "read a file in the graders' tmp",
    "connect to a unix socket by its path",
}  # fmt: skip
PRELUDE = """
import os, sys, time, stat, socket, resource, ctypes, tempfile, msgspec, notegrad
libc = ctypes.CDLL(None, use_errno=True)
t = tempfile.mkdtemp()
"""
ATTEMPT = "try:\n{body}\nexcept Exception as error:\n    print('closed', type(error).__name__)\nelse:\n    print('open')\n"


def attempt_source(body: str) -> str:
    return PRELUDE + ATTEMPT.format(body=textwrap.indent(textwrap.dedent(body).strip("\n"), "    "))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The attacks with what they aim at: a listening host, a secret file, a secret variable, this process."""
    directory = tmp_path_factory.mktemp("graders")
    (directory / "secret").write_text("secret")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX) as by_path,
        pytest.MonkeyPatch.context() as patch,
    ):
        abstract_name = f"\0notegrad-test-{os.getpid()}"
        abstract.bind(abstract_name)
        abstract.listen()
        by_path.bind(str(directory / "socket"))
        by_path.listen()
        patch.setenv(SECRET_VARIABLE, "secret")
        aims = {
            "checkout": str(CHECKOUT),
            "secret": str(directory / "secret"),
            "port": server.getsockname()[1],
            "abstract": abstract_name,
            "path_socket": str(directory / "socket"),
            "parent": os.getpid(),
            "command": Path("/proc/self/cmdline").read_text(encoding="utf-8"),
            "variable": SECRET_VARIABLE,
        }
        yield {name: attempt_source(body.format(**aims)) for name, (_, body) in ATTACKS.items()}


@pytest.fixture(scope="module")
def run_attacks(sources):
    """What each attack printed inside the sandbox, and in which tier."""
    with Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as sandbox:
        with sandbox.open(list(sources.values())) as execution:
            report = execution.run_notebook()
        return sandbox.tier, dict(zip(sources, report.cells, strict=True))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_from_a_cell_finds_nothing(run_attacks, name):
    """The child reaches no file of ours, no network, no process, no privilege."""
    tier, printed = run_attacks
    if tier in ("no-namespaces", "none") and (tier == "none" or name in NEEDS_NAMESPACES):
        pytest.skip(f"not claimed in tier {tier}")
    assert printed[name].error is None
    assert printed[name].stdout_tail.startswith("closed ")


@pytest.mark.skipif(os.geteuid() != 0, reason="the controls are what root may do")
def test_the_attacks_work_without_the_sandbox(sources):
    """Positive control: the same code prints "open" where nothing confines it, so the attacks are real."""
    wanted = [name for name, (has_control, _) in ATTACKS.items() if has_control]
    program = "import json, sys\nfor source in json.load(sys.stdin): exec(source, {})\n"
    chosen = [name for name in wanted if name not in ("become root", "change the group", "change the root")]
    last = [name for name in wanted if name not in chosen]  # these change the process, so they come last
    sources_in_order = [sources[name] for name in [*chosen, *last]]
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(sources_in_order), capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(sys.modules["notegrad"].__file__).parents[1])}, timeout=60,
    )  # fmt: skip
    printed = dict(zip([*chosen, *last], done.stdout.splitlines(), strict=True))
    assert {name: line for name, line in printed.items() if line != "open"} == {}


def test_nothing_of_one_submission_is_in_the_memory_of_the_next():
    """The zygote never sees code or inputs; the control: a submission does find its own marker."""
    scan = """
import re
marker = b'MARK' + b'ER-of-' + b'submission'
found = 0
with open('/proc/self/mem', 'rb', 0) as memory:
    for line in open('/proc/self/maps'):
        low, high = (int(word, 16) for word in line.split()[0].split('-'))
        if ' rw' in line and high - low < 2**30:
            memory.seek(low)
            found += memory.read(high - low).count(marker)
print(found)
"""
    plant = "secret = 'MARKER-of-submission' * 1000"
    with Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as sandbox:
        with sandbox.open([plant, scan], [("data", b"MARKER-of-submission" * 100)], 0, ["q1"]) as execution:
            assert int(execution.run_notebook().cells[1].stdout_tail) > 1000
        with sandbox.open([scan.replace("b'ER-of-'", "b'ER-of' + b'-'")]) as execution:
            # its own source and constants hold parts only; what it joined itself is the one that it may find
            assert int(execution.run_notebook().cells[0].stdout_tail) <= 3


def test_the_report_names_the_tier_and_the_protections():
    """Every result can say what was in force."""
    with (
        Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as sandbox,
        sandbox.open(["1"]) as execution,
    ):
        report = execution.run_notebook()
    assert report.tier == sandbox.tier
    assert {row.name for row in report.protections} >= {
        "filesystem",
        "network",
        "processes",
        "no_new_privs",
        "limits",
    }
    if sandbox.tier == "full":
        assert [row.name for row in report.protections if not row.active] == []
