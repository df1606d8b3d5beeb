"""Facts of the house that a linter does not hold: names, first sentences, what is said of raising, size of files."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src/notegrad"
MAX_LINES = 400

# A file is named as another only where both are about one thing; commands (cli/) and a folder's own subject may.
SAME_STEMS = {
    "gradescope": "one platform: a room for grading on it, and a module for exports from it",
    "migrations": "the tables' history of two applications, where Django looks for it",
    "models": "the tables of two applications, where Django looks for them",
}
NO_FIRST_SENTENCE = re.compile(r"(What|Which|Who|Whose|Whether|Where|When|How|All that|Everything)\b")
SAYS_THAT_IT_RAISES = re.compile(r"\b(rais|refus)", re.IGNORECASE)
# Part of a protocol of Python's or of click's rather than a fault that a caller must know of.
NOT_SAID = ("NotImplementedError", "AttributeError", "StopIteration", "SystemExit", "click.")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Path below the package, and what is in it, of each file."""
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), ast.parse(path.read_text("utf-8"))


def stems_with_two_meanings(package: Path) -> list[str]:
    """Stems of modules and of rooms that stand twice without a reason."""
    places = defaultdict(list)
    for name, _ in modules(package):
        path = Path(name)
        folders = path.parent.parts
        if path.stem == "__init__":
            if folders:
                places[folders[-1]].append(f"{path.parent}/")
        elif folders[:1] != ("cli",) and path.stem not in folders:
            places[path.stem].append(name)
    return [f"{stem}: {found}" for stem, found in places.items() if len(found) > 1 and stem not in SAME_STEMS]


def classes_that_stand_twice(package: Path) -> list[str]:
    """Names of public classes that two files define."""
    places = defaultdict(list)
    for name, tree in modules(package):
        for node in tree.body if "migrations" not in Path(name).parts else []:  # Django names their classes
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    return [f"{name}: {found}" for name, found in places.items() if len(found) > 1]


def first_sentences_without_a_noun(package: Path) -> list[str]:
    """Files whose first sentence is a relative clause."""
    said = ((name, (ast.get_docstring(tree) or "").partition("\n")[0]) for name, tree in modules(package))
    return [f"{name}: {sentence}" for name, sentence in said if NO_FIRST_SENTENCE.match(sentence)]


def functions_that_raise_unsaid(package: Path) -> list[str]:
    """Public functions and methods with a `raise` of their own that their docstring does not tell of."""
    return [
        f"{name}:{function.lineno} {function.name} raises {raised}"
        for name, tree in modules(package)
        for function in public_functions(tree.body)
        if not SAYS_THAT_IT_RAISES.search(ast.get_docstring(function) or "")
        for raised in own_raises(function)[:1]
    ]


def files_that_are_too_long(package: Path) -> list[str]:
    """Files with more lines than one sits down to read; but what Django writes."""
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in package.rglob("*.py")}
    return [
        f"{path.relative_to(package)}: {count} lines"
        for path, count in lines.items()
        if count > MAX_LINES and path.parent.name != "migrations"
    ]


def pythons_that_look_around(package: Path) -> list[str]:
    """Commands that start Python and let it take modules from the folder where it stands: one without `-P`."""
    return [
        f"{name}:{node.lineno} {ast.unparse(node)[:60]}"
        for name, tree in modules(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.List | ast.Tuple)
        and [ast.unparse(each) for each in node.elts[:1]] == ["sys.executable"]
        and "'-P'" not in [ast.unparse(each) for each in node.elts]
    ]


def public_functions(body: list[ast.stmt]) -> Iterator[Function]:
    """Public functions, and methods of public classes; but commands, whose docstring is what `--help` prints."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, Function) and (not node.name.startswith("_") or node.name == "__init__"):
            decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
            if "click.command()" not in decorators:
                yield node


def own_raises(function: Function) -> list[str]:
    """Exceptions that a function makes itself, as they are written; not those of functions inside it."""
    found, waiting = [], list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            found.append(ast.unparse(node.exc)[:60])
        waiting.extend(ast.iter_child_nodes(node))
    return [raised for raised in found if not raised.startswith(NOT_SAID)]


FACTS = (
    stems_with_two_meanings,
    classes_that_stand_twice,
    first_sentences_without_a_noun,
    functions_that_raise_unsaid,
    files_that_are_too_long,
    pythons_that_look_around,
)


@pytest.mark.parametrize("faults", FACTS)
def test_a_fact_of_the_house_holds(faults: Callable[[Path], list[str]]) -> None:
    """One meaning for each name, a first sentence with a noun, no silent exception, files that fit a sitting."""
    found = faults(PACKAGE)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("faults", FACTS)
def test_a_house_without_them_is_seen(tmp_path: Path, faults: Callable[[Path], list[str]]) -> None:
    """The control: two files that do everything wrong have one fault of each kind."""
    wrong = '"""What is wrong."""\nclass Twice:\n    def fails(self):\n        """Fail."""\n        raise ValueError\n'
    started = '\nCOMMAND = [sys.executable, "-c", "pass"]\n'
    for room in ("one", "two"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(f'"""Room {room}."""\n')
    (tmp_path / "one/twice.py").write_text(wrong)
    (tmp_path / "two/twice.py").write_text(
        '"""A class."""\n\nclass Twice:\n    pass\n' + started + "\n" * MAX_LINES
    )
    assert len(faults(tmp_path)) == 1


def test_files_of_tests_begin_with_a_noun_too() -> None:
    """A test file says what it protects in a sentence that can stand alone."""
    found = first_sentences_without_a_noun(Path(__file__).parents[1])
    assert not found, "\n".join(found)


def test_what_is_excepted_is_still_there() -> None:
    """An exception that nothing needs any more is taken out of the list."""
    stems = [Path(name).stem for name, _ in modules(PACKAGE)]
    rooms = [path.parent.name for path in PACKAGE.rglob("__init__.py")]
    assert {stem for stem in SAME_STEMS if (stems + rooms).count(stem) < 2} == set()
