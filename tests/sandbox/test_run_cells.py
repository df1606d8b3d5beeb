"""Cells run in the sandbox as they run in a notebook."""

import gc
import textwrap

import pytest

from notegrad.records import CellFault, CellRun, Limits, RunReport
from notegrad.sandbox.inside import optional_libraries
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.sandbox.protocol import NO_INSTALL_MARK

LIMITS = Limits(wall_s=60, cell_wall_s=15, cpu_s=30, memory_mb=1024, files_mb=16)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as running:
        yield running


def run(sandbox: Sandbox, *cells: str, files=(), limits: Limits = LIMITS) -> RunReport:
    with sandbox.open(cells, files, 1, (), limits) as execution:
        return execution.run_notebook()


def run_last(sandbox: Sandbox, *cells: str) -> CellRun:
    report = run(sandbox, *cells)
    assert report.status == "ok"
    return report.cells[-1]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", "Out[1]: 2\n"),
        ("1 + 1;", ""),
        ("print('é', end='')", "é"),
        ("display({'a': 1})", "{'a': 1}\n"),
        ("%time x = 3", "Wall time"),
        ("%%time\nx = 3\nprint(x + 40)", "43"),
        ("%%capture c\nprint('hidden')", ""),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()", "<Figure"),
        ("%matplotlib notebook\nprint('survived')", "survived"),
        ("!echo from the shell; echo error 1>&2", "from the shell\nerror\n"),
        ("a = !echo one; echo two\nprint(list(a))", "['one', 'two']"),
        ("!exit 3\nprint(_exit_code)", "3"),
        ("!sleep 60 &\nprint('not waited for')", "not waited for"),
        ("!pip install otter-grader", NO_INSTALL_MARK),
        ("%pip install torch", NO_INSTALL_MARK),
        ("import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')", "awaited"),
        ("print(type(get_ipython()).__name__)", "NotebookShell"),
        ("print(__name__)", "__main__"),
        ("import sys; sys.stderr.write('to stderr')", "to stderr"),
        ("import sys; sys.stdout.buffer.write(b'bytes'); print(sys.stdout.encoding)", "utf-8"),
        ("import os; print(os.getcwd(), os.listdir())", "work []"),
        ("%cd /tmp\nprint('moved')", "moved"),
        ("print?", "Signature: print("),
        (
            "from IPython.display import HTML, Image, Markdown\ndisplay(HTML('<b>x</b>'))",
            "<IPython.core.display.HTML",
        ),
        ("import warnings; warnings.warn('careful')", "UserWarning: careful"),
        ("import tempfile; tempfile.NamedTemporaryFile().name; print('tmp')", "tmp"),
        (
            "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
            "thread",
        ),
        ("import multiprocessing as m; print(m.get_context('fork').Pool(1).map(abs, [-7]))", "[7]"),
        ("import pickle\nclass A: x = 1\nprint(pickle.loads(pickle.dumps(A())).x)", "1"),
        (
            "import torch\ndl = torch.utils.data.DataLoader(list(range(4)), num_workers=1)\nprint(len(list(dl)))",
            "4",
        ),
    ],
)
def test_a_cell_shows_what_a_notebook_shows(sandbox, source, shown):
    """Magics, shell commands, display, plots and top-level await work without a kernel."""
    cell = run_last(sandbox, source)
    assert cell.error is None
    assert cell.status == "ok"
    assert shown in cell.stdout_tail
    if not shown:
        assert cell.stdout_tail == ""


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("input('nom ?')", "EOFError: EOF when reading a line"),
        ("def f(:\n  pass", "SyntaxError: invalid syntax (line 1)"),
        ("  x = 1\n y = 2", "IndentationError"),
        ("exit()", "SystemExit"),
        ("quit()", "SystemExit"),
        ("exit", "SystemExit"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("raise SystemExit", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise BaseException('base')", "BaseException: base"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("%nosuchmagic", "nosuchmagic"),
        ("%%nosuchcellmagic\nx", "nosuchcellmagic"),
        ("import nosuchmodule", "ModuleNotFoundError"),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "E: <no message>"),
        ("raise Exception('x' * 10**6)", "Exception: xxx"),
        ("raise Exception('\\ud800')", "Exception: ?"),
        ("def f(): f()\nf()", "RecursionError"),
        ("await nothing()", "NameError"),
        ("import torch; torch.ones(2) @ torch.ones(3)", "RuntimeError: "),
    ],
)
def test_a_cell_that_fails_is_recorded_and_the_next_one_runs(sandbox, source, error):
    """Whatever a cell raises, its type and message are kept and nothing else is lost."""
    report = run(sandbox, "before = 1", source, "print(before)")
    assert [cell.status for cell in report.cells] == ["ok", "error", "ok"]
    assert report.cells[1].error is not None
    assert report.cells[1].error.startswith(error) or error in report.cells[1].error.split("\n")[0]
    assert len(report.cells[1].error) <= 4_000
    assert report.cells[2].stdout_tail == "1\n"


