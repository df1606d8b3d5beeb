"""Load on the upload page, on both databases, quiet and with kills: is anything lost, doubled, or scored otherwise?

    python -m tests.programs.load [--count 300] [--seconds 60] [--pollers 50] [--fake] [--only sqlite|postgresql] [--kills no|yes]

Students hand in within so many seconds, each press repeated with the same key where the connection breaks, while
others look at their pages every 2 s. With kills, a web process, a grading worker or one of its graders is killed
every few seconds, twice as long as students hand in. At the end: the processor time of one grading.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psutil

from tests.support.private_postgres import binaries, private_postgres

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "autograder/tp2-memoire.zip"
EXAMPLES = ROOT / "examples/tp2-memoire"
POLL_S, KILL_EVERY_S, PATIENCE_S = 2.0, 15.0, 7_200.0
SLUG = "tp2-memoire"


class Times:
    """Seconds by what took them."""

    def __init__(self) -> None:
        self.by: dict[str, list[float]] = defaultdict(list)
        self.lock = threading.Lock()

    def add(self, what: str, seconds: float) -> None:
        with self.lock:
            self.by[what].append(seconds)

    def line(self, what: str) -> str:
        found = sorted(self.by[what])
        if len(found) < 2:
            return f"{what}: -"
        p95 = found[int(0.95 * (len(found) - 1))]
        return f"{what}: {len(found)}, p50 {statistics.median(found):.3f} s, p95 {p95:.3f} s"


class Student:
    """A browser with a session, which was made in the database: signing in is not what is measured."""

    def __init__(self, port: int, user, course: str) -> None:
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session["_csrftoken"] = self.secret = "a" * 32
        session.save()
        self.cookie = f"sessionid={session.session_key}"
        self.port, self.page, self.attempt = port, f"/courses/{course}/assignments/{SLUG}/", ""

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body or None, {"Cookie": self.cookie, **(headers or {})})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()

    def hand_in(self, content: bytes, times: Times) -> int:
        """The number of presses that it took; the attempt's page is kept."""
        edge, key = uuid4().hex, str(uuid4())
        fields = {"csrfmiddlewaretoken": self.secret, "form_key": key}
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
            for n, v in fields.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="notebook"; filename="tp2.ipynb"\r\n\r\n'
        body = "".join([*parts, head]).encode() + content + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        for press in range(1, 40):
            started = time.monotonic()
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, place = self.ask("POST", f"{self.page}upload/", body, kind)
                if status == 302:
                    times.add("upload", time.monotonic() - started)
                    self.attempt = place
                    return press
                if status < 500:
                    raise RuntimeError(f"an upload was answered with {status}")
            time.sleep(0.5)
        raise RuntimeError("an upload was never taken")


def children(deployment, *, fake: bool, stop: threading.Event, pids: dict[str, int]) -> threading.Thread:
    from notegrad.server.commands.children import ChildCommand, keep_alive
    from notegrad.server.commands.serve import child_commands

    commands = list(child_commands(deployment))
    if fake:
        worker = (sys.executable, "-m", "tests.programs.grading_worker")
        commands = [c if c.name == "web" else ChildCommand(name=c.name, command=worker) for c in commands]
    note = lambda command, pid: pids.__setitem__(command.name, pid)  # noqa: E731
    thread = threading.Thread(target=keep_alive, args=(commands, stop, note))
    thread.start()
    return thread


def kill_one(pids: dict[str, int]) -> str:
    """Kill a web process, a grading worker, or a grader; the first child, gunicorn itself, has web processes below."""
    name = random.choice(list(pids))
    below = name == "web" or random.random() < 0.3
    with contextlib.suppress(psutil.Error, ProcessLookupError, IndexError):
        victim = random.choice(psutil.Process(pids[name]).children()).pid if below else pids[name]
        os.kill(victim, signal.SIGKILL)
        return "grader" if below and name != "web" else name
    return ""


