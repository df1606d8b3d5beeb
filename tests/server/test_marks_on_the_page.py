"""Marks on the page: lateness and points by hand are those of a folder, and the same wherever they are read."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.server_world import bundle_zip, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")

ASSIGNMENT = "/courses/tenseurs/assignments/tp0/"


def use_bundle(school, title: str = "Avec retard", *, draft: bool = False, **late) -> None:
    """A further version of the bundle, in which lateness takes something."""
    assignment = school.draft if draft else school.assignment
    from notegrad.server.staff.bundles import add_version, read_upload

    data = bundle_zip("tp0", title, late=late)
    add_version(assignment, read_upload(data, "tp0.zip"), data, "tp0.zip", school.people["theo"])


def due(school, **ago) -> None:
    school.assignment.due_at = timezone.now() - timedelta(**ago)
    school.assignment.late_until = timezone.now() + timedelta(days=30)
    school.assignment.save()


def publish(school) -> None:
    school.assignment.published_at = timezone.now()
    school.assignment.save()


def read_everywhere(browse, hand_in) -> dict[str, str]:
    """The pages on which a mark stands, by who reads what."""
    staff, student = browse("theo"), browse(hand_in.user.username)
    return {
        "class": staff.get(f"{ASSIGNMENT}class/").content.decode(),
        "attempt": student.get(f"/attempts/{hand_in.pk}/").content.decode(),
        "history": student.get(ASSIGNMENT).content.decode(),
        "feedback": student.get(f"/attempts/{hand_in.pk}/feedback/").content.decode(),
        "all": staff.get(f"/attempts/{hand_in.pk}/feedback/?all=1").content.decode(),
    }


def scores(browse, school, hand_in) -> set[float]:
    """The marks that programs read: gradebook, result, state, report."""
    from notegrad.server.accounts.tokens import make_token

    def ask(name, path):
        token = make_token(school.people[name], "test")
        return browse().get(f"/api/{path}", headers={"Authorization": f"Bearer {token}"})

    book = ask("iris", "courses/tenseurs/assignments/tp0/gradebook.csv").content.decode("utf-8-sig")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(book), delimiter=";")}
    return {
        float(rows["Ana"]["score"].replace(",", ".")),
        ask("ana", f"attempts/{hand_in.pk}/result").json()["score"],
        ask("iris", f"attempts/{hand_in.pk}/result?whole=true").json()["score"],
        ask("ana", f"attempts/{hand_in.pk}").json()["score"],
        reported(school),
    }


def reported(school) -> float:
    """The first score in the report's table of students."""
    import re
    import threading

    from notegrad.server.blobs import content_of
    from notegrad.server.models import ClassReport
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do
    from notegrad.server.staff.report_job import KIND, enqueue_report, report_kind

    enqueue_report(school.assignment)
    while (held := queue.claim("test", ("cpu",), 60.0)) is not None:
        _do(held, {KIND: report_kind()}, Control(stop=threading.Event()))
    page = content_of(ClassReport.objects.get(assignment=school.assignment).blob).decode()
    found = re.search(r'total">(\d+(?:,\d+)?)<', page)
    assert found is not None, page[:300]
    return float(found[1].replace(",", "."))


def test_lateness_is_one_mark_everywhere(browse, school):
    """Two days begun at 10 % each: every page, the gradebook and the API say 8 of 10, and the reason."""
    use_bundle(school, percent_per_day=10)
    due(school, hours=25)
    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    publish(school)
    pages = read_everywhere(browse, hand_in)
    assert "8 / 20" in pages["class"]
    assert "8<small> / 20" in pages["attempt"]
    assert "<strong>8 / 20" in pages["history"]
    for name in ("attempt", "feedback", "all"):
        assert "ce qui retire 20 %" in pages[name], name
        assert "Note automatique, avant cela" in pages[name], name
    assert "8<small> / 20" in pages["feedback"]


def test_programs_read_the_same_mark(browse, school):
    """Gradebook, result and state have the late mark, before and after a regrade with another version."""
    use_bundle(school, percent_per_day=10)
    due(school, hours=25)
    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    publish(school)
    assert scores(browse, school, hand_in) == {8.0}
    use_bundle(school, "Plus sévère", percent_per_day=25)
    teacher = browse("theo")
    path = teacher.post(f"{ASSIGNMENT}regrade/")["Location"]
    grade_all(score=10.0)
    assert scores(browse, school, hand_in) == {8.0}  # a version that is only tried moves nobody
    assert "-3" in teacher.get(path).content.decode()  # and the table tells marks: 8 would be 5
    teacher.post(f"{path}end/", {"what": "apply"})
    assert scores(browse, school, hand_in) == {5.0}


