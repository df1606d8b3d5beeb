"""Words by which a prompt announces what tests try: in both languages, with those that say the contrary."""

from __future__ import annotations

import pytest

from notegrad.authoring.prompt_kinds import DEFAULT_WORDS, KINDS, is_announced
from notegrad.course.config import parse_config
from notegrad.errors import ConfigError
from notegrad.settings import PromptWords


@pytest.mark.parametrize(
    ("language", "kind", "prompt", "expected"),
    [
        ("fr", "untouched", "Votre fonction ne **modifie** ni `a` ni `b`.", True),
        ("fr", "no_loop", "Calculez-le sans boucle.", True),
        ("fr", "no_loop", "Une boucle convient.", False),
        ("fr", "differentiable", "Le résultat se dérive par rapport à `x`.", True),
        ("fr", "differentiable", "Aucun gradient n’est demandé.", False),
        ("fr", "non_contiguous", "`x` peut être non contigu.", True),
        ("fr", "own_memory", "```python\n# une copie\n```", False),
        ("en", "untouched", "Your function must not change `x`.", True),
        ("en", "any_device", "`x` may lie on a GPU.", True),
        ("en", "differentiable", "No gradient is asked.", False),
        ("en", "any_axes", "`x` has any number of axes.", True),
    ],
)
def test_a_prompt_announces_a_kind_in_its_words(language, kind, prompt, expected):
    """Accents, emphasis and typographic signs do not matter; code does not count; a negation is none."""
    assert is_announced(prompt, kind, language, {}) is expected


def test_a_course_has_words_of_its_own(tmp_path):
    """They stand in the configuration beside those that are known; a kind that is misspelt is refused."""
    path = tmp_path / "otter_config.yml"
    own = parse_config("prompts:\n  no_loop: [en une ligne, '!une boucle']\n", path).prompts
    words = {"no_loop": own.no_loop}
    assert is_announced("Écrivez-le en une ligne.", "no_loop", "fr", words)
    with pytest.raises(ConfigError, match=r"no_lop.*no_loop"):
        parse_config("prompts:\n  no_lop: [x]\n", path)


def test_both_languages_and_the_configuration_know_the_same_kinds():
    """A kind without words in a language would never be announced in it."""
    assert DEFAULT_WORDS["fr"].keys() == DEFAULT_WORDS["en"].keys() == set(PromptWords.__struct_fields__)
    assert set(KINDS) < DEFAULT_WORDS["fr"].keys()
