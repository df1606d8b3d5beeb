"""The pages that platforms call: a login begins, a launch arrives, our public keys are read."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.contrib.auth import login as sign_in
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pylti1p3.exception import LtiException, LtiKeyException

from notegrad.lti.checked_launch import LOGIN_S, CheckedLaunch, NoCookieError, begin_login, cookie_of
from notegrad.lti.claims import DEEP_LINKING_MESSAGE, LaunchClaims, course_role
from notegrad.lti.frames import SESSION_ORIGINS, origins_of
from notegrad.lti.keys import public_keys
from notegrad.lti.models import LtiContext, LtiLink, LtiPlatform
from notegrad.lti.own_addresses import address_of
from notegrad.lti.platform_people import enrol, user_of
from notegrad.lti.wishes import enqueue_plan
from notegrad.server.models import Assignment
from notegrad.server.shown_page import show

BACKEND = "django.contrib.auth.backends.ModelBackend"
SESSION_LAUNCH, SESSION_DEEP_LINKING = "lti_launch", "lti_deep_linking"

log = logging.getLogger("notegrad.lti.launches")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Our public keys."""
    del request
    response = JsonResponse(public_keys())
    response["Cache-Control"] = "public, max-age=300"
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Begins a login: a cookie for this browser, and on to the platform."""
    asked = request.POST if request.method == "POST" else request.GET
    parameters = {name: str(value)[:4000] for name, value in asked.items()}
    issuer, client, hint = (parameters.get(name, "") for name in ("iss", "client_id", "login_hint"))
    platform = LtiPlatform.objects.filter(issuer=issuer, client_id=client, is_active=True).first()
    if platform is None or not hint:
        log.info("a login was refused: issuer %r, client %r, hint %s", issuer[:200], client[:200], bool(hint))
        return refused(request, "lti_unknown_platform" if platform is None else "lti_refused", 400)
    begun = begin_login(platform, parameters)
    wanted = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": address_of("lti_launch"),
        "state": begun.state,
        "nonce": begun.nonce,
        "login_hint": hint,
    }
    if message_hint := parameters.get("lti_message_hint"):
        wanted["lti_message_hint"] = message_hint
    joint = "&" if "?" in platform.login_url else "?"
    response = redirect(f"{platform.login_url}{joint}{urlencode(wanted)}")
    is_secure = request.is_secure()
    response.set_cookie(
        cookie_of(begun),
        begun.state,
        max_age=LOGIN_S,
        secure=is_secure,
        httponly=True,
        samesite="None" if is_secure else None,
    )
    return response


@csrf_exempt
@require_POST
def launch(request: HttpRequest) -> HttpResponse:
    """Takes a launch: signs the person in, and goes to what the link opens."""
    checked = CheckedLaunch(request)
    try:
        claims = checked.checked_claims()
    except NoCookieError as fault:
        log.info("a launch was refused: %s", fault)
        again = f"{reverse('lti_login')}?{urlencode(fault.login.parameters)}"
        return refused(request, "lti_no_cookie", 403, platform=fault.login.platform, again=again)
    except LtiException as fault:
        log.info("a launch was refused: %s", fault)
        key = "lti_refused_key" if isinstance(fault, LtiKeyException) else "lti_refused"
        return refused(request, key, 403, platform=checked.login and checked.platform)
    response = _arrive(request, checked.platform, claims)
    if checked.login is not None:
        samesite = "None" if request.is_secure() else None
        response.delete_cookie(cookie_of(checked.login), samesite=samesite)
    return response


def _arrive(request: HttpRequest, platform: LtiPlatform, claims: LaunchClaims) -> HttpResponse:
    """Book what a launch says, and go on."""
    identity, _ = user_of(platform, claims.subject, claims.name)
    if not identity.user.is_active:
        return refused(request, "lti_taken_out", 403, platform=platform)
    sign_in(request, identity.user, backend=BACKEND)  # gives the session a new key
    context = _context(platform, claims)
    role = course_role(claims.roles)
    request.session[SESSION_ORIGINS] = origins_of(platform, claims.return_url)
    seen = {"context": context.pk, "role": role, "link": None}
    request.session[SESSION_LAUNCH] = seen
    is_known = context.members.filter(identity=identity, state="in").exists()
    may_enter = enrol(context, identity, role)
    if context.course is not None and not may_enter:
        return refused(request, "lti_taken_out", 403, platform=platform)
    if claims.message == DEEP_LINKING_MESSAGE:
        request.session[SESSION_DEEP_LINKING] = dict(claims.deep_linking)
        return redirect("lti_deep_linking")
    link, is_changed = _link(context, claims)
    request.session[SESSION_LAUNCH] = {**seen, "link": link.pk}
    if link.assignment is not None and (is_changed or not is_known):
        enqueue_plan(link.assignment)
    if context.course is None or link.assignment is None:
        return redirect("lti_link")
    return redirect("assignment", link.assignment.course.slug, link.assignment.slug)


def _context(platform: LtiPlatform, claims: LaunchClaims) -> LtiContext:
    found, _ = LtiContext.objects.select_related("course").get_or_create(
        platform=platform, deployment_id=claims.deployment_id, context_id=claims.context_id
    )
    found.title = claims.context_title[:200] or found.title
    found.members_url = claims.members_url or found.members_url
    found.save(update_fields=["title", "members_url"])
    return found


def _link(context: LtiContext, claims: LaunchClaims) -> tuple[LtiLink, bool]:
    """The link with what the launch says of its gradebook, and whether that is new.

    A custom value names the assignment the first time.
    """
    found, _ = LtiLink.objects.select_related("assignment__course").get_or_create(
        context=context, resource_link_id=claims.link_id
    )
    before = (found.line_item, found.line_items, found.assignment_id)
    found.title = claims.link_title[:200] or found.title
    if claims.line_item or claims.line_items:  # a launch without the claim says nothing of the gradebook
        found.line_item, found.line_items = claims.line_item, claims.line_items
        found.scopes = list(claims.scopes)
    if found.assignment is not None and found.assignment.course_id != context.course_id:
        found.assignment = None  # the platform's course was connected with another one of ours since
    if found.assignment is None and context.course is not None and claims.assignment:
        found.assignment = Assignment.objects.filter(course=context.course, slug=claims.assignment).first()
    found.save()
    return found, before != (found.line_item, found.line_items, found.assignment_id)


def refused(
    request: HttpRequest, key: str, status: int, *, platform: LtiPlatform | None = None, again: str = ""
) -> HttpResponse:
    """A page with one sentence, which the platform may frame; `again` opens a new tab where a frame fails."""
    response = show(request, "lti/refused.html", {"key": key, "again": again}, status=status)
    if platform is not None:
        response.notegrad_framed_by = origins_of(platform)
    return response