def test_an_extension_takes_lateness_back(browse, school):
    """More time that is given afterwards undoes the lateness of what is there already, for that student only."""
    use_bundle(school, percent_per_day=10)
    due(school, hours=25)
    ana, bob = school.hand_in("ana", notebook("10")), school.hand_in("bob", notebook("10"))
    grade_all()
    publish(school)
    later = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    path = f"{ASSIGNMENT}class/{school.people['ana'].pk}/decide/"
    browse("iris").post(path, {"due_at": later, "more_attempts": "0", "reason": "malade"})
    assert "10<small> / 20" in read_everywhere(browse, ana)["attempt"]
    assert "en retard" not in browse("ana").get(ASSIGNMENT).content.decode().split("<table")[1]
    assert "8<small> / 20" in read_everywhere(browse, bob)["attempt"]
    assert "Bob" in browse("iris").get(f"{ASSIGNMENT}class/?show=late").content.decode()
    assert "Ana" not in browse("iris").get(f"{ASSIGNMENT}class/?show=late").content.decode()


def test_a_question_by_hand_is_reduced_and_the_whole_is_not(browse, school):
    """As in overrides.yml: lateness reduces what questions were given, and never a mark of the whole."""
    use_bundle(school, percent_per_day=10)
    due(school, hours=1)
    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    staff, path = browse("iris"), f"/attempts/{hand_in.pk}/override/"
    assert staff.post(path, {"question": "q1", "score": "15", "reason": "énoncé"}).status_code == 302
    assert "13,5 / 20" in staff.get(f"{ASSIGNMENT}class/").content.decode()
    page = staff.get(path).content.decode()
    assert "énoncé" in page
    staff.post(path, {"question": "whole", "score": "14.25", "reason": "oral"})
    assert "14,25 / 20" in staff.get(f"{ASSIGNMENT}class/").content.decode()
    publish(school)
    pages = read_everywhere(browse, hand_in)
    for name in ("attempt", "feedback"):
        assert "énoncé" in pages[name], name
        assert "oral" in pages[name], name
    staff.post(path, {"question": "whole", "score": "0", "reason": "non", "remove": "1"})
    assert "13,5 / 20" in staff.get(f"{ASSIGNMENT}class/").content.decode()
    assert scores(browse, school, hand_in) == {13.5}


def test_points_by_hand_tell_nothing_early(browse, school):
    """Before publication neither feedback nor API says what was decided: it would tell of hidden test cases."""
    from notegrad.server.accounts.tokens import make_token

    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    path = f"/attempts/{hand_in.pk}/override/"
    browse("iris").post(path, {"question": "q1", "score": "17.25", "reason": "oral réussi"})
    student = browse("ana")
    headers = {"Authorization": f"Bearer {make_token(school.people['ana'], 'test')}"}
    said = [
        student.get(f"/attempts/{hand_in.pk}/{part}").content.decode() for part in ("", "state/", "feedback/")
    ]
    said += [
        browse().get(f"/api/attempts/{hand_in.pk}{end}", headers=headers).content.decode()
        for end in ("", "/result")
    ]
    for text in said:
        assert "oral réussi" not in text
        assert "17,25" not in text
        assert "17.25" not in text
    publish(school)
    assert "oral réussi" in student.get(f"/attempts/{hand_in.pk}/feedback/").content.decode()


def test_the_tolerance_holds_at_the_end_too(browse, school):
    """What was taken within the tolerance after the last moment counts, and is not worth nothing."""
    use_bundle(school, percent_per_day=10)
    one = school.assignment
    one.due_at = timezone.now() - timedelta(hours=25)
    one.late_until, one.tolerance_s = timezone.now() - timedelta(seconds=60), 3_600
    one.save()
    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    publish(school)
    assert "8<small> / 20" in browse("ana").get(f"/attempts/{hand_in.pk}/").content.decode()


def test_more_than_can_be_had_is_refused(browse, school):
    """A slip of the pen (150 for 15) is one sentence, and no mark."""
    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    refused = browse("iris").post(f"/attempts/{hand_in.pk}/override/", {"score": "150", "reason": "x"})
    assert refused.status_code == 422
    assert "150 points dépassent" in refused.content.decode()
    assert hand_in.overrides.count() == 0


def test_what_was_not_graded_can_be_given_points(browse, school):
    """A fault of ours is no dead end: the staff gives the whole, it counts, and the student reads why."""
    school.hand_in("bob", notebook("10"))
    hand_in = school.hand_in("ana", notebook("panne"))
    for _ in range(3):
        grade_all()
        from notegrad.server.database_time import after
        from notegrad.server.models import Job

        Job.objects.filter(state="ready").update(run_after=after(-1))
    hand_in.refresh_from_db()
    assert hand_in.state == "not_graded"
    path = f"/attempts/{hand_in.pk}/override/"
    assert browse("iris").post(path, {"score": "11", "reason": "lu à la main"}).status_code == 302
    assert "11 / 20" in browse("iris").get(f"{ASSIGNMENT}class/").content.decode()
    page = browse("ana").get(f"/attempts/{hand_in.pk}/").content.decode()
    assert "11<small> / 20" in page
    assert "lu à la main" in page


