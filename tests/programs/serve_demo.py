"""The upload page with the demo's class: people, an open assignment, and what the students handed in.

    python -m tests.programs.serve_demo FOLDER [--bind HOST:PORT]

On the first start it fills the folder; then it serves as `notegrad serve` does, and grades what waits.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from notegrad.server.commands.serve import serve
from notegrad.server.commands.setting_up import deployment_of, migrate, set_up

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "autograder/tp2-memoire.zip"
EXAMPLES = ROOT / "examples/tp2-memoire"
PASSWORD = "mémoire et tenseurs"
STAFF = {"claire": ("Claire Martin", "teacher"), "idris": ("Idris Benali", "assistant")}


def fill() -> None:
    """Make the course, its people and their attempts."""
    from django.utils import timezone
    from django.utils.text import slugify

    from notegrad.intake.submission_ids import name_of
    from notegrad.server.models import Assignment, Course, Enrolment, User
    from notegrad.server.staff.bundles import add_version, read_upload
    from notegrad.server.staff.rehearsal_job import rehearse_again
    from notegrad.server.student.receiving import receive

    administrator = User(username="ada", name="Ada", is_superuser=True)
    administrator.set_password(PASSWORD)
    administrator.save()
    course = Course.objects.create(slug="tenseurs", title="Calcul tensoriel")
    for username, (name, role) in STAFF.items():
        person = User.objects.create(username=username, name=name, password=administrator.password)
        Enrolment.objects.create(course=course, user=person, role=role, source="demo")
    due = timezone.now().replace(minute=0, second=0) + timedelta(days=7)
    data = BUNDLE.read_bytes()
    bundle = read_upload(data, BUNDLE.name)
    assignment = Assignment.objects.create(
        course=course, slug=bundle.settings.slug, title=bundle.settings.title, state="open", due_at=due
    )
    rehearse_again(add_version(assignment, bundle, data, BUNDLE.name, administrator), None)
    for path in sorted(EXAMPLES.iterdir()):
        if path.suffix not in (".ipynb", ".zip"):
            continue
        name = name_of(path)
        student = User.objects.create(
            username=slugify(name)[:40], name=name.replace("-", " ").title(), password=administrator.password
        )
        Enrolment.objects.create(course=course, user=student, role="student", source="demo")
        receive(assignment, student, path.read_bytes(), path.name, uuid4())


def main() -> None:
    folder = Path(sys.argv[1])
    bind = sys.argv[3] if sys.argv[2:3] == ["--bind"] else None
    deployment = deployment_of({"NOTEGRAD_DATA": str(folder), "NOTEGRAD_BIND": bind})
    set_up()
    migrate()
    from notegrad.server.models import User

    if not User.objects.exists():
        fill()
    print(
        f"sign in as claire (teacher), idris (assistant), lambert-nora (a student) or ada (administrator); "
        f"the password of each: {PASSWORD}"
    )
    os.environ["PYTHONUNBUFFERED"] = "1"
    serve(deployment, say=lambda text: print(text, flush=True))


if __name__ == "__main__":
    main()
