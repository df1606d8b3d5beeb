"""The page that a platform opens to register itself, by a link that an administrator here has made."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.lti.claims import origin_of
from notegrad.lti.own_addresses import address_of
from notegrad.lti.registration import RegistrationError, is_good, register_with, registration_code
from notegrad.server.access import demand
from notegrad.server.audit_log import record
from notegrad.server.shown_page import show

FIELDS = ("code", "openid_configuration", "registration_token")


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Makes a link with which a platform registers itself."""
    demand(request, "manage_platforms")
    record(request, "lti_invitation", "platform")
    link = f"{address_of('lti_register')}?code={registration_code()}"
    return show(request, "lti/invitation.html", {"link": link})


@csrf_exempt  # a frame has no session of ours yet: the signed code is the proof
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Asks, then registers. Raises Http404 without a good code, or without a platform's description."""
    asked = request.POST if request.method == "POST" else request.GET
    fields = {name: str(asked.get(name, ""))[:4000] for name in FIELDS}
    origin = origin_of(fields["openid_configuration"])
    if not is_good(fields["code"]) or not origin:
        raise Http404
    page: dict[str, object] = {"fields": fields, "origin": origin, "made": None, "why": ""}
    status = 200
    if request.method == "POST":
        try:
            made = register_with(fields["openid_configuration"], fields["registration_token"])
            record(request, "lti_platform", made.name, issuer=made.issuer, client_id=made.client_id)
            page["made"] = made
        except RegistrationError as fault:
            page["why"], status = str(fault), 422
    response = show(request, "lti/register.html", page, status=status)
    response.notegrad_framed_by = [origin]
    return response