def prepared(options, url: str) -> tuple[list[Student], object]:
    """A course with so many students in an empty database, and the deployment that will serve it."""
    import socket

    import msgspec

    from notegrad.server.configuration import read_deployment
    from notegrad.server.models import Assignment, Course, Enrolment, User
    from notegrad.server.staff.bundles import add_version, read_upload
    from tests.support.server_database import empty, migrate, use

    use(url)
    migrate()
    empty()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    course = Course.objects.create(slug="cours", title="Cours")
    data = BUNDLE.read_bytes()
    assignment = Assignment.objects.create(course=course, slug=SLUG, title="TP2", state="open")
    add_version(assignment, read_upload(data, BUNDLE.name), data, BUNDLE.name, None)
    users = User.objects.bulk_create([User(username=f"s{n}", name=f"S {n}") for n in range(options.count)])
    Enrolment.objects.bulk_create([Enrolment(course=course, user=user, role="student") for user in users])
    known = read_deployment(os.environ)
    deployment = msgspec.structs.replace(known, bind=f"127.0.0.1:{port}", workers=options.workers or "auto")
    return [Student(port, user, course.slug) for user in users], deployment


def run(options, url: str, *, kills: bool) -> bool:
    """One run; whether nothing was lost, doubled, or scored in two ways."""
    from django.db import connection

    from notegrad.server.models import HandIn, ResultVersion

    students, deployment = prepared(options, url)
    stop, pids, times = threading.Event(), {}, Times()
    supervisor = children(deployment, fake=options.fake, stop=stop, pids=pids)
    killed: dict[str, int] = defaultdict(int)
    ends, calm = threading.Event(), threading.Event()
    try:
        wait_for(students[0].port)
        helpers = [
            threading.Thread(target=poll, args=(students, ends, times)) for _ in range(options.pollers)
        ]
        if kills:
            helpers.append(threading.Thread(target=kill, args=(pids, calm, killed)))
        for helper in helpers:
            helper.start()
        started = time.monotonic()
        presses = upload_all(options, students, times)
        uploaded_s = time.monotonic() - started
        while HandIn.objects.filter(state="queued").exists() and time.monotonic() - started < PATIENCE_S:
            connection.close()
            time.sleep(1)
            if time.monotonic() - started > 2 * options.seconds:
                calm.set()
        ends.set()
        for helper in helpers:
            helper.join()
    finally:
        ends.set()
        calm.set()
        stop.set()
        supervisor.join()
    return report(url, times, killed, uploaded_s, presses, HandIn, ResultVersion)


def upload_all(options, students: list[Student], times: Times) -> list[int]:
    """Every student hands in once, spread over the time; the presses that each needed."""
    contents = notebooks(fake=options.fake)
    started = time.monotonic()

    def upload(number: int) -> int:
        time.sleep(max(0.0, started + number * options.seconds / options.count - time.monotonic()))
        return students[number].hand_in(contents[number % len(contents)], times)

    with ThreadPoolExecutor(40) as pool:
        return list(pool.map(upload, range(options.count)))


def poll(students: list[Student], ends: threading.Event, times: Times) -> None:
    """Look at pages of students, one every 2 s."""
    while not ends.wait(POLL_S * random.uniform(0.5, 1.5)):
        student = random.choice(students)
        path = f"{student.attempt}state/?mark=x" if student.attempt else student.page
        asked = time.monotonic()
        with contextlib.suppress(OSError, http.client.HTTPException):
            if student.ask("GET", path)[0] in (200, 204):
                times.add("page", time.monotonic() - asked)


def kill(pids: dict[str, int], calm: threading.Event, killed: dict[str, int]) -> None:
    """Kill something every few seconds."""
    while not calm.wait(KILL_EVERY_S):
        if name := kill_one(pids):
            killed[name] += 1


