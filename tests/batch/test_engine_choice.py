"""The option --engine: what it may say, and what is told where it cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from notegrad.batch.bundle_facts import facts_of
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineChoice, EngineOptions, parse_engine
from notegrad.course.bundle import read_bundle
from notegrad.errors import InputError
from notegrad.records import Submission
from tests.support.fake_questions import FACTORY, write_bundle


def test_a_missing_dask_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask is an extra: whoever asks for it without having it reads how to install it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    bundle = write_bundle(tmp_path / "tp.zip", {"q1": "alpha"})
    options = EngineOptions(graders=1, engine=parse_engine("dask://127.0.0.1:1"), factory=FACTORY)
    with pytest.raises(InputError, match=r"pip install 'notegrad\[cluster\]'"):
        grade_all(
            facts_of(read_bundle(bundle), bundle),
            [Submission(id="a", student="A", cells=("alpha",))],
            options,
            out=None,
            on_event=lambda _: None,
        )


@pytest.mark.parametrize(
    "text", ["", "dask", "dask://", "dask://host", "dask://:1", "http://h:1", "slrum", "dask://h:x"]
)
def test_an_engine_that_is_none_is_one_sentence(text: str) -> None:
    """What can be given is in the sentence."""
    with pytest.raises(InputError, match="give local, dask://HOST:PORT"):
        parse_engine(text)


def test_engines_are_read_as_dask_writes_them() -> None:
    """A scheduler behind TLS has a scheme of its own; addresses of version 6 keep their brackets."""
    assert parse_engine("dask://h:8786") == EngineChoice(kind="dask", address="tcp://h:8786")
    assert parse_engine("dask+tls://h:8786") == EngineChoice(kind="dask", address="tls://h:8786")
    assert parse_engine("dask://[::1]:8786").address == "tcp://[::1]:8786"
    assert parse_engine("local").kind == "local"
