"""Fixtures for tests of learning platforms: the upload page's, and a platform that it knows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.lti_platform import Platform, new_pair, running_platform

pytest.importorskip(
    "pylti1p3", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def here(migrated: Any) -> Iterator[None]:
    """Settings under which a platform on loopback may be asked."""
    del migrated
    from django.test import override_settings

    from notegrad.lti.services import _Tokens

    _Tokens._kept.clear()
    with override_settings(LTI_PRIVATE_HOSTS=("127.0.0.1",)):
        yield


@pytest.fixture
def platform(school: Any, here: None) -> Iterator[Platform]:
    """A platform that is registered, and whose course c-1 is not connected with anything."""
    del school, here
    from notegrad.lti.keys import public_keys
    from notegrad.lti.models import LtiKey

    ours = new_pair("ours")
    LtiKey.objects.create(
        private_pem=ours.export_to_pem(private_key=True, password=None).decode(),
        public_pem=ours.export_to_pem().decode(),
    )

    with running_platform(tool_keys=public_keys) as made:
        made.register()
        yield made


@pytest.fixture
def connected(platform: Platform, school: Any) -> Platform:
    """The platform, its course c-1 connected with the school's, and its link l-1 with the open assignment."""
    from notegrad.lti.models import LtiContext, LtiLink, LtiPlatform

    context = LtiContext.objects.create(
        platform=LtiPlatform.objects.get(), deployment_id="1", context_id="c-1", course=school.course
    )
    LtiLink.objects.create(context=context, resource_link_id="l-1", assignment=school.assignment)
    return platform


@pytest.fixture
def do_jobs() -> Callable[[], int]:
    """Does what waits in the queue of platforms, as a worker does; returns how many jobs there were."""
    from notegrad.lti.wishes import QUEUE
    from notegrad.server.queue import queue
    from notegrad.server.queue.kinds import brought_kinds
    from notegrad.server.queue.loop import Control, _do

    def done() -> int:
        count = 0
        while (held := queue.claim("test", (QUEUE,), 60.0)) is not None:
            _do(held, brought_kinds(QUEUE), Control(stop=threading.Event()))
            count += 1
        return count

    return done
