"""The report and the student's page under the policies of the upload page: they work, and nothing else runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.class_report import PROMPTS, class_of, data_of
from tests.support.real_browser import needs_chromium

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
pytestmark = needs_chromium

ADDRESS = "https://notes.example/report/"


def shown(chromium: Any, content: bytes, policy: str) -> tuple[Any, list[str]]:
    """The page as a server would give it, and what the browser complains of."""
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    page.route("**/*", lambda route: route.fulfill(body=content, headers=headers))
    page.goto(ADDRESS)
    return page, said


@pytest.mark.usefixtures("migrated")
def test_the_report_runs_its_own_script_and_no_other(chromium: Any) -> None:
    """In the sandbox of the upload page students are filtered; a script that is not the report's own does not run."""
    from notegrad.results.report.report_page import to_html
    from notegrad.results.report.report_script import script_source
    from notegrad.server.staff.class_report import REPORT_POLICY

    content = to_html(class_of()[0], data=data_of())
    page, said = shown(chromium, content, REPORT_POLICY.format(script=script_source()))
    try:
        page.locator("#f-search").fill("zoe")
        assert page.locator("#students tbody tr:visible").count() == 1
        assert page.evaluate("() => self.origin") == "null"
        assert said == []
    finally:
        page.close()
    other = content.replace(b"</main>", b"</main><script>document.title = 'owned'</script>")
    page, said = shown(chromium, other, REPORT_POLICY.format(script=script_source()))
    try:
        assert page.title() != "owned"
        assert any("Content Security Policy" in text for text in said)
    finally:
        page.close()


@pytest.mark.usefixtures("migrated")
def test_the_students_page_needs_nothing_that_the_frame_forbids(chromium: Any) -> None:
    """Under the frame's policy it has its style, its links lead to places on it, and it says nothing to the console."""
    from notegrad.results.pages.feedback import to_feedback
    from notegrad.server.student.attempt_page import FEEDBACK_POLICY

    results, submissions, _ = class_of()
    content = to_feedback(results[-1], submissions[-1], moment="published", prompts=PROMPTS)
    page, said = shown(chromium, content, FEEDBACK_POLICY)
    try:
        page.locator("a[href='#q5']").first.click()
        assert page.url.endswith("#q5")
        assert page.locator("#q5 pre").first.is_visible()
        assert said == []
    finally:
        page.close()
