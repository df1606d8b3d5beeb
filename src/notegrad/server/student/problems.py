"""Problems that students signal with an attempt, and the answers of the staff."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.server.access import hand_in_for
from notegrad.server.audit_log import record
from notegrad.server.models import HandIn, Problem
from notegrad.server.shown_page import language_of, show
from notegrad.server.spoken_form import SpokenForm

MAX_OPEN = 3


class ProblemForm(SpokenForm):
    """What seems wrong."""

    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class AnswerForm(SpokenForm):
    """What the staff answers."""

    answer = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: HttpRequest, number: int) -> HttpResponse:
    """Signals a problem with one's own attempt; the attempt is attached, whatever becomes of it."""
    hand_in = hand_in_for(request, "signal_problem", number)
    form = ProblemForm(request.POST or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        if hand_in.problems.filter(answer="").count() >= MAX_OPEN:
            form.refuse("text", "problem_too_many")
        else:
            Problem.objects.create(hand_in=hand_in, text=form.cleaned_data["text"])
            return redirect("attempt", hand_in.pk)
    return _page(request, hand_in, form, 422 if form.errors else 200)


@login_required
@require_POST
def answer(request: HttpRequest, number: int, problem: int) -> HttpResponse:
    """Answers a problem; raises Http404 where it is not this attempt's, or answered already."""
    hand_in = hand_in_for(request, "answer_problem", number)
    found = hand_in.problems.filter(pk=problem, answer="").first()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST, language=language_of(request))
    if form.is_valid():
        with transaction.atomic():
            Problem.objects.filter(pk=found.pk).update(
                answer=form.cleaned_data["answer"], answered_by=request.user, answered_at=Now()
            )
            course = hand_in.assignment.course
            target = f"attempt {hand_in.pk} · {hand_in.user}"
            record(request, "answer", target, course=course, about=hand_in.user)
    return redirect("attempt", hand_in.pk)


def _page(request: HttpRequest, hand_in: HandIn, form: ProblemForm, status: int) -> HttpResponse:
    assignment = hand_in.assignment
    context = {"hand_in": hand_in, "assignment": assignment, "course": assignment.course, "form": form}
    return show(request, "student/problem.html", context, status=status)
