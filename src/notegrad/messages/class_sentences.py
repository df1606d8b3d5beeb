"""The sentences of the staff’s work with a class (marks, gradebooks, lists, trials), in both languages."""

from __future__ import annotations

FRENCH = {
    "override_whole": "toute la copie (/ {points})",
    "override_of_whole": "toute la copie",
    "override_machine": "Ce que le correcteur a donné ; choisissez une question pour en décider.",
    "override_ungraded": "Cette copie n’a pas été corrigée : donnez les points de toute la copie "
    "(sur {points}), ou de chaque question.",
    "override_misfit": "Une décision ne compte pas, parce qu’elle ne va pas avec ce résultat :",
    "mark_reduced": "Un retard de {days} jour(s) entamé(s) retire {percent} % de la note.",
    "mark_not_reduced": "En retard : rien n’est retiré.",
    "class_reduced": "− {percent} % pour retard",
    "class_misfit": "décision sans effet",
    "late_takes": "Un retard retire {percent} % de la note par jour entamé.",
}

ENGLISH = {
    "override_whole": "the whole (/ {points})",
    "override_of_whole": "the whole",
    "override_machine": "What the grader gave; choose a question to decide on it.",
    "override_ungraded": "This attempt was not graded: give the points of the whole (out of {points}), or "
    "of each question.",
    "override_misfit": "A decision does not count, since it does not fit this result:",
    "mark_reduced": "{days} day(s) of lateness begun take {percent}% of the score.",
    "mark_not_reduced": "Late: nothing is taken.",
    "class_reduced": "− {percent}% for lateness",
    "class_misfit": "decision without effect",
    "late_takes": "Lateness takes {percent}% of the score for each day begun.",
}
