"""Points that the staff decides for one attempt, by question or for the whole, each with its reason."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.marks.final_mark import completed, number
from notegrad.marks.overrides import WHOLE
from notegrad.records import GradingResult
from notegrad.server.access import hand_in_for
from notegrad.server.audit_log import Decision, record
from notegrad.server.models import HandIn, Override
from notegrad.server.page_marks import PageMarks, questions_of
from notegrad.server.result_rows import like_result, marks_of, unpacked
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.staff_forms import OverrideForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def override(request: HttpRequest, number: int) -> HttpResponse:
    """Other points for one attempt, or the result's own again.

    Raises Http404 where nobody knows yet what there is to have.
    """
    hand_in = hand_in_for(request, "override", number)
    machine = _machine(hand_in)
    if machine is None:
        raise Http404
    marks = marks_of([hand_in], language_of(request))
    chosen = request.POST.get("question") or request.GET.get("question") or WHOLE
    form = OverrideForm(
        request.POST or None,
        initial=_initial(marks, hand_in, machine, chosen),
        language=language_of(request),
        points={row.question: 0.0 for row in marks.decisions(hand_in)} | questions_of(machine),
    )
    if request.method == "POST" and form.is_valid():
        _decide(request, hand_in, form.cleaned_data, removes="remove" in request.POST)
        return redirect("attempt", hand_in.pk)
    context = {
        "hand_in": hand_in,
        "assignment": hand_in.assignment,
        "course": hand_in.assignment.course,
        "form": form,
        "machine": machine,
        "mark": marks.mark(hand_in),
        "decisions": marks.decisions(hand_in),
        "misfits": marks.misfits(hand_in),
    }
    return show(request, "staff/override.html", context, status=422 if form.errors else 200)


def _machine(hand_in: HandIn) -> GradingResult | None:
    """The grader's result with all questions; for what was not graded, those of another of the assignment."""
    if hand_in.current is not None:
        result = unpacked(hand_in.current)
        return result if result.questions else completed(result, like_result(hand_in.assignment_id))
    like = like_result(hand_in.assignment_id)
    if like is None or hand_in.state != "not_graded":
        return None
    return completed(marks_of([hand_in]).machine(hand_in), like)


def _initial(marks: PageMarks, hand_in: HandIn, machine: GradingResult, chosen: str) -> dict[str, object]:
    scores = {q.question.name: q.score for q in machine.questions} | {WHOLE: machine.score}
    known = next((row for row in marks.decisions(hand_in) if row.question == chosen), None)
    return {
        "question": chosen,
        "score": number(known.points if known else scores.get(chosen, machine.score)),
        "reason": known.reason if known else "",
    }


def _decide(request: HttpRequest, hand_in: HandIn, data: dict[str, object], *, removes: bool) -> None:
    """Write a decision, or take it back, and record what it does to the mark."""
    question, reason = str(data["question"]), str(data["reason"])
    target, course = f"attempt {hand_in.pk} · {hand_in.user} · {question}", hand_in.assignment.course
    with transaction.atomic():
        before = marks_of([hand_in]).points(hand_in)
        if removes:
            Override.objects.filter(hand_in=hand_in, question=question).delete()
        else:
            fields = {"points": data["score"], "reason": reason, "by": request.user, "created_at": Now()}
            Override.objects.update_or_create(hand_in=hand_in, question=question, defaults=fields)
        facts = {"before": before, "after": marks_of([hand_in]).points(hand_in)}
        action: Decision = "override_removed" if removes else "override"
        record(request, action, target, course=course, about=hand_in.user, reason=reason, **facts)
