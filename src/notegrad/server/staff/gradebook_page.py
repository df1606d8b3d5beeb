"""The page of grades as files: our own gradebook, a platform’s filled in, all feedback pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notegrad.errors import InputError
from notegrad.intake.class_list.spreadsheet import sheet_of
from notegrad.messages import translate
from notegrad.results.gradebooks.fill_template import FillOptions
from notegrad.results.gradebooks.gradescope_csv import to_gradescope_csv
from notegrad.results.gradebooks.scale import Scale
from notegrad.results.gradebooks.standings import standings
from notegrad.results.text import clean, one_line
from notegrad.server.access import assignment_for
from notegrad.server.audit_log import record
from notegrad.server.blobs import content_of, keep
from notegrad.server.models import Assignment, ClassFile
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.class_of_page import class_of_page, own_gradebook
from notegrad.server.staff.file_forms import FillForm
from notegrad.server.staff.filling_page import filled_for
from notegrad.server.staff.pages_job import enqueue_pages, waiting_pages

MAX_NOTE_CHARS = 20_000
_FORMS = {"fr": "fr", "en": "en"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def gradebook(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The files of the class; a file that is sent comes back with its grades, and what to know of it."""
    found = assignment_for(request, "see_class", course, slug)
    form = FillForm(request.POST or None, request.FILES or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = _fill(request, found, form)
            return redirect("filled", found.course.slug, found.slug, made.pk)
        except InputError as error:
            form.refuse("gradebook_file", "fill_refused", why=error)
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "form": form,
        "pages": found.files.filter(kind="pages").order_by("-pk").first(),
        "waiting": waiting_pages(found),
    }
    return show(request, "staff/gradebook.html", context, status=422 if form.errors else 200)


def _fill(request: HttpRequest, found: Assignment, form: FillForm) -> ClassFile:
    """Fill a file in and keep it for its person, in place of the one before. Raises InputError."""
    data, language = form.cleaned_data, language_of(request)
    file = data["gradebook_file"]
    name = one_line(PurePosixPath(file.name.replace("\\", "/")).name)[-150:]
    options = FillOptions(
        target="csv",
        column=data["column"] or None,
        key=data["key_column"] or None,
        comments=data["comments"],
        keep=data["keep"],
    )
    sheet = sheet_of(file.read(), name, language, head=options.key)
    filled = filled_for(
        class_of_page(found, for_matching=True), sheet, options, _scale(data["scale"], data["step"]), language
    )
    if data["moodle_pages"] and filled.target != "moodle":
        raise InputError(translate("fill_pages_moodle_only", language, name=name))
    told = (translate("fill_pages_made", language),) if data["moodle_pages"] else ()
    with transaction.atomic():
        if data["moodle_pages"]:
            enqueue_pages(found, filled.folders)
        found.files.filter(kind="filled", by=request.user).delete()
        made = ClassFile.objects.create(
            assignment=found,
            kind="filled",
            blob=keep(filled.data),
            file_name=name,
            notes=[clean(note, MAX_NOTE_CHARS) for note in (*filled.notes, *told)],
            by=request.user,
        )
        record(request, "gradebook", found.slug, course=found.course, file=name, platform=filled.target)
    return made


def _scale(out_of: Decimal | None, step: Decimal | None) -> Scale | None:
    return None if out_of is None and step is None else Scale(out_of=out_of, step=step or Decimal("0.01"))


@login_required
@require_safe
def filled(request: HttpRequest, course: str, slug: str, file: int) -> HttpResponse:
    """The page of a file that was filled in: what to know first, then the file.

    Raises Http404 for other files.
    """
    found = assignment_for(request, "see_class", course, slug)
    made = found.files.filter(kind="filled", pk=file, by=request.user).first()
    if made is None:
        raise Http404
    context = {"assignment": found, "course": found.course, "file": made}
    return show(request, "staff/filled.html", context)


@login_required
@require_safe
def class_file(request: HttpRequest, course: str, slug: str, file: int) -> HttpResponse:
    """A file of the class, byte for byte; raises Http404 where it is not there, or somebody else's."""
    found = assignment_for(request, "see_class", course, slug)
    made = found.files.select_related("blob").filter(pk=file).first()
    if made is None or (made.kind == "filled" and made.by_id != request.user.pk):
        raise Http404
    return _attached(content_of(made.blob), made.file_name)


@login_required
@require_safe
def own_file(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The gradebook in our own form, `?form=fr` or `en`, or in Gradescope's columns."""
    found = assignment_for(request, "see_class", course, slug)
    asked = request.GET.get("form", "")
    if asked == "gradescope":
        made = class_of_page(found)
        data = to_gradescope_csv(standings(made.class_list, made.results), Scale())
        return _attached(data, f"{found.slug}-gradescope.csv")
    return _attached(own_gradebook(found, _FORMS.get(asked)), f"{found.slug}-grades.csv")  # type: ignore[arg-type]


@login_required
@require_POST
def make_pages(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """Asks for a zip of all feedback pages; a worker makes it."""
    found = assignment_for(request, "see_class", course, slug)
    enqueue_pages(found)
    return redirect("gradebook", found.course.slug, found.slug)


def _attached(data: bytes, name: str) -> HttpResponse:
    """A file that browsers keep and never show."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