def test_the_line_that_stops_a_cell_is_told(sandbox):
    """It is one of the cell that was run, also where a function of another cell raises; none where nothing stops."""
    helper = "def f(x):\n    y = 1\n    return x / 0"
    report = run(sandbox, helper, "a = 1\n\nf(a)", "b = 2\nif b\n    b = 3", "1 / 0", "print(1)")
    assert [cell.line for cell in report.cells] == [0, 3, 2, 1, 0]


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import time\ntime.sleep(60)",
        "while True:\n    try:\n        x = int(input())\n    except:\n        continue",
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except:\n        pass",
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException as e:\n        print(e)",
        "!sleep 60",
        "import subprocess; subprocess.run(['sleep', '60'])",
        "import threading; threading.Lock().acquire(); l = threading.Lock(); l.acquire(); l.acquire()",
        "import asyncio\nawait asyncio.sleep(60)",
        "def f():\n    while True:\n        yield\nfor _ in f(): pass",
        "import torch\nwhile True: torch.ones(10) + 1",
    ],
)
def test_a_cell_that_does_not_end_costs_its_time_and_nothing_else(sandbox, source):
    """Infinite loops, also those that catch everything, end at the cell's limit; the state before stays."""
    report = run(sandbox, "before = 1", source, "print(before)", limits=Limits(wall_s=60, cell_wall_s=1.0))
    assert [cell.status for cell in report.cells] == ["ok", "timeout", "ok"]
    assert report.cells[1].duration_s < 20
    assert report.cells[1].fault == CellFault(key="cell_ran_long", limit=1.0)
    assert report.cells[2].stdout_tail == "1\n"
    assert report.status == "ok"


def test_the_total_time_is_limited_and_the_rest_is_said_not_to_have_run(sandbox):
    """Many slow cells cannot add up beyond the notebook's time; the state so far can still be asked."""
    cells = ["import time; x = 5", *["time.sleep(1)"] * 20]
    with sandbox.open(cells, (), 1, (), Limits(wall_s=3, cell_wall_s=15)) as execution:
        report = execution.run_notebook()
        assert report.status == "timeout"
        assert report.cells[-1].status == "not_run"
        assert len(report.cells) == len(cells)
        assert report.usage.wall_s < 15
        sock = execution.fork(None)
        sock.sendall(b"x\n")
        assert sock.recv(100) == b"5\n"


def test_state_goes_from_cell_to_cell(sandbox):
    """Names, `_`, `Out` and imports live on; `__main__` is the notebook's namespace."""
    cells = [
        "import torch",
        "x = torch.ones(2)\nx",
        "_ + 1",
        "print(Out[2], _3, len(In))",
        "import __main__\nprint(__main__.x)",
    ]
    report = run(sandbox, *cells)
    assert report.cells[3].stdout_tail.split() == ["tensor([1.,", "1.])", "tensor([2.,", "2.])", "5"]
    assert report.cells[4].stdout_tail == "tensor([1., 1.])\n"


def test_generators_are_seeded_before_the_notebook(sandbox):
    """The same seed gives the same numbers in random, NumPy and torch, submission after submission."""
    source = "import random, numpy, torch\nprint(random.random(), numpy.random.rand(), torch.rand(1).item(), hash('a'))"
    first, second = run_last(sandbox, source), run_last(sandbox, source)
    assert first.stdout_tail == second.stdout_tail
    with sandbox.open([source], (), 2) as execution:
        assert execution.run_notebook().cells[0].stdout_tail != first.stdout_tail


def test_files_lie_in_the_working_directory_and_nowhere_else(sandbox):
    """Data files of the assignment can be read and imported; names that lead out of the directory are left out."""
    files = (
        ("data/a.csv", b"1,2"),
        ("helper.py", b"y = 7"),
        ("../evil", b""),
        ("/evil", b""),
        ("sub/../ok", b"k"),
    )
    report = run(
        sandbox,
        "print(open('data/a.csv').read())",
        "import helper; print(helper.y)",
        "!ls .. / && cat ok",
        files=files,
    )
    assert [cell.stdout_tail for cell in report.cells[:2]] == ["1,2\n", "7\n"]
    assert "evil" not in report.cells[2].stdout_tail
    assert report.cells[2].stdout_tail.endswith("k")


def test_floods_of_output_cost_nothing(sandbox):
    """Only the end of a cell's output is kept, and no more than the notebook may say in all."""
    flood = "for i in range(20000): print('x' * 100)\nprint('the end')"
    report = run(
        sandbox,
        flood,
        "!yes | head -c 30000000",
        *[flood] * 3,
        limits=Limits(output_bytes=50_000, cell_wall_s=20),
    )
    assert report.cells[0].stdout_tail.startswith("[...]")
    assert report.cells[0].stdout_tail.endswith("the end\n")
    assert [cell.status for cell in report.cells] == ["ok"] * 5
    assert sum(len(cell.stdout_tail) for cell in report.cells) < 51_000


@pytest.mark.parametrize("source", ["x = [0] * 10**10", "import torch; torch.ones(10**10)", "import numpy; numpy.ones(10**10)",
                                    "x = []\nwhile True: x.append(bytearray(10**6))"])  # fmt: skip
