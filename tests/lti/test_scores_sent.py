"""Scores that go to platforms: only when due, only the newest, to the right column, and never a zero for our fault."""

from __future__ import annotations

import threading

import pytest

from notegrad.messages.typography import french
from tests.support.lti_platform import AGS, SCOPES
from tests.support.server_world import grade_all, notebook

timezone = pytest.importorskip("django.utils.timezone")


@pytest.fixture
def student(connected, browse, school):
    """A student who came by the link, whose column the launch has named: hands in, and is graded."""
    column = connected.add_item(label="TP 0", scoreMaximum=20)
    endpoint = {"scope": SCOPES, "lineitems": f"{connected.url}/items", "lineitem": column}
    connected.launch(browse(), **{f"{AGS}claim/endpoint": endpoint})
    return enter(school, "u-ana")


def enter(school, sub):
    from notegrad.lti.models import LtiIdentity

    school.people[sub] = LtiIdentity.objects.get(subject=sub).user
    return sub


def decide(browse, path, **data):
    """A decision of the teacher, by its form."""
    answer = browse("theo").post(f"/courses/tenseurs/assignments/tp0/{path}", data)
    assert answer.status_code == 302, answer.content.decode()


def row():
    from notegrad.lti.models import Passback

    return Passback.objects.get()


def given(platform):
    """What the platform's gradebook was told last: score and state."""
    score = platform.posts[-1][1]
    return score.get("scoreGiven"), score["gradingProgress"]


def wait_over():
    """As if the pause before the next try were over."""
    from notegrad.server.models import Job

    Job.objects.filter(state="ready").update(run_after=timezone.now() - timezone.timedelta(seconds=1))


def test_a_score_leaves_when_it_is_published(connected, student, browse, school, do_jobs):
    """Nothing before publication; then the score that counts, whole, with a time in milliseconds; once."""
    school.hand_in(student, notebook("17.5"))
    grade_all()
    do_jobs()
    assert connected.posts == []
    decide(browse, "publish/")
    do_jobs()
    ((column, score),) = connected.posts
    assert column == f"{connected.url}/items/1"
    assert (score["userId"], score["scoreGiven"], score["scoreMaximum"]) == ("u-ana", 17.5, 20.0)
    assert (score["gradingProgress"], score["activityProgress"]) == ("FullyGraded", "Completed")
    assert len(score["timestamp"].partition(".")[2].partition("+")[0]) == 3
    decide(browse, "manage/", title="Autre titre", state="open", tolerance_s=0, counts="latest")
    do_jobs()
    assert len(connected.posts) == 1
    assert (row().state, row().sent_score) == ("sent", 17.5)


def test_a_zero_is_a_zero_and_our_fault_is_pending(connected, student, browse, school, do_jobs):
    """What could not be graded is Pending without a score; a notebook that is worth nothing gets its zero."""
    decide(browse, "publish/")
    hand_in = school.hand_in(student, notebook("panne"))
    for _ in range(3):
        grade_all()
        wait_over()
    hand_in.refresh_from_db()
    assert hand_in.state == "not_graded"
    do_jobs()
    assert given(connected) == (None, "Pending")
    assert "scoreMaximum" not in connected.posts[-1][1]
    school.hand_in(student, notebook("0"))
    grade_all()
    do_jobs()
    assert given(connected) == (0.0, "FullyGraded")


def test_a_newer_attempt_takes_nothing_away_while_it_is_graded(connected, student, browse, school, do_jobs):
    """The score that counts so far stays; the new one follows, with a later time."""
    decide(browse, "publish/")
    school.hand_in(student, notebook("12"))
    grade_all()
    do_jobs()
    school.hand_in(student, notebook("15"))
    do_jobs()
    assert given(connected) == (12.0, "FullyGraded")
    grade_all()
    do_jobs()
    assert given(connected) == (15.0, "FullyGraded")
    times = [score["timestamp"] for _, score in connected.posts]
    assert times == sorted(set(times))


def test_what_is_held_or_withdrawn_does_not_leave(connected, student, browse, school, do_jobs):
    """A hold wins over publication, also over a score that waits already; given free, it leaves."""
    user = school.people[student].pk
    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, f"class/{user}/hold/", reason="enquête")
    decide(browse, "publish/")
    do_jobs()
    assert connected.posts == []
    connected.fault = lambda _method, path: (503, "later") if path.endswith("/scores") else None
    decide(browse, f"class/{user}/hold/", reason="rien")
    do_jobs()
    assert row().state == "waiting"
    decide(browse, f"class/{user}/hold/", reason="encore")
    connected.fault = lambda _method, _path: None
    wait_over()
    do_jobs()
    assert (connected.posts, row().state) == ([], "withheld")
    decide(browse, f"class/{user}/hold/", reason="fin")
    do_jobs()
    assert (given(connected), row().state) == ((12.0, "FullyGraded"), "sent")


