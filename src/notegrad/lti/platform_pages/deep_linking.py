"""The page where a teacher picks assignments for a platform's course, and the way back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.lti.claims import origin_of
from notegrad.lti.deep_links import answer_with, takes_columns, takes_many
from notegrad.lti.frames import origins_of
from notegrad.lti.platform_forms import CodeForm, ItemsForm
from notegrad.lti.platform_pages.launch_choice import launched
from notegrad.lti.platform_pages.launching import SESSION_DEEP_LINKING
from notegrad.server.middleware import POLICY
from notegrad.server.shown_page import language_of, show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The choice, then the signed answer in a form. Raises Http404 where nothing was asked for."""
    context, _, is_teacher = launched(request)
    settings = request.session.get(SESSION_DEEP_LINKING)
    back = str((settings or {}).get("deep_link_return_url", ""))
    if not settings or not is_teacher or not origin_of(back):
        raise Http404
    if context.course is None:
        page = {"form": CodeForm(language=language_of(request)), "context": context}
        page["may_create"] = context.platform.teachers_may_create
        return show(request, "lti/connect.html", page)
    if not context.course.assignments.exists():
        return redirect("course", context.course.slug)
    form = ItemsForm(
        request.POST or None,
        assignments=context.course.assignments.order_by("title"),
        is_single=not takes_many(settings),
        language=language_of(request),
    )
    if not takes_columns(settings):
        del form.fields["points"], form.fields["with_column"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        points = data["points"] if data.get("with_column") else None
        token = answer_with(context, settings, list(data["assignments"]), points)
        page = {"back": back, "token": token, "chosen": data["assignments"], "context": context}
        response = show(request, "lti/deep_linking_back.html", page)
        # the one form of ours that goes elsewhere; browsers hold where it is sent on to the same list
        allowed = " ".join(["form-action 'self'", *origins_of(context.platform, back)])
        response["Content-Security-Policy"] = POLICY.replace("form-action 'self'", allowed)
        return response
    page = {"form": form, "context": context, "course": context.course}
    return show(request, "lti/deep_linking.html", page, status=422 if form.errors else 200)