def test_memory_beyond_the_limit_is_an_error_of_the_cell(sandbox, source):
    """The address space is limited, so that the student reads an error and the notebook goes on."""
    report = run(sandbox, source, "print('alive')", limits=Limits(cell_wall_s=20, memory_mb=512))
    assert report.cells[0].status == "error"
    said = report.cells[0].error or str(report.cells[0].fault)
    assert "emory" in said or "allocate" in said
    assert report.cells[1].stdout_tail == "alive\n"


def test_a_fork_that_a_cell_forgets_does_not_run_the_notebook_twice(sandbox):
    """`os.fork()` without an exit in the child leaves one process that reports."""
    report = run(sandbox, "import os\npid = os.fork()", "x = 3", "print(x)")
    assert report.status == "ok"
    assert report.cells[2].stdout_tail == "3\n"


def test_an_empty_notebook_runs(sandbox):
    """No cells and blank cells are no error."""
    assert run(sandbox).status == "ok"
    assert [cell.status for cell in run(sandbox, "", "   \n", "# comment").cells] == ["ok"] * 3


def test_usage_is_what_the_kernel_counted(sandbox):
    """CPU time and memory are measured from outside."""
    report = run(
        sandbox,
        "import time\nt = time.process_time()\nwhile time.process_time() < t + 0.3: pass",
        "x = bytearray(200_000_000)",
    )
    assert 0.25 < report.usage.cpu_s < 2
    assert 195 < report.usage.memory_peak_mb < 600  # without a control group the libraries count as well
    assert report.usage.wall_s > 0.25


def test_the_real_otter_is_replaced_by_a_stub(sandbox):
    """Setup and check cells of an otter notebook run, show nothing, and test nothing."""
    cells = [
        "import otter\ngrader = otter.Notebook('tp.ipynb', tests_dir='x')",
        "grader.check('q1')",
        "grader.check_all()\ngrader.export(run_tests=True, files=['a'])\ngrader.to_pdf(pagebreaks=False)",
        "from otter import Notebook\nfrom otter.test_files import test_case\nfrom otter.check.notebook import Notebook as N",
        "@test_case(points=1, hidden=True)\ndef test_a(f): pass\nassert test_a is not None and Notebook is N",
        "print(otter.__version__.split('.')[0])\nr = grader.check('q1'); r.grade; repr(r)",
    ]
    report = run(sandbox, *cells)
    assert [(cell.status, cell.error) for cell in report.cells] == [("ok", None)] * 6
    assert [cell.stdout_tail for cell in report.cells[:5]] == [""] * 5


def test_what_was_not_warmed_works_all_the_same():
    """Figures, optimisers, transforms and meta tensors are imported by the notebook where the zygote has them not."""
    cells = [
        "import sys\nprint('torch._dynamo' in sys.modules, 'matplotlib.pyplot' in sys.modules)",
        "import torch\nx = torch.ones(2, requires_grad=True)\no = torch.optim.Adam([x], lr=0.5)",
        "x.sum().backward()\no.step()\nprint(x.round(decimals=3).tolist())",
        "print(torch.func.vmap(torch.neg)(torch.ones(1)).item(), (torch.ones(2, device='meta') + 1).shape)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
    ]
    slow = Limits(cell_wall_s=30)
    with Sandbox.start(slow, "auto", unsafe=True, leave_out=optional_libraries.PARTS) as light:
        report = run(light, *cells, limits=slow)
    assert [cell.status for cell in report.cells] == ["ok"] * 5
    assert [cell.stdout_tail for cell in report.cells[:4]] == [
        "False False\n", "", "[0.5, 0.5]\n", "-1.0 torch.Size([2])\n"
    ]  # fmt: skip
    assert "<Figure" in report.cells[4].stdout_tail


def test_a_class_finds_everything_warm_and_the_collector_as_ever(sandbox):
    """What a fork would import first is imported once, in the zygote; and that left no setting of ours behind."""
    source = """
    import gc, sys
    print([m for m in ("torch._dynamo", "matplotlib.pyplot", "sympy") if m not in sys.modules])
    print(gc.isenabled(), gc.get_threshold() == DEFAULT)
    """.replace("DEFAULT", repr(gc.get_threshold()))
    assert run_last(sandbox, textwrap.dedent(source)).stdout_tail == "[]\nTrue True\n"


def test_only_what_no_text_names_is_left_out():
    """A notebook or a hidden test that speaks of optimisers or transforms finds them ready for each of its forks."""
    assert (
        optional_libraries.not_in(["import torch\nx = torch.ones(2)"], ["def test(functions): ..."])
        == optional_libraries.PARTS
    )
    named = {
        "figures": ("%matplotlib inline", "frame.plot()"),
        "meta": ("x.to('meta')", "expect.works_on_meta(f, x)"),
        "transforms": ("torch.optim.SGD([w])", "from torch import func", "torch.vmap(f)"),
    }
    for part, texts in named.items():
        for text in texts:
            assert part not in optional_libraries.not_in([text], [])
            assert part not in optional_libraries.not_in([], [text])