def test_a_hold_that_is_over_before_it_was_seen_keeps_nothing_back(
    connected, student, browse, school, do_jobs
):
    """A score that found itself held back on its way, and was given free at once, still leaves."""
    from notegrad.server.models import Hold

    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    do_jobs_once()  # the plan
    held = Hold.objects.create(assignment=school.assignment, user=school.people[student], reason="x")
    do_jobs_once()  # the sending, which must not be
    held.delete()
    assert connected.posts == []
    decide(browse, "manage/", title="T", state="open", tolerance_s=0, counts="latest")
    do_jobs()
    assert (given(connected)[0], row().state) == (12.0, "sent")


def test_a_decided_score_and_the_best_attempt_are_what_counts(connected, student, browse, school, do_jobs):
    """The same rule as in the class's page: a decision of the staff, and the best attempt where that counts."""
    decide(browse, "publish/")
    first = school.hand_in(student, notebook("12"))
    school.hand_in(student, notebook("9"))
    grade_all()
    do_jobs()
    assert given(connected)[0] == 9.0
    decide(browse, "manage/", title="T", state="open", tolerance_s=0, counts="best")
    do_jobs()
    assert given(connected)[0] == 12.0
    browse("theo").post(f"/attempts/{first.pk}/override/", {"score": "14.25", "reason": "oral"})
    do_jobs()
    assert given(connected)[0] == 14.25


@pytest.mark.parametrize("status", [400, 403, 404, 422, 302])
def test_a_refusal_is_final_and_its_reason_is_shown(connected, student, browse, school, do_jobs, status):
    """No more tries; the staff reads the platform's words, and sends again when the cause is gone."""
    connected.fault = lambda _method, path: (
        (status, "<b>course not open</b>") if path.endswith("/scores") else None
    )
    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    assert do_jobs() >= 2
    wait_over()
    assert do_jobs() == 0
    page = browse("iris").get("/courses/tenseurs/assignments/tp0/scores-sent/").content.decode()
    assert french(f"La plateforme refuse ({status}) : course not open") in page
    connected.fault = lambda _method, _path: None
    decide(browse, "scores-sent/again/")
    do_jobs()
    assert (given(connected)[0], row().state) == (12.0, "sent")


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_platform_that_is_away_is_asked_again(connected, student, browse, school, do_jobs, status):
    """Later each time, until the score has arrived: once, and it is the newest."""
    connected.fault = lambda _method, path: (status, "away") if path.endswith("/scores") else None
    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    pauses = []
    for _ in range(3):
        wait_over()
        do_jobs()
        pauses.append((row().next_try_at - timezone.now()).total_seconds())
    assert pauses == sorted(pauses)
    assert row().tries == 3
    school.hand_in(student, notebook("13"))
    grade_all()
    connected.fault = lambda _method, _path: None
    do_jobs()
    assert [score["scoreGiven"] for _, score in connected.posts] == [13.0]
    wait_over()
    assert do_jobs() == 0


def test_a_refused_token_is_asked_for_anew(connected, student, browse, school, do_jobs):
    """Tokens are kept between scores; one that the platform has forgotten costs no try."""
    decide(browse, "publish/")
    for score in ("12", "13"):
        school.hand_in(student, notebook(score))
        grade_all()
        do_jobs()
    assert connected.token_requests == 1
    connected.tokens.clear()
    school.hand_in(student, notebook("14"))
    grade_all()
    do_jobs()
    assert (given(connected)[0], row().tries, connected.token_requests) == (14.0, 0, 2)


def test_no_token_is_no_refusal(connected, student, browse, school, do_jobs):
    """A platform that does not know our key yet is asked again, and the staff reads why."""
    connected.fault = lambda _method, path: (400, "invalid_client") if path == "/token" else None
    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    do_jobs()
    assert row().state == "waiting"
    page = browse("iris").get("/courses/tenseurs/assignments/tp0/scores-sent/").content.decode()
    assert french("jeton d’accès (400) : invalid_client") in page


def test_newer_there_is_told_and_not_overwritten(connected, student, browse, school, do_jobs):
    """What somebody has set at the platform since stays; the staff may send again on purpose."""
    key = (f"{connected.url}/items/1", "u-ana")
    connected.scores[key] = {"timestamp": "9999-01-01T00:00:00.000+00:00", "scoreGiven": 3}
    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    do_jobs()
    assert (row().state, connected.scores[key]["scoreGiven"]) == ("newer_there", 3)
    connected.scores[key]["timestamp"] = timezone.now().isoformat(timespec="milliseconds")
    decide(browse, "scores-sent/again/")
    do_jobs()
    assert (row().state, connected.scores[key]["scoreGiven"]) == ("sent", 12.0)


