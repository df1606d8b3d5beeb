"""The sentences of `notegrad verify` on prompts, tests and answers, in French and in English."""

from __future__ import annotations

FRENCH = {
    "mutant_equal": "rien ne le distingue de la solution sur des entrées comme celles des tests",
    "prompt_announced": "{question} : ANNONCÉ, PAS TESTÉ : {what} ; testez-le, ou retirez-le de l'énoncé "
    "(ou dites pourquoi dans answers.yml, prompt: {kind})",
    "prompt_tried": "{question} : TESTÉ, PAS ANNONCÉ : {what} ; annoncez-le dans l'énoncé (ou dites "
    "pourquoi dans answers.yml, prompt: {kind})",
    "prompt_untouched": "les arguments ne changent pas",
    "prompt_no_loop": "pas de boucle",
    "prompt_any_device": "n'importe quel appareil",
    "prompt_non_contiguous": "les entrées peuvent être non contiguës",
    "prompt_differentiable": "le résultat se dérive",
    "prompt_own_memory": "le résultat a sa propre mémoire",
    "masked": "{question} : {answer} ({misconception}) n'est refusé que pour sa forme (type, dtype, "
    "dimensions) : corrigée, il réussit tous les tests ; testez la méprise elle-même, ou nommez son test "
    "(case:)",
    "masked_case": "{question} : {answer} ({misconception}) réussit le test {number} une fois ses autres "
    "défauts corrigés ; ce test ne voit pas la méprise",
    "verify_head": "solution {score:g}/{max_score:g}, notebook intact {blank:g}, {duration_s:.1f} s",
    "verify_question": "question",
    "verify_equivalent": "équivalents",
    "verify_ok": "bien",
    "verify_see_below": "voir plus bas",
    "verify_no_answers": "pas de réponses dans assignments/{slug}/answers.yml : la solution, le notebook "
    "intact et les mutants ont été essayés ; donnez-y des réponses justes et fausses pour les essayer "
    "aussi",
    "verify_lint": "à voir : {said}",
    "verify_refused": "{question} : REFUSÉE {answer} : juste, mais le test {number} dit : {said}",
    "verify_missed": "{question} : {answer} ({misconception}) échoue à {actual}, non à {expected}",
    "verify_fails_none": "aucun test",
    "verify_survives": "{question} : SURVIT {change}",
    "verify_accepted": "justes acceptées",
    "verify_killed": "mutants tués",
    "verify_caught": "fausses refusées",
}

ENGLISH = {
    "mutant_equal": "nothing tells it from the solution on inputs like those of the tests",
    "prompt_announced": "{question}: ANNOUNCED, NOT TESTED: {what}; test it, or take it out of the prompt "
    "(or say why in answers.yml, prompt: {kind})",
    "prompt_tried": "{question}: TESTED, NOT ANNOUNCED: {what}; announce it in the prompt (or say why in "
    "answers.yml, prompt: {kind})",
    "prompt_untouched": "arguments do not change",
    "prompt_no_loop": "no loop",
    "prompt_any_device": "any device",
    "prompt_non_contiguous": "inputs may be non-contiguous",
    "prompt_differentiable": "the result is differentiable",
    "prompt_own_memory": "the result has memory of its own",
    "masked": "{question}: {answer} ({misconception}) is refused for its form only (type, dtype, shape): "
    "with that mended it passes every test case; test the misconception itself, or name its test case "
    "(case:)",
    "masked_case": "{question}: {answer} ({misconception}) passes test case {number} once its other "
    "defects are mended; that test does not see the misconception",
    "verify_head": "solution {score:g}/{max_score:g}, untouched notebook {blank:g}, {duration_s:.1f} s",
    "verify_question": "question",
    "verify_equivalent": "equivalent",
    "verify_ok": "ok",
    "verify_see_below": "see below",
    "verify_no_answers": "no answers in assignments/{slug}/answers.yml: the solution, the untouched "
    "notebook and mutants were tried; list right and wrong answers there to try them too",
    "verify_lint": "lint: {said}",
    "verify_refused": "{question}: REFUSED {answer}: right, but test case {number} says: {said}",
    "verify_missed": "{question}: {answer} ({misconception}) fails {actual}, not {expected}",
    "verify_fails_none": "none",
    "verify_survives": "{question}: SURVIVES {change}",
    "verify_accepted": "right accepted",
    "verify_killed": "mutants killed",
    "verify_caught": "wrong caught",
}
