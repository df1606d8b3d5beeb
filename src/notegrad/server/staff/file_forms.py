"""The forms of the staff that take files: gradebooks to fill in, lists, notebooks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from notegrad.server.spoken_form import SpokenForm

_CSV = {"accept": ".csv,.txt,.tsv,text/csv"}


class FillForm(SpokenForm):
    """A gradebook to fill in, and how."""

    gradebook_file = forms.FileField(widget=forms.FileInput(attrs=_CSV))
    column = forms.CharField(max_length=200, required=False)
    key_column = forms.CharField(max_length=200, required=False)
    scale = forms.DecimalField(required=False, min_value=Decimal("0.01"), max_value=10_000)
    step = forms.DecimalField(required=False, min_value=Decimal("0.0001"), max_value=100)
    comments = forms.BooleanField(required=False)
    moodle_pages = forms.BooleanField(required=False)
    keep = forms.BooleanField(required=False)


class RosterForm(SpokenForm):
    """A course's list of students."""

    roster_file = forms.FileField(widget=forms.FileInput(attrs=_CSV))
    key_column = forms.CharField(max_length=200, required=False)


class ExtensionsForm(SpokenForm):
    """A list of extensions; the reason is that of lines without one."""

    extensions_file = forms.FileField(widget=forms.FileInput(attrs=_CSV))
    common_reason = forms.CharField(max_length=300, required=False)


class SolutionForm(SpokenForm):
    """Notebooks that must have all points; the view reads all files of the field."""

    solution = forms.FileField(widget=forms.FileInput(attrs={"accept": ".ipynb,.zip"}))

    def __init__(self, *args: Any, language: str, **keywords: Any) -> None:
        super().__init__(*args, language=language, **keywords)
        self.fields["solution"].widget.attrs["multiple"] = True  # the widget refuses it before it is made


class StaffUploadForm(SpokenForm):
    """A student's notebook that the staff hands in, and why."""

    notebook = forms.FileField(widget=forms.FileInput(attrs={"accept": ".ipynb,.zip"}))
    reason = forms.CharField(max_length=300)
