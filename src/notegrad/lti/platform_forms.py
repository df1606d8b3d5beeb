"""The forms of learning platforms."""

from __future__ import annotations

from typing import Any

from django import forms

from notegrad.lti.claims import origin_of
from notegrad.lti.models import LtiPlatform
from notegrad.server.models import Assignment
from notegrad.server.spoken_form import SpokenForm

URL_FIELDS = ("login_url", "token_url", "key_set_url")


class PlatformForm(SpokenForm):
    """A platform, as its own administrator tells of it."""

    platform_name = forms.CharField(max_length=100)
    issuer = forms.CharField(max_length=255)
    client_id = forms.CharField(max_length=255)
    deployment_ids = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    login_url = forms.URLField(max_length=500, assume_scheme="https")
    token_url = forms.URLField(max_length=500, assume_scheme="https")
    key_set_url = forms.URLField(max_length=500, assume_scheme="https")
    audience = forms.CharField(max_length=500, required=False)
    frame_origins = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    teachers_may_create = forms.BooleanField(required=False)
    is_active = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, known: LtiPlatform | None = None, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._known = known

    def clean(self) -> dict[str, Any]:
        """Refuses a registration that is there already, addresses without TLS, and origins that are none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        same = LtiPlatform.objects.filter(issuer=data.get("issuer"), client_id=data.get("client_id"))
        if same.exclude(pk=self._known.pk if self._known else 0).exists():
            self.refuse("client_id", "platform_taken")
        for origin in data.get("frame_origins", "").split():
            if not origin_of(origin):
                self.refuse("frame_origins", "platform_no_origin", origin=origin)
        return data


class CodeForm(SpokenForm):
    """The code that connects a platform's course with one of ours."""

    code = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class LinkForm(SpokenForm):
    """The assignment that a link opens."""

    assignment = forms.ModelChoiceField(queryset=Assignment.objects.none())

    def __init__(self, *args: Any, assignments: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["assignment"].queryset = assignments


class ItemsForm(SpokenForm):
    """The assignments that a platform's course gets links to, and whether each gets a column."""

    assignments = forms.ModelMultipleChoiceField(
        queryset=Assignment.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    points = forms.FloatField(min_value=0.1, max_value=10_000, initial=20.0)
    with_column = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, assignments: Any, is_single: bool, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["assignments"].queryset = assignments
        self._is_single = is_single

    def clean(self) -> dict[str, Any]:
        """Refuses more than the platform takes."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self._is_single and len(data.get("assignments", ())) > 1:
            self.refuse("assignments", "deep_linking_one_only")
        return data
