"""Scores in trouble: a platform that is slow, refuses and loses answers at random, and workers that are killed."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.support import server_database
from tests.support.lti_platform import SCOPES, running_platform
from tests.support.server_database import start_program, until
from tests.support.server_world import grade_all, make_school, notebook

STUDENTS, WORKERS, TROUBLE_S = int(os.environ.get("TROUBLE_STUDENTS", "24")), 3, 20.0  # make load: more
PATIENCE_S = 120.0 + STUDENTS
SEED = 20261127
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_000)]


class Trouble:
    """A platform's faults: one answer in three, while they last; a lost one comes after the score was taken."""

    def __init__(self, platform, dice):
        self.platform, self.dice, self.lasts = platform, dice, True
        self.real = platform._score
        platform._score = self.score
        platform.fault = self.fault

    def fault(self, _method, path):
        if not self.lasts:
            return None
        time.sleep(self.dice.choice((0.0, 0.0, 0.05, 0.4)))
        if self.dice.random() < 0.25:
            if self.dice.random() < 0.3:
                self.platform.tokens.clear()
            return self.dice.choice(((401, "who?"), (500, "oops"), (503, "busy"), (409, "not now")))
        return None

    def score(self, column, score):
        status, said = self.real(column, score)
        is_lost = self.lasts and self.dice.random() < 0.15
        return (504, "lost") if is_lost else (status, said)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_each_last_wanted_score_arrives(request, here, database):
    """None is lost, none is another's or one that was never wanted, and one column is made for all."""
    from notegrad.lti.keys import public_keys
    from notegrad.lti.models import LtiContext, LtiIdentity, LtiLink, LtiMember, LtiPlatform, Passback
    from notegrad.server.models import AuditEntry, Job, Override, User

    url = request.getfixturevalue(database)
    server_database.use(url)
    if database == "postgres":
        server_database.empty()
    school = make_school()
    dice = random.Random(SEED)
    with running_platform(tool_keys=public_keys) as platform:
        platform.register()
        context = LtiContext.objects.create(
            platform=LtiPlatform.objects.get(), deployment_id="1", context_id="c-1", course=school.course
        )
        link = LtiLink.objects.create(
            context=context,
            resource_link_id="l-1",
            assignment=school.assignment,
            line_items=f"{platform.url}/items",
            scopes=SCOPES,
            may_create_item=True,
        )
        wanted: dict[str, list[float]] = {}
        for number in range(STUDENTS):
            sub = f"u{number}"
            school.people[sub] = User.objects.create(username=sub, name=sub)
            school.course.enrolments.create(user=school.people[sub], role="student", source="lti")
            identity = LtiIdentity.objects.create(
                platform=context.platform, subject=sub, user=school.people[sub]
            )
            LtiMember.objects.create(context=context, identity=identity)
            school.hand_in(sub, notebook(str(number % 20)))
            wanted[sub] = [float(number % 20)]
        grade_all()
        trouble = Trouble(platform, dice)
        school.assignment.published_at = school.assignment.created_at
        school.assignment.save()

        def decide(sub, score):
            wanted[sub].append(score)
            hand_in = school.people[sub].hand_ins.get()
            Override.objects.update_or_create(hand_in=hand_in, defaults={"points": score, "reason": "x"})
            AuditEntry.objects.create(course=school.course, action="override", target=sub)

        workers = [start_program("platform_worker") for _ in range(WORKERS)]
        killed = 0
        try:
            begun = time.monotonic()
            end = begun + TROUBLE_S
            while time.monotonic() < end:
                decide(f"u{dice.randrange(STUDENTS)}", float(dice.randrange(1, 80)) / 4)
                time.sleep(2.4 / STUDENTS)
                if time.monotonic() > begun + 2.5 * (killed + 1):
                    chosen = dice.randrange(WORKERS)
                    os.killpg(workers[chosen].pid, signal.SIGKILL)
                    workers[chosen].wait()
                    workers[chosen] = start_program("platform_worker")
                    killed += 1
            trouble.lasts = False
            open_jobs = Job.objects.filter(queue="lti", state__in=("ready", "running"))
            until(lambda: not open_jobs.exists(), "the queue is empty", PATIENCE_S)
            from django.db import transaction

            from notegrad.lti.platform_pages.scores_page import _again

            with transaction.atomic():
                _again(school.assignment)  # what the platform called newer, the staff sends again
            until(lambda: not open_jobs.exists(), "the queue is empty again", PATIENCE_S)
        finally:
            for worker in workers:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
        posts = list(platform.posts)
    states = dict.fromkeys(Passback.objects.values_list("state", flat=True))
    link.refresh_from_db()
    column = link.found_item
    assert list(states) == ["sent"], states
    arrived = {sub: platform.scores[column, sub]["scoreGiven"] for sub in wanted}
    assert arrived == {sub: scores[-1] for sub, scores in wanted.items()}
    assert {where for where, _ in posts} == {column}
    assert all(score["scoreGiven"] in wanted[score["userId"]] for _, score in posts)
    assert len(platform.items) == 1
    assert killed > 1
    print(f"{database}: {len(posts)} posts for {STUDENTS} students, {killed} workers killed")
    server_database.use("")
