"""The API against its own description: schemathesis sends what it allows and what it does not."""

from __future__ import annotations

import pytest

from tests.support.server_world import grade_all

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
schemathesis = pytest.importorskip(
    "schemathesis", reason="skipped, because schemathesis is not installed: pip install schemathesis"
)
hypothesis = pytest.importorskip("hypothesis")

OPERATIONS = ("hand_in", "attempt", "result", "gradebook")
EXAMPLES = 30


def checks() -> list:
    from schemathesis.specs.openapi import checks as described

    names = ("status_code", "content_type", "response_schema", "response_headers")
    return [schemathesis.checks.not_a_server_error, *(getattr(described, f"{n}_conformance") for n in names)]


@pytest.fixture
def described(school):
    """The API as it describes itself, over the whole application."""
    from notegrad.server.wsgi import application

    school.hand_in("ana")
    grade_all()
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


@pytest.mark.parametrize("who", ["theo", "ana", ""])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_answers_are_those_that_are_described(described, school, operation, who):
    """Whatever is sent, nothing is a fault of ours, and each answer has a described status and form."""
    from notegrad.server.accounts.tokens import make_token

    headers = {"Authorization": f"Bearer {make_token(school.people[who], 'test')}"} if who else {}
    found = described.find_operation_by_id(operation)
    known = {"course": "tenseurs", "slug": "tp0", "number": school.people["ana"].hand_ins.first().pk}
    sent = []

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=found.as_strategy(), is_there=hypothesis.strategies.booleans())
    def ask(case, is_there):
        if is_there:
            case.path_parameters = {name: known[name] for name in case.path_parameters}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=checks())
        sent.append(answer.status_code)

    ask()
    expected = {"": {401}, "ana": {404}}.get(who, {200} if operation != "hand_in" else {422})
    assert expected <= set(sent)  # control: what is there was found
