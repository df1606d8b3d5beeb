"""Pages of a link that opens nothing yet: a teacher connects the course, and chooses the assignment."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.lti.connecting import connect_with, course_of_code, new_course_for
from notegrad.lti.models import LtiContext, LtiLink
from notegrad.lti.platform_forms import CodeForm, LinkForm
from notegrad.lti.platform_pages.launching import SESSION_DEEP_LINKING, SESSION_LAUNCH
from notegrad.lti.wishes import enqueue_plan
from notegrad.server.audit_log import record
from notegrad.server.shown_page import language_of, show


def launched(request: HttpRequest) -> tuple[LtiContext, LtiLink | None, bool]:
    """The course and the link of this session's last launch, and whether it was a teacher's.

    Raises Http404 where there was none, or where the person has lost their part there since.
    """
    seen = request.session.get(SESSION_LAUNCH) or {}
    context = LtiContext.objects.select_related("course", "platform").filter(pk=seen.get("context")).first()
    if context is None:
        raise Http404
    member = context.members.filter(identity__user=request.user, state="in").first()
    if member is None:
        raise Http404
    link = LtiLink.objects.select_related("assignment__course").filter(pk=seen.get("link"), context=context)
    if context.course is not None:
        request.notegrad_course_language = context.course.language
    return context, link.first(), member.role == "teacher"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """What the link opens; its teacher chooses where that is open. Raises Http404 without a launch."""
    context, found, is_teacher = launched(request)
    if found is None:
        raise Http404
    if context.course is None:
        return _not_connected(request, context, is_teacher=is_teacher)
    if found.assignment is not None:
        return redirect("assignment", context.course.slug, found.assignment.slug)
    if not is_teacher:
        return show(request, "lti/refused.html", {"key": "lti_nothing_yet", "again": ""})
    form = LinkForm(
        request.POST or None,
        assignments=context.course.assignments.order_by("title"),
        language=language_of(request),
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["assignment"]
        with transaction.atomic():
            LtiLink.objects.filter(pk=found.pk).update(assignment=chosen)
            record(request, "lti_link", f"{found} → {chosen.slug}", course=context.course)
            enqueue_plan(chosen)
        return redirect("assignment", context.course.slug, chosen.slug)
    page = {"form": form, "context": context, "link": found, "course": context.course}
    return show(request, "lti/link.html", page, status=422 if form.errors else 200)


def _not_connected(request: HttpRequest, context: LtiContext, *, is_teacher: bool) -> HttpResponse:
    if not is_teacher:
        return show(request, "lti/refused.html", {"key": "lti_nothing_yet", "again": ""})
    return _connect_page(request, context, CodeForm(language=language_of(request)), 200)


def _connect_page(request: HttpRequest, context: LtiContext, form: CodeForm, status: int) -> HttpResponse:
    page = {"form": form, "context": context, "may_create": context.platform.teachers_may_create}
    return show(request, "lti/connect.html", page, status=status)


@login_required
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Connects a platform's course, by a code or with a new one. Raises Http404 for others."""
    context, found, is_teacher = launched(request)
    if not is_teacher or context.course is not None:
        raise Http404
    language = language_of(request)
    if "create" in request.POST:
        if not context.platform.teachers_may_create:
            raise Http404
        with transaction.atomic():
            made = new_course_for(context, language)
            record(request, "new_course", made.slug, course=made, platform=str(context.platform))
    else:
        form = CodeForm(request.POST, language=language)
        course = course_of_code(form.cleaned_data["code"]) if form.is_valid() else None
        if course is None:
            if not form.errors:
                form.refuse("code", "lti_wrong_code")
            return _connect_page(request, context, form, 422)
        with transaction.atomic():
            connect_with(context, course)
            record(request, "lti_connect", str(context), course=course, platform=str(context.platform))
    if found is None and request.session.get(SESSION_DEEP_LINKING):
        return redirect("lti_deep_linking")
    return redirect("lti_link" if found else "home")
