"""The forms of the staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from notegrad.marks.final_mark import number
from notegrad.marks.overrides import WHOLE
from notegrad.messages import translate
from notegrad.results.pages.page import decimal
from notegrad.server.models.assignment_rows import COUNTS, STATES, VISIBILITIES
from notegrad.server.models.people import ROLES
from notegrad.server.spoken_form import LocalMoment, SpokenForm


class CourseForm(SpokenForm):
    """A new course."""

    course_title = forms.CharField(max_length=200)
    slug = forms.SlugField(max_length=60)
    course_language = forms.ChoiceField(choices=[("fr", "Français"), ("en", "English")])
    time_zone = forms.CharField(max_length=60, initial="Europe/Paris")

    def clean_time_zone(self) -> str:
        """Refuses a zone that this machine does not know."""
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            self.refuse("time_zone", "course_no_zone", zone=zone)
        return zone


class BundleForm(SpokenForm):
    """The zip of a bundle."""

    bundle = forms.FileField(widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}))


class AssignmentForm(SpokenForm):
    """The title, the state, the dates and the limits of an assignment; dates are in the course's zone."""

    title = forms.CharField(max_length=200)
    state = forms.ChoiceField()
    opens_at = LocalMoment()
    due_at = LocalMoment()
    late_until = LocalMoment()
    tolerance_s = forms.IntegerField(min_value=0, max_value=86_400, initial=0)
    counts = forms.ChoiceField()
    attempts_limit = forms.IntegerField(min_value=1, max_value=10_000, required=False)
    hidden_visibility = forms.ChoiceField(required=False)
    open_anyway = forms.BooleanField(required=False)

    def __init__(self, *args: Any, zone: str, language: str, **keywords: Any) -> None:
        super().__init__(*args, language=language, **keywords)
        self._objections: Sequence[str] = ()
        self.fields["state"].choices = [(state, translate(f"state_{state}", language)) for state in STATES]
        self.fields["counts"].choices = [(how, translate(f"counts_{how}", language)) for how in COUNTS]
        said = [(name, translate(f"visibility_{name or 'bundle'}", language)) for name in VISIBILITIES]
        self.fields["hidden_visibility"].choices = said
        _put_in_zone(self, ("opens_at", "due_at", "late_until"), zone)

    @property
    def opens(self) -> bool:
        """Whether the form opens what was not open."""
        return self.initial.get("state") != "open" and self.cleaned_data.get("state") == "open"

    def ask_before_opening(self, objections: Sequence[str]) -> None:
        """Let what speaks against opening be confirmed; without it there is no box."""
        self._objections = objections
        if not objections or self.initial.get("state") == "open":
            del self.fields["open_anyway"]

    def clean(self) -> dict[str, Any]:
        """Refuses dates in the wrong order, and to open in spite of objections without saying so."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.opens and self._objections and not data.get("open_anyway"):
            said = " ".join(translate(key, self.language) for key in self._objections)
            self.refuse("state", "open_objections", said=said)
        opens, due, late = data.get("opens_at"), data.get("due_at"), data.get("late_until")
        if opens and due and due <= opens:
            self.refuse("due_at", "dates_due_before_opening")
        if due and late and late < due:
            self.refuse("late_until", "dates_late_before_due")
        return data


class InviteForm(SpokenForm):
    """A link to a course; `for_class`: as often as wanted."""

    role = forms.ChoiceField()

    def __init__(self, *args: Any, language: str, **keywords: Any) -> None:
        super().__init__(*args, language=language, **keywords)
        self.fields["role"].choices = [(role, translate(f"role_{role}", language)) for role in ROLES]


class _ReasonForm(SpokenForm):
    """A decision with its reason, which stands in the record."""

    reason = forms.CharField(max_length=300)


class OverrideForm(_ReasonForm):
    """Points in place of the result's, for the whole or for one of these questions."""

    question = forms.ChoiceField(required=False)
    score = forms.FloatField(min_value=0, max_value=10_000)
    field_order = ("question", "score", "reason")

    def __init__(self, *args: Any, language: str, points: Mapping[str, float], **keywords: Any) -> None:
        super().__init__(*args, language=language, **keywords)
        self._points = points
        said = [
            (name, f"{name} (/ {decimal(most, language)})") for name, most in points.items() if name != WHOLE
        ]
        whole = translate("override_whole", language, points=decimal(points[WHOLE], language))
        self.fields["question"].choices = [(WHOLE, whole), *said]

    def clean_question(self) -> str:
        """The question; the whole where none was said."""
        return self.cleaned_data["question"] or WHOLE

    def clean(self) -> dict[str, Any]:
        """Refuses more points than can be had."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        most = self._points.get(data.get("question", ""), 0.0)
        score = data.get("score")
        if score is not None and "question" in data and score > most and "remove" not in self.data:
            facts = {"points": number(score), "max_points": number(most)}
            self.refuse("score", "marks_beyond", **facts)
        return data


class HoldForm(_ReasonForm):
    """The results of one student held back; it stands beside another form with a reason."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, auto_id="hold_%s", **keywords)


class ExtensionForm(_ReasonForm):
    """More time or more attempts for one student; empty fields leave what holds for all."""

    due_at = LocalMoment()
    late_until = LocalMoment()
    more_attempts = forms.IntegerField(min_value=0, max_value=1_000, initial=0)
    field_order = ("due_at", "late_until", "more_attempts", "reason")

    def __init__(self, *args: Any, zone: str, language: str, **keywords: Any) -> None:
        super().__init__(*args, language=language, **keywords)
        _put_in_zone(self, ("due_at", "late_until"), zone)


def _put_in_zone(form: SpokenForm, names: tuple[str, ...], zone: str) -> None:
    """Give the date fields of a form the course's zone, and show their first values there."""
    for name in names:
        form.fields[name].zone = zone
        if moment := form.initial.get(name):
            form.initial[name] = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