def report(url: str, times: Times, killed, uploaded_s: float, presses: list[int], hand_ins, results) -> bool:
    scores = defaultdict(set)
    for blob, score in results.objects.values_list("hand_in__blob_id", "score"):
        scores[blob].add(score)
    for taken, ended in results.objects.values_list("hand_in__received_at", "created_at"):
        times.add("upload to result", (ended - taken).total_seconds())
    for spent in results.objects.values_list("duration_s", flat=True):
        times.add("one grading, as its worker sees it", spent)
    total, graded = hand_ins.objects.count(), hand_ins.objects.filter(state="graded").count()
    twice = results.objects.count() - results.objects.values("hand_in").distinct().count()
    database = "PostgreSQL" if url.startswith("postgres") else "SQLite"
    print(f"\n{database}, killed: {dict(killed) or 'nobody'} (load of the machine {os.getloadavg()[0]:.1f})")
    print(
        f"  pressed {len(presses)}, with {sum(presses) - len(presses)} presses more after a broken connection, in {uploaded_s:.0f} s"
    )
    print(
        f"  attempts {total}, graded {graded}, not graded {hand_ins.objects.filter(state='not_graded').count()}"
    )
    print(
        f"  results written twice {twice}, notebooks with two scores {sum(len(found) > 1 for found in scores.values())}"
    )
    for what in ("upload", "page", "upload to result", "one grading, as its worker sees it"):
        print(f"  {times.line(what)}")
    return (total, graded, twice) == (len(presses), len(presses), 0) and all(
        len(s) == 1 for s in scores.values()
    )


def processor_s(count: int) -> float:
    """The processor time of one grading by a warm grader, its start left aside."""
    from notegrad.intake.submissions import read_submission
    from notegrad.server.queue.loop import Control
    from notegrad.server.warm_graders import GraderBundle, WarmGraders

    bundle = GraderBundle(sha256="0" * 64, data=BUNDLE.read_bytes(), slug=SLUG, deadline_s=300.0)
    submissions = [read_submission(content, id=f"p{n}") for n, content in enumerate(notebooks(fake=False))]

    def spent() -> float:
        """What the processes that live now below this one have used, with those below them that are gone."""
        found = 0.0
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                found += times.user + times.system + times.children_user + times.children_system
        return found

    with tempfile.TemporaryDirectory() as folder:
        graders = WarmGraders(Path(folder), hidden_paths=())
        try:
            graders.grade(bundle, submissions[0], Control())
            before = spent()
            for number in range(count):
                graders.grade(bundle, submissions[number % len(submissions)], Control())
            return (spent() - before) / count
        finally:
            graders.close()


def wait_for(port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.3)
    raise RuntimeError("the page does not come up")


def notebooks(*, fake: bool) -> list[bytes]:
    if fake:
        from tests.support.server_world import notebook

        return [notebook("x = 1", str(score)) for score in range(20)]
    from notegrad.intake.submissions import read_submission

    found = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.ipynb"))]
    return [content for content in found if read_submission(content, id="x").unreadable is None]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pollers", type=int, default=50)
    parser.add_argument("--workers", type=int, help="grading workers; as many as serve starts by default")
    parser.add_argument("--fake", action="store_true", help="a grader that reads the score in the notebook")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--kills", choices=("no", "yes", "both"), default="both")
    options = parser.parse_args()
    from tests.support.server_database import set_up_django

    good = True
    with tempfile.TemporaryDirectory(prefix="notegrad-load-") as folder, contextlib.ExitStack() as stack:
        set_up_django(Path(folder))
        urls = [f"sqlite://{folder}/load.sqlite3"] if options.only != "postgresql" else []
        place = binaries()
        if options.only != "sqlite":
            if place is None:
                print("PostgreSQL: skipped, because it is not here (apt-get install postgresql)")
            else:
                urls.append(stack.enter_context(private_postgres(place)))
        for url in urls:
            for kills in {"no": (False,), "yes": (True,), "both": (False, True)}[options.kills]:
                good &= run(options, url, kills=kills)
    if not options.fake:
        print(f"\nprocessor time of one grading: {processor_s(20):.2f} s")
    print(
        "\nnothing lost, nothing doubled, same notebook same score"
        if good
        else "\nSOMETHING IS WRONG: see above"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
