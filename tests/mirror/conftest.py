"""The two sides of the tests that compare them: what a module's SOURCE defines, here and in the sandbox."""

from __future__ import annotations

import pytest

from tests.support.mirror_server import serving


@pytest.fixture(scope="module")
def here(request):
    """The names of the module's SOURCE, executed in this process."""
    namespace: dict[str, object] = {}
    exec(request.module.SOURCE, namespace)
    return namespace


@pytest.fixture(scope="module")
def mirror(here):
    """The same names, served from the other side."""
    with serving(here) as running:
        yield running.mirror
