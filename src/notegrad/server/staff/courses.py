"""Pages of courses for those who run them: a new course, its people, a new assignment."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.errors import InputError
from notegrad.server.access import course_for, demand
from notegrad.server.accounts.links import make_link
from notegrad.server.audit_log import Decision, record
from notegrad.server.models import Assignment, Course, Enrolment, Invitation
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.bundles import add_version, read_upload
from notegrad.server.staff.rehearsal_job import rehearse_again
from notegrad.server.staff.staff_forms import BundleForm, CourseForm, InviteForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_course(request: HttpRequest) -> HttpResponse:
    """A new course; who makes it teaches in it."""
    demand(request, "create_course")
    form = CourseForm(request.POST or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = Course.objects.create(
                    slug=data["slug"],
                    title=data["course_title"],
                    language=data["course_language"],
                    time_zone=data["time_zone"],
                )
                Enrolment.objects.create(course=made, user=request.user, role="teacher", source="creation")
                record(request, "new_course", made.slug, course=made)
            return redirect("course", made.slug)
        except IntegrityError:
            form.refuse("slug", "course_slug_taken", slug=data["slug"])
    return show(request, "staff/new_course.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, course: str) -> HttpResponse:
    """The people of a course, and links that bring new ones in; a link is told once."""
    found = course_for(request, "manage_people", course)
    form = InviteForm(request.POST or None, language=language_of(request))
    link = ""
    if request.method == "POST" and form.is_valid():
        role = form.cleaned_data["role"]
        with transaction.atomic():
            if role == "student":  # one link for the class: a new one takes the place of one that went astray
                Invitation.objects.filter(course=found, role=role, uses_left=None).delete()
            path = make_link(course=found, role=role, uses=None if role == "student" else 1)
            record(request, "link", role, course=found)
        link = request.build_absolute_uri(path)
    enrolments = found.enrolments.select_related("user").order_by("role", "user__name")
    context = {"course": found, "form": form, "link": link, "enrolments": enrolments}
    return show(request, "staff/people.html", context)


@login_required
@require_POST
def person(request: HttpRequest, course: str, user: int) -> HttpResponse:
    """Takes a person out of a course or lets them in again, or makes a link for a new password.

    Raises Http404 for who was never in the course, and for a password link that would give more than one's
    own rights.
    """
    found = course_for(request, "manage_people", course)
    enrolment = found.enrolments.select_related("user").filter(user_id=user).first()
    if enrolment is None:
        raise Http404
    if request.POST.get("what") == "password":
        # a teacher helps a student; who has rights anywhere else is helped by an administrator only
        elsewhere = enrolment.user.enrolments.exclude(role="student").exists() or enrolment.user.is_superuser
        others = enrolment.user.enrolments.exclude(course=found).exists()
        if (elsewhere or others) and not request.user.is_superuser:
            raise Http404
        with transaction.atomic():
            path = make_link(user=enrolment.user)
            record(request, "password_link", enrolment.user, course=found, about=enrolment.user)
        context = {"course": found, "person": enrolment.user, "link": request.build_absolute_uri(path)}
        return show(request, "staff/password_link.html", context)
    if enrolment.user_id != request.user.pk:
        with transaction.atomic():
            enrolment.is_active = not enrolment.is_active
            enrolment.save(update_fields=["is_active"])
            what: Decision = "in" if enrolment.is_active else "out"
            record(request, what, enrolment.user, course=found, about=enrolment.user)
    return redirect("people", found.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_assignment(request: HttpRequest, course: str) -> HttpResponse:
    """A new assignment, a draft, from the zip of its bundle."""
    found = course_for(request, "manage_course", course)
    form = BundleForm(request.POST or None, request.FILES or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["bundle"]
        data = file.read()
        try:
            bundle = read_upload(data, file.name)
            slug = slugify(bundle.settings.slug)[:60] or "assignment"
            with transaction.atomic():
                made = Assignment.objects.create(course=found, slug=slug, title=bundle.settings.title[:200])
                rehearse_again(add_version(made, bundle, data, file.name, request.user), None)
                record(request, "new_assignment", slug, course=found, bundle=bundle.digest)
            return redirect("preview", found.slug, made.slug)
        except InputError as error:
            form.refuse("bundle", "bundle_refused", why=error)
        except IntegrityError:
            form.refuse("bundle", "assignment_slug_taken", slug=slug)
    context = {"course": found, "form": form}
    return show(request, "staff/new_assignment.html", context, status=422 if form.errors else 200)
