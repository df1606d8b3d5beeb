"""The page where a teacher sets an assignment: its dates, its state, its bundle, its publication."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models.functions import Now
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.errors import InputError
from notegrad.server.access import assignment_for
from notegrad.server.audit_log import record
from notegrad.server.models import Assignment
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.bundles import add_version, is_in_use, read_upload
from notegrad.server.staff.regrading import affected
from notegrad.server.staff.rehearsal_job import rehearse_again
from notegrad.server.staff.rehearsals import preview_of
from notegrad.server.staff.staff_forms import AssignmentForm, BundleForm

FIELDS = (
    "title",
    "state",
    "opens_at",
    "due_at",
    "late_until",
    "tolerance_s",
    "counts",
    "attempts_limit",
    "hidden_visibility",
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The settings of an assignment."""
    found = assignment_for(request, "manage_course", course, slug)
    form = AssignmentForm(
        request.POST or None,
        initial=model_to_dict(found, FIELDS),
        zone=found.course.time_zone,
        language=language_of(request),
    )
    objections = preview_of(found.bundle).objections if found.bundle else ()
    form.ask_before_opening(objections)
    if request.method == "POST" and form.is_valid():
        changed: dict[str, Any] = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        for name in FIELDS:
            setattr(found, name, form.cleaned_data[name])
        with transaction.atomic():
            found.save(update_fields=list(FIELDS))
            record(request, "settings", found.slug, course=found.course, **changed)
            if form.opens and objections:
                against: dict[str, Any] = dict.fromkeys(objections, True)
                record(request, "open_anyway", found.slug, course=found.course, **against)
        return redirect("manage", found.course.slug, found.slug)
    return _page(request, found, form, BundleForm(language=language_of(request)), 422 if form.errors else 200)


@login_required
@require_POST
def new_bundle(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """A new version of the bundle; attempts that are graded stay as they are until they are graded again."""
    found = assignment_for(request, "manage_course", course, slug)
    language = language_of(request)
    form = BundleForm(request.POST, request.FILES, language=language)
    if form.is_valid():
        file = form.cleaned_data["bundle"]
        data = file.read()
        try:
            bundle = read_upload(data, file.name)
            if is_in_use(found, bundle):
                form.refuse("bundle", "bundle_in_use")
            else:
                with transaction.atomic():
                    before = found.bundle
                    version = add_version(found, bundle, data, file.name, request.user)
                    rehearse_again(version, before)
                    record(request, "new_bundle", found.slug, course=found.course, version=version.version)
                return redirect("preview", found.course.slug, found.slug)
        except InputError as error:
            form.refuse("bundle", "bundle_refused", why=error)
    settings = AssignmentForm(
        initial=model_to_dict(found, FIELDS), zone=found.course.time_zone, language=language
    )
    settings.ask_before_opening(())
    return _page(request, found, settings, form, 422)


@login_required
@require_POST
def publish(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """Publishes all results of an assignment, or takes that back."""
    found = assignment_for(request, "manage_course", course, slug)
    is_out = found.published_at is not None
    with transaction.atomic():
        Assignment.objects.filter(pk=found.pk).update(published_at=None if is_out else Now())
        record(request, "withdraw" if is_out else "publish", found.slug, course=found.course)
    return redirect("manage", found.course.slug, found.slug)


def _page(
    request: HttpRequest, found: Assignment, form: AssignmentForm, bundle_form: BundleForm, status: int
) -> HttpResponse:
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "form": form,
        "bundle_form": bundle_form,
        "preview": preview_of(found.bundle) if found.bundle else None,
        "affected": len(affected(found)) if found.bundle else 0,
        "regrades": found.regrades.order_by("-pk")[:10],
        "versions": found.bundles.select_related("by").order_by("-version"),
    }
    return show(request, "staff/manage.html", context, status=status)
