"""The page that shows what students read is what the grader says today."""

from __future__ import annotations

import pytest

from tests.programs.feedback_page import PAGE, page


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_page_of_wrong_answers_is_up_to_date():
    """docs/fr/retours.md is made by the grader: `python -m tests.programs.feedback_page` writes it again."""
    assert PAGE.read_text("utf-8") == page()
