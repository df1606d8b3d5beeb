"""The administrator's pages of platforms: what to paste there, what they say of themselves, and our keys."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notegrad.lti.keys import living_keys, new_key, signing_key, withdraw
from notegrad.lti.models import LtiKey, LtiPlatform
from notegrad.lti.own_addresses import address_of
from notegrad.lti.platform_forms import PlatformForm
from notegrad.lti.registration import SCOPES
from notegrad.server.access import demand
from notegrad.server.audit_log import record
from notegrad.server.shown_page import language_of, show

FIELDS = (
    "issuer",
    "client_id",
    "deployment_ids",
    "login_url",
    "token_url",
    "key_set_url",
    "audience",
    "frame_origins",
    "teachers_may_create",
    "is_active",
)


def own_addresses() -> dict[str, str]:
    """What a platform asks for, by the sentence that names it."""
    launch = address_of("lti_launch")
    return {
        "lti_our_launch": launch,
        "lti_our_login": address_of("lti_login"),
        "lti_our_keys": address_of("lti_keys"),
        "lti_our_canvas": address_of("lti_canvas"),
    }


@login_required
@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    """All platforms, our addresses, our keys."""
    demand(request, "manage_platforms")
    signs = signing_key()
    page = {
        "platforms": LtiPlatform.objects.all(),
        "addresses": own_addresses(),
        "is_https": settings.PUBLIC_URL.startswith("https://"),
        "keys": [{"key": key, "signs": key.pk == signs.pk} for key in living_keys()],
    }
    return show(request, "lti/platforms.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_platform(request: HttpRequest) -> HttpResponse:
    """A new platform."""
    demand(request, "manage_platforms")
    return _edit(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def platform(request: HttpRequest, number: int) -> HttpResponse:
    """A platform that is known. Raises Http404 where it is not."""
    demand(request, "manage_platforms")
    known = LtiPlatform.objects.filter(pk=number).first()
    if known is None:
        raise Http404
    return _edit(request, known)


def _edit(request: HttpRequest, known: LtiPlatform | None) -> HttpResponse:
    initial: dict[str, Any] = {"platform_name": known.name} if known else {}
    if known is not None:
        initial |= {name: getattr(known, name) for name in FIELDS}
    form = PlatformForm(request.POST or None, known=known, initial=initial, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        row = known or LtiPlatform()
        row.name = form.cleaned_data["platform_name"]
        for name in FIELDS:
            setattr(row, name, form.cleaned_data[name])
        if "key_set_url" in form.changed_data:
            row.key_set, row.key_set_at = {}, None
        with transaction.atomic():
            row.save()
            changed = {name: str(form.cleaned_data[name])[:200] for name in form.changed_data}
            record(request, "lti_platform", row.name, changed=changed)
        return redirect("lti_platforms")
    page = {"form": form, "known": known, "addresses": own_addresses()}
    return show(request, "lti/platform.html", page, status=422 if form.errors else 200)


@login_required
@require_POST
def change_keys(request: HttpRequest) -> HttpResponse:
    """Makes a new key, or withdraws one."""
    demand(request, "manage_platforms")
    number = request.POST.get("withdraw", "")
    with transaction.atomic():
        if number.isdigit():
            key = LtiKey.objects.filter(pk=int(number)).first()
            if key is not None and withdraw(key):
                record(request, "lti_key_withdrawn", f"key {key.pk}")
        else:
            record(request, "lti_key", f"key {new_key().pk}")
    return redirect("lti_platforms")


@require_safe
def canvas(request: HttpRequest) -> HttpResponse:
    """This page as Canvas takes a tool by its address."""
    del request
    launch = address_of("lti_launch")
    placement = {"target_link_uri": launch, "message_type": "LtiDeepLinkingRequest", "enabled": True}
    return JsonResponse(
        {
            "title": "notegrad",
            "description": "Notebooks handed in, graded, and their scores in the gradebook",
            "oidc_initiation_url": address_of("lti_login"),
            "target_link_uri": launch,
            "public_jwk_url": address_of("lti_keys"),
            "scopes": list(SCOPES),
            "custom_fields": {},
            "extensions": [
                {
                    "platform": "canvas.instructure.com",
                    "privacy_level": "name_only",
                    "settings": {
                        "text": "notegrad",
                        "placements": [{"placement": "assignment_selection", **placement}],
                    },
                }
            ],
        }
    )
