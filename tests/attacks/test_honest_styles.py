"""Right answers keep full marks, however odd the notebook around them looks: what beginners really write."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from notegrad.authoring.build import build
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.course.config import load_config
from notegrad.grading import Grader
from notegrad.intake.hand_in import read_notebook
from notegrad.records import Submission
from tests.support.confined_graders import confined_grader

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).resolve().parents[2]
Cells = list[str]
Style = Callable[[Cells], Cells]


def first(text: str) -> Style:
    """These cells (separated by `# %%`) after the imports."""
    return lambda cells: [cells[0], *_split(text), *cells[1:]]


def last(text: str) -> Style:
    """These cells at the end."""
    return lambda cells: [*cells, *_split(text)]


def around(before: str, after: str) -> Style:
    """Cells before and after all answers."""
    return lambda cells: last(after)(first(before)(cells))


def everywhere(change: Callable[[str], str]) -> Style:
    """Every cell that defines a function, changed."""
    return lambda cells: [change(cell) if cell.lstrip().startswith("def ") else cell for cell in cells]


def _split(text: str) -> Cells:
    return [cell for cell in textwrap.dedent(text).split("# %%\n") if cell.strip()]


def _name(cell: str) -> str:
    found = re.search(r"def (\w+)\(", cell)
    assert found is not None
    return found[1]


def _parameters(cell: str) -> str:
    found = re.search(r"def \w+\((.*?)\):", cell)
    assert found is not None
    return found[1]


def _as_method(cell: str) -> str:
    name, parameters = _name(cell), _parameters(cell)
    body = textwrap.indent(cell.replace(f"def {name}(", "def __call__(self, ", 1), "    ")
    return f"class Reponse:\n{body}\n\n{name} = Reponse()  # ({parameters})"


def _as_lambda(cell: str) -> str:
    name, parameters = _name(cell), _parameters(cell)
    return f"{cell}\n_{name} = {name}\n{name} = lambda {parameters}: _{name}({parameters})"


def _typed(cell: str) -> str:
    typed = ", ".join(f"{p.strip()}: 'torch.Tensor | int | None'" for p in _parameters(cell).split(","))
    return cell.replace(f"({_parameters(cell)}):", f"({typed}) -> 'torch.Tensor':", 1)


def _talkative(cell: str) -> str:
    name, parameters = _name(cell), _parameters(cell)
    return (
        f"{cell}\n_{name} = {name}\ndef {name}({parameters}):\n    print('appel', '{name}', {parameters})\n"
        f"    resultat = _{name}({parameters})\n    print('résultat', resultat, '#' * 500)\n    return resultat"
    )


def _decorated(cell: str) -> str:
    return f"@chronometre\n{cell}"


def _tried(cell: str) -> str:
    name, parameters = _name(cell), _parameters(cell)
    return (
        f"{cell}\n_{name} = {name}\ndef {name}({parameters}):\n    try:\n        return _{name}({parameters})\n"
        "    except Exception as erreur:\n        raise erreur\n    finally:\n        plt.close('all')"
    )


def _plotting(cell: str) -> str:
    name, parameters = _name(cell), _parameters(cell)
    return (
        f"{cell}\n_{name} = {name}\ndef {name}({parameters}):\n    plt.plot([1, 2], [3, 4])\n    plt.show()\n"
        f"    return _{name}({parameters})"
    )


def _imports_inside(cell: str) -> str:
    return re.sub(r"\):\n", "):\n    import torch\n    import numpy as np\n", cell, count=1)


def _out_of_order(cells: Cells) -> Cells:
    """Answers from bottom to top, check cells where they were."""
    answers = [number for number, cell in enumerate(cells) if cell.lstrip().startswith("def ")]
    moved = list(cells)
    for here, there in zip(answers, reversed(answers), strict=True):
        moved[here] = cells[there]
    return moved


def _checks_first(cells: Cells) -> Cells:
    """Every check above the answers."""
    checks = [cell for cell in cells if "grader.check(" in cell]
    return [cells[0], *checks, *(cell for cell in cells[1:] if "grader.check(" not in cell)]


STYLES: dict[str, Style] = {
    "time": everywhere(lambda cell: "%%time\n" + cell),
    "timeit": last("%timeit -n 1 -r 1 torch.ones(3) + 1"),
    "capture": everywhere(lambda cell: "%%capture sortie\n" + cell),
    "pip": first("!pip install torch numpy matplotlib\n# %%\n%pip install -q tqdm\n# %%\n!ls -la && nvidia-smi"),
    "matplotlib magic": first("%matplotlib notebook\n# %%\n%matplotlib inline\n# %%\n%load_ext autoreload\n%autoreload 2"),
    "default dtype set and put back": around("torch.set_default_dtype(torch.float64)", "torch.set_default_dtype(torch.float32)"),
    "threads": first(
        """
        import threading
        compte = []
        fils = [threading.Thread(target=lambda: compte.append(torch.ones(3).sum())) for _ in range(4)]
        [f.start() for f in fils]; [f.join() for f in fils]
        # %%
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(3) as bassin:
            print(list(bassin.map(lambda x: x * x, range(5))))
        # %%
        torch.set_num_threads(2)
        (torch.ones(400, 400) @ torch.ones(400, 400)).sum()
        """
    ),
    "a thread that goes on": first("import threading, time\nthreading.Thread(target=lambda: time.sleep(1000), daemon=True).start()"),
    "multiprocessing": first(
        """
        import multiprocessing
        def carre(x):
            return x * x
        # %%
        with multiprocessing.get_context("fork").Pool(2) as bassin:
            print(bassin.map(carre, range(4)))
        """
    ),
    "data loader": first(
        """
        from torch.utils.data import DataLoader, TensorDataset
        for (x,) in DataLoader(TensorDataset(torch.ones(8, 2)), batch_size=4, num_workers=1):
            print(x.shape)
        """
    ),
    "warnings": first("import warnings\nwarnings.warn('attention')\nwarnings.filterwarnings('ignore')\nwarnings.simplefilter('always')"),
    "large plots": first("import matplotlib.pyplot as plt\nplt.figure(figsize=(30, 30))\nplt.imshow(torch.rand(500, 500)); plt.colorbar(); plt.show()"),
    "plots in functions": lambda cells: first("import matplotlib.pyplot as plt")(everywhere(_plotting)(cells)),
    # torch's star brings a `float` that is a dtype: the answer that calls it is wrong in every grader
    "from torch import *": lambda cells: first("from torch import *\n# %%\nfrom numpy import *\nfrom math import *")(
        [cell.replace("float(t)", "t.item() * 1.0") for cell in cells]
    ),
    "shadowed builtins": first(
        "sum = 0\nlist = [1, 2]\nmax = 3\nmin = 4\ninput = 'x'\nid = 7\ntype = 'tenseur'\nlen_ = len\nstr = 'texte'\nprint_ = print\n"
        "dict = {}\nabs = 1\nrange = 10\nany = all = False\niter = next = open = None"
    ),
    "shadowed names of ours": first("test = name = points = wire = os = sys = Stub = mirror = expect = msgspec = None"),
    "input": first("age = input('Quel âge ? ')"),
    "out of order": _out_of_order,
    "checks first": _checks_first,
    "del torch at the end": last("import torch as t\ndel t"),
    "import torch as t": first("import torch as t\nimport numpy\nx = t.ones(3)"),
    "recursion limit": first("import sys\nsys.setrecursionlimit(100_000)\n# %%\ndef sans_fin():\n    return sans_fin()\nsys.setrecursionlimit(500)\nsans_fin()"),
    "answers are objects of a class": everywhere(_as_method),
    "print-heavy": everywhere(_talkative),
    "type hints": everywhere(_typed),
    "decorators": lambda cells: first(
        """
        import functools, time
        def chronometre(f):
            @functools.wraps(f)
            def autour(*args, **kwargs):
                debut = time.time()
                resultat = f(*args, **kwargs)
                print(f"{f.__name__} : {time.time() - debut:.3f} s")
                return resultat
            return autour
        """
    )(everywhere(_decorated)(cells)),
    "lambdas": everywhere(_as_lambda),
    "redefined later": lambda cells: [
        part for cell in cells for part in ([re.sub(r"return .*", "return None", cell), cell] if cell.lstrip().startswith("def ") else [cell])
    ],
    "try and finally": lambda cells: first("import matplotlib.pyplot as plt")(everywhere(_tried)(cells)),
    "imports inside": everywhere(_imports_inside),
    "async cells": first("import asyncio\nawait asyncio.sleep(0.01)\n# %%\nasync def f():\n    return 3\nprint(await f())\n# %%\nasyncio.run(f())"),
    "print options": first("import numpy as np\nnp.set_printoptions(precision=1, threshold=3)\ntorch.set_printoptions(precision=1, sci_mode=True)"),
    "manual seeds": first("import numpy as np, random\ntorch.manual_seed(0); np.random.seed(0); random.seed(0)\ntorch.use_deterministic_algorithms(True)"),
    "sys.exit at the end": last("import sys\nsys.exit()"),
    "quit at the end": last("exit()\n# %%\nquit()"),
    "errors left in": around("print(undefined_name)\n# %%\nx = [1, 2\n# %%\n1 / 0", "assert False, 'à finir'\n# %%\nraise NotImplementedError"),
    "anomaly mode": first("torch.autograd.set_detect_anomaly(True)"),
    "garbage collector": first("import gc\ngc.disable()\n# %%\ngc.collect(); gc.set_debug(0)"),
    "logging": first("import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.getLogger().debug('x' * 1000)"),
    "help and question marks": first("torch.add?\n# %%\n?torch.ones\n# %%\nhelp(len)"),
    "shell and files": first("%%writefile aide.py\ndef aide():\n    return 1\n# %%\nimport aide\naide.aide()\n# %%\n%%bash\necho bonjour > note.txt\n# %%\n%cd /tmp"),
    "history and store": first("%who\n# %%\n%whos\n# %%\n_ = 3\n__ = 4\nOut = In = None"),
    "reset of the namespace first": first("%reset -f\n# %%\nimport torch, numpy as np, otter\nimport numpy\ngrader = otter.Notebook()"),
    "windows line ends and tabs": everywhere(lambda cell: cell.replace("    ", "\t")),
    "a trailing plot of a big tensor": last("torch.rand(1000, 1000)"),
    "tqdm": first("for i in __import__('tqdm').tqdm(range(100)):\n    pass"),
    "alarm of its own": first("import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.alarm(1)"),
    "chdir and environ": first("import os\nos.chdir('/')\nos.environ['CUDA_VISIBLE_DEVICES'] = ''\nos.environ.clear()"),
}  # fmt: skip


@pytest.fixture(scope="module")
def bundle_and_solution() -> tuple[Bundle, Submission]:
    built = build(load_config(ROOT / "otter_config.yml"), "tp2-memoire", check=False)
    solution = read_notebook(built.assigned.solution, id="solution")
    return parse_bundle(built.autograder, Path("tp2-memoire.zip")), solution


@pytest.fixture(scope="module")
def grader(bundle_and_solution: tuple[Bundle, Submission]) -> Iterator[Grader]:
    with confined_grader(bundle_and_solution[0]) as made:
        yield made


QUICK = {
    "time", "pip", "threads", "multiprocessing", "from torch import *", "shadowed builtins", "out of order",
    "decorators", "errors left in", "reset of the namespace first", "default dtype set and put back", "async cells",
}  # fmt: skip
"""Styles that are tried in every run of the tests; the others are slow together."""


@pytest.mark.parametrize(
    "style", [pytest.param(style, marks=[] if style in QUICK else pytest.mark.slow) for style in STYLES]
)
def test_an_odd_style_costs_nothing(
    style: str, grader: Grader, bundle_and_solution: tuple[Bundle, Submission]
) -> None:
    """The reference answers in this style have every point."""
    solution = bundle_and_solution[1]
    cells = tuple(STYLES[style](list(solution.cells)))
    assert cells != solution.cells
    result = grader.grade(msgspec.structs.replace(solution, id="style", cells=cells))
    failed = [
        (case.test_case.name, case.outcome, case.message, case.detail[-300:])
        for question in result.questions
        for case in question.test_cases
        if case.outcome != "passed"
    ]
    assert not failed, [cell.error for cell in result.run.cells if cell.error] if result.run else ""
    assert result.score == result.max_score
