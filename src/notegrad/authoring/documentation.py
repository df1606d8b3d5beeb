"""The pages of docs/ that authors and teachers read: in the installed package, else in the checkout."""

from __future__ import annotations

from pathlib import Path

import notegrad
from notegrad.errors import InputError
from notegrad.messages import Message, suggestion

DOCS_DIR = "docs"

# By topic; what is about changing notegrad itself stays in the checkout.
TOPICS = {
    "authoring": "authoring.md",
    "container": "container.md",
    "correction": "fr/correction.md",
    "depot": "fr/depot.md",
    "ecrire": "fr/ecrire.md",
    "expect": "expect.md",
    "formats": "formats.md",
    "glossary": "glossary.md",
    "gradescope": "gradescope.md",
    "lisez-moi": "fr/lisez-moi.md",
    "mots": "fr/mots.md",
    "platforms": "platforms.md",
    "publier": "fr/publier.md",
    "scale": "scale.md",
    "security": "security.md",
}


def docs_folder() -> Path:
    """Return where the pages lie."""
    package = Path(notegrad.__file__).resolve().parent
    installed = package / DOCS_DIR
    return installed if installed.is_dir() else package.parents[1] / DOCS_DIR


def read_topic(topic: str) -> str:
    """Return the text of a page. Raises InputError for a topic that there is not, with the likely one."""
    if topic not in TOPICS:
        hint = suggestion(topic, TOPICS, Message("there_are", names=", ".join(TOPICS)))
        raise InputError(Message("docs_no_page", topic=topic, hint=hint))
    try:
        return (docs_folder() / TOPICS[topic]).read_text("utf-8")
    except OSError:
        raise InputError(Message("docs_not_installed", topic=topic)) from None


def topic_titles() -> dict[str, str]:
    """Return the title of each page that is there, by topic."""
    paths = {topic: docs_folder() / name for topic, name in TOPICS.items()}
    return {
        topic: path.read_text("utf-8").partition("\n")[0].lstrip("# ")
        for topic, path in paths.items()
        if path.is_file()
    }
