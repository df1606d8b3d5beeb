"""Prints who gets what of the upload page: every route and operation, for every kind of person.

    python -m tests.programs.rights

The people are those of tests/support/server_world.py; the objects are the first course's and Ana's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support import authorisation, server_database
from tests.support.server_world import make_school

WHO = """nobody is not signed in; Ana and Bob are students, Iris assists, Théo teaches, Gone was a teacher here;
Zoé teaches another course, Max studies there; Ada administers. The attempt and the data are Ana's.
404: not there for this person. sign-in: the way to it, or 401 for a program.
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="notegrad-rights-") as folder:
        server_database.set_up_django(Path(folder))
        from django.test import Client
        from django.test.utils import setup_test_environment

        setup_test_environment()
        server_database.migrate()
        school = make_school()

        def browse(name: str = "") -> Client:
            client = Client()
            if name:
                client.force_login(school.people[name], backend="django.contrib.auth.backends.ModelBackend")
            return client

        known = authorisation.things(school)
        rows = list(authorisation.asked(browse, known, authorisation.TABLE))
        rows += authorisation.asked_by_programs(browse, known, school)
        print(WHO)
        print(authorisation.printed(rows))
        print("\nthe draft of the same course\n")
        print(
            authorisation.printed(
                list(authorisation.asked(browse, {**known, "slug": "tp9"}, authorisation.DRAFT))
            )
        )


if __name__ == "__main__":
    main()
