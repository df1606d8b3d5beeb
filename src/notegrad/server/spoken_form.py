"""Forms whose labels and hints are sentences by key: `field_<name>`, and `hint_<name>` where there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from notegrad.messages import CATALOGUES, translate


class SpokenForm(forms.Form):
    """A form in one language; a subclass names its fields."""

    def __init__(self, *args: Any, language: str, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.language = language
        self.label_suffix = "\N{NO-BREAK SPACE}:" if language == "fr" else ":"
        for name, field in self.fields.items():
            field.label = translate(f"field_{name}", language)
            if f"hint_{name}" in CATALOGUES[language]:
                field.help_text = translate(f"hint_{name}", language)

    def refuse(self, field: str | None, key: str, **facts: object) -> None:
        """Tie a sentence to a field, or to the whole form."""
        self.add_error(field, translate(key, self.language, **facts))


class LocalMoment(forms.DateTimeField):
    """A date without a zone, as browsers send it; `zone` is set by the form and gives it one."""

    zone = "UTC"

    def __init__(self, **keywords: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(
            required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **keywords
        )

    def to_python(self, value: Any) -> datetime | None:
        """The moment in the course's zone."""
        found = super().to_python(value)
        return None if found is None else found.replace(tzinfo=ZoneInfo(self.zone))