def test_a_decision_without_place_is_told(browse, school):
    """A question that a new version drops takes its decision along: nobody finds out by chance."""
    from notegrad.server.models import Override

    hand_in = school.hand_in("ana", notebook("10"))
    grade_all()
    Override.objects.create(hand_in=hand_in, question="q7", points=1, reason="x", by=school.people["theo"])
    staff = browse("theo")
    assert "décision sans effet" in staff.get(f"{ASSIGNMENT}class/").content.decode()
    assert "q7" in staff.get(f"/attempts/{hand_in.pk}/").content.decode()
    gone = {"question": "q7", "score": "0", "reason": "plus de q7", "remove": "1"}
    staff.post(f"/attempts/{hand_in.pk}/override/", gone)
    assert "décision sans effet" not in staff.get(f"{ASSIGNMENT}class/").content.decode()


def test_dates_of_the_configuration_are_those_of_a_new_assignment(school):
    """`late:` of the configuration fills what the page does not say yet, in its own time zone, and never more."""
    late = {
        "due": "2031-03-01 23:59",
        "timezone": "Europe/Paris",
        "percent_per_day": 30,
        "grace_minutes": 5,
    }
    use_bundle(school, draft=True, **late)
    one = school.draft
    assert one.due_at == datetime(2031, 3, 1, 22, 59, tzinfo=UTC)
    assert one.late_until - one.due_at == timedelta(days=4)  # nothing is left after that
    assert one.tolerance_s == 300
    use_bundle(school, "Encore", draft=True, **{**late, "due": "2032-03-01 23:59"})
    assert one.due_at.year == 2031
    use_bundle(school, **late)
    assert school.assignment.due_at is None  # a file closes nothing that is open


def test_a_zone_that_nobody_knows_is_refused():
    """A due date that could not be read would be no due date."""
    from notegrad.errors import InputError
    from notegrad.server.staff.bundles import read_upload

    with pytest.raises(InputError, match="Europe/Pari"):
        read_upload(bundle_zip(late={"due": "2031-03-01 23:59", "timezone": "Europe/Pari"}), "tp0.zip")


QUARTERS = st.integers(0, 80).map(lambda n: n / 4)


@settings(max_examples=60, deadline=None)
@given(
    score=QUARTERS,
    late_minutes=st.integers(-3_000, 20_000),
    percent=st.sampled_from([0, 5, 10, 33, 100]),
    grace=st.sampled_from([0, 10]),
    question=st.none() | QUARTERS,
    whole=st.none() | QUARTERS,
)
def test_a_page_and_a_folder_give_the_same_mark(
    migrated, score, late_minutes, percent, grace, question, whole
):
    """One hand-in with the same dates and decisions: rows of the page and files of a folder agree to the bit."""
    from notegrad.marks.final_mark import mark_of
    from notegrad.marks.mark_book import mark_book
    from notegrad.marks.overrides import OverrideEntry
    from notegrad.records import ClassList, GradingResult, Handed, Question, QuestionResult, RosterEntry
    from notegrad.server.models import Assignment, BundleVersion, Course, HandIn, Override, ResultVersion
    from notegrad.server.page_marks import PageMarks
    from notegrad.settings import LateSettings

    del migrated
    end = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)  # the night in which the clock changes is near
    received = end + timedelta(minutes=late_minutes)
    asked = Question(name="q1", points=20.0, test_cases=())
    result = GradingResult(
        submission="ana", student="Ana", assignment="tp0", score=score, max_score=20.0, status="graded",
        questions=(QuestionResult(question=asked, score=score, test_cases=()),),
    )  # fmt: skip
    given_points = {"q1": question, "whole": whole}
    entries = [
        OverrideEntry(student="ana", question=name, points=points, why="x", by="y", when="2026-10-25")
        for name, points in given_points.items()
        if points is not None
    ]
    late = LateSettings(
        due=end.isoformat(), timezone="Europe/Paris", percent_per_day=percent, grace_minutes=grace
    )
    handed = Handed(submission="ana", students=(RosterEntry(name="Ana"),), received_at=received.isoformat())
    book = mark_book(
        ClassList(platform="folder", handed=(handed,)), language="fr", overrides=entries, late=late
    )
    in_folder = book.marked(result)

    course = Course(time_zone="Europe/Paris")
    assignment = Assignment(pk=1, course=course, due_at=end, tolerance_s=grace * 60)
    bundle = BundleVersion(late={"percent_per_day": percent})
    row = ResultVersion(pk=1, bundle=bundle, score=score, max_score=20.0, status="graded")
    hand_in = HandIn(pk=1, assignment=assignment, user_id=1, received_at=received, current=row)
    rows = tuple(
        Override(pk=n, hand_in=hand_in, question=e.question, points=e.points, created_at=received)
        for n, e in enumerate(entries)
    )
    on_page = PageMarks("fr", {}, {1: rows}, {1: result} if rows else {}).marked(hand_in, result)
    assert on_page.score == in_folder.score
    folder_mark, page_mark = mark_of(in_folder), mark_of(on_page)
    assert (page_mark and page_mark.lateness and page_mark.lateness.percent) == (
        folder_mark and folder_mark.lateness and folder_mark.lateness.percent
    )
