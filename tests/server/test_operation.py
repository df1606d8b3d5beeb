"""Operation: the page of workers and failed jobs, running again, and the numbers for a monitor."""

from __future__ import annotations

import re

import pytest

from tests.support.server_world import grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def failed(school):
    """An attempt whose grader fails at every try, beside one that waits."""
    from notegrad.server.models import Job

    hand_in = school.hand_in("ana", notebook("panne"))
    while Job.objects.get().state != "failed":
        Job.objects.update(run_after=Job.objects.get().created_at)
        grade_all()
    hand_in.refresh_from_db()
    assert hand_in.state == "not_graded"
    school.hand_in("bob", notebook("7"))
    return hand_in


def numbers(client, **headers: str) -> dict[str, float]:
    text = client.get("/metrics", headers=headers).content.decode()
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def test_an_administrator_sees_who_works_and_what_failed(browse, failed):
    """Living and silent workers, what waits, and the reason of each failure with the way to its attempt."""
    from notegrad.server.database_time import after
    from notegrad.server.models import GradingWorker

    GradingWorker.objects.create(name="here:1", queues=["cpu"])
    GradingWorker.objects.create(name="gone:2", queues=["cpu", "gpu"])
    GradingWorker.objects.filter(name="gone:2").update(seen_at=after(-600))
    page = browse("ada").get("/operation/").content.decode()
    assert re.search(r"here:1</span> <span class=\"pill good\">au travail", page)
    assert re.search(r"gone:2</span> <span class=\"pill bad\">muet", page)
    assert "the zygote is gone" in page
    assert f"/attempts/{failed.pk}/" in page


def test_what_failed_is_run_again(browse, school, failed):
    """A job that failed for good begins anew; its student sees that it waits; who did it is in the record."""
    from notegrad.server.blobs import keep
    from notegrad.server.models import AuditEntry, HandIn, Job

    HandIn.objects.filter(pk=failed.pk).update(blob=keep(notebook("9")))
    again = f"/operation/jobs/{failed.job_id}/again/"
    assert browse("ada").post(again).status_code == 302
    job = Job.objects.get(pk=failed.job_id)
    assert (job.state, job.tries, job.starts) == ("ready", 0, 0)
    assert "file d’attente" in browse("ana").get(f"/attempts/{failed.pk}/").content.decode()
    assert browse("ada").post(again).status_code == 404  # it has not failed any more
    grade_all()
    failed.refresh_from_db()
    assert (failed.state, failed.current.score) == ("graded", 9.0)
    entry = AuditEntry.objects.get(action="run_again")
    assert (entry.course, entry.about, entry.by) == (
        school.course,
        school.people["ana"],
        school.people["ada"],
    )


def test_a_monitor_reads_numbers_with_its_token_only(browse, school, failed, monkeypatch):
    """Queue length, age of the oldest wait, workers and failures; without the token, or without any, nothing."""
    from django.conf import settings

    from notegrad.server.database_time import after
    from notegrad.server.models import GradingWorker, Job

    GradingWorker.objects.create(name="here:1", queues=["cpu"])
    Job.objects.filter(state="ready").update(run_after=after(-90))
    client = browse()
    for token in ("", "x"):
        assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 404
    monkeypatch.setattr(settings, "METRICS_TOKEN", "a-long-enough-secret")
    for token in ("", "x", "a-long-enough-secre"):
        said = {"Authorization": f"Bearer {token}"}
        assert client.get("/metrics", headers=said).status_code == 404
    found = numbers(client, Authorization="Bearer a-long-enough-secret")
    assert found['notegrad_jobs{queue="cpu",state="ready"}'] == 1
    assert 85 < found['notegrad_oldest_wait_seconds{queue="cpu"}'] < 600
    assert found['notegrad_workers{queue="cpu"}'] == 1
    assert (found["notegrad_failed_jobs"], found['notegrad_attempts{state="not_graded"}']) == (1, 1)
    assert (
        "ana"
        not in client.get(
            "/metrics", headers={"Authorization": "Bearer a-long-enough-secret"}
        ).content.decode()
    )