@pytest.mark.parametrize(("there", "expected"), [(12.0, "sent"), (3.0, "newer_there")])
def test_a_lost_answer_is_no_conflict(connected, student, browse, school, do_jobs, there, expected):
    """The platform took the score, but its answer was lost: the second try meets itself; another score is another's."""
    lost = []

    def lose(_method, path):
        if path.endswith("/scores") and not lost:
            lost.append(path)
            message = {"userId": "u-ana", "timestamp": row().wanted_at.isoformat(timespec="milliseconds")}
            connected.scores[f"{connected.url}/items/1", "u-ana"] = {**message, "scoreGiven": there}
            return 504, "gateway"
        return None

    connected.fault = lose
    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    do_jobs()
    wait_over()
    do_jobs()
    assert (row().state, row().sent_score) == (expected, 12.0 if expected == "sent" else None)


def test_a_wish_made_while_a_score_is_on_its_way_goes_out_next(connected, student, browse, school, do_jobs):
    """One job for each student and link: the newest score is never overtaken by an older one."""
    from notegrad.lti.wishes import SEND_KIND
    from notegrad.server.models import Job

    overtaken = []

    def meanwhile(_method, path):
        if path.endswith("/scores") and not overtaken:
            overtaken.append(path)
            school.hand_in(student, notebook("18"))
            grade_all()
            from notegrad.lti.wishes import plan

            plan(school.assignment)
            assert Job.objects.filter(kind=SEND_KIND, state__in=("ready", "running")).count() == 1
        return

    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    connected.fault = meanwhile
    do_jobs()
    assert [score["scoreGiven"] for _, score in connected.posts] == [12.0, 18.0]
    assert (row().state, row().sent_score) == ("sent", 18.0)


def test_a_worker_that_dies_loses_no_score(connected, student, browse, school, do_jobs):
    """A job that was taken and never ended comes back; after many such deaths it is tried later, not dropped."""
    from notegrad.grading.retries import MAX_JOB_STARTS
    from notegrad.lti.wishes import QUEUE
    from notegrad.server.models import Job
    from notegrad.server.queue import queue
    from notegrad.server.queue.kinds import brought_kinds

    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    give_ups = {kind: known.give_up for kind, known in brought_kinds(QUEUE).items()}
    deaths = 0
    while Job.objects.filter(kind="lti_plan", state__in=("ready", "running")).exists():
        do_jobs_once()
    for _ in range(MAX_JOB_STARTS + 1):
        held = queue.claim("dies", (QUEUE,), 60.0)
        if held is None:
            break
        deaths += 1
        Job.objects.filter(pk=held.job_id).update(lease_until=timezone.now() - timezone.timedelta(minutes=1))
        queue.reap(give_ups)
    assert deaths == MAX_JOB_STARTS
    assert row().reason["key"] == "passback_our_fault"
    wait_over()
    do_jobs()
    assert (given(connected)[0], row().state) == (12.0, "sent")


def do_jobs_once():
    from notegrad.lti.wishes import QUEUE
    from notegrad.server.queue import queue
    from notegrad.server.queue.kinds import brought_kinds
    from notegrad.server.queue.loop import Control, _do

    held = queue.claim("test", (QUEUE,), 60.0)
    _do(held, brought_kinds(QUEUE), Control(stop=threading.Event()))


def test_a_withdrawn_publication_stops_what_waits(connected, student, browse, school, do_jobs):
    """A score that has not left yet does not leave any more."""
    school.hand_in(student, notebook("12"))
    grade_all()
    connected.fault = lambda _method, path: (503, "away") if path.endswith("/scores") else None
    decide(browse, "publish/")
    do_jobs()
    decide(browse, "publish/")
    connected.fault = lambda _method, _path: None
    wait_over()
    do_jobs()
    assert (connected.posts, row().state) == ([], "withheld")


def test_every_worker_sends_beside_its_gradings(connected, student, browse, school):
    """A thread of the worker does what waits for platforms, and ends when the worker is told to stop."""
    from notegrad.server.queue.kinds import work_beside
    from tests.support.server_database import until

    school.hand_in(student, notebook("12"))
    grade_all()
    decide(browse, "publish/")
    stop = threading.Event()
    threads = work_beside(5.0, stop)
    until(lambda: connected.posts, "the score is sent")
    until(lambda: row().state == "sent", "the answer is written down")
    stop.set()
    for thread in threads:
        thread.join(30.0)
    assert not any(thread.is_alive() for thread in threads)
