"""A grading worker as `notegrad worker` runs it, with a fake grader and a lease of 2 s."""

from __future__ import annotations

import sys

import msgspec

from notegrad.server.commands.setting_up import deployment_of
from notegrad.server.commands.worker import work
from tests.support.server_graders import FACTORY


def main() -> None:
    work(
        msgspec.structs.replace(deployment_of({}), lease_s=2.0),
        ("cpu",),
        factory=(sys.argv[1:] or [FACTORY])[0],
    )


if __name__ == "__main__":
    main()
