"""The sentences on grading a folder again: what is graded anew, what stays, and what has moved."""

from __future__ import annotations

FRENCH = {
    "regrade_nothing": "rien à recorriger : ce que la nouvelle version change ne touche aucune copie",
    "regrade_everything": "tout est recorrigé : {parts} a changé",
    "regrade_questions": "questions à rejuger : {questions}",
    "regrade_unfinished": "la correction de ce dossier n'est pas allée au bout : les copies "
    "qu'elle n'a pas atteintes n'y sont pas",
    "regrade_summary": "recorrigées : {count}, notes changées : {moved}, moyenne des changements {mean:+.2f}",
    "regrade_plan": "à recorriger : {count} {count:|copie|copies} sur {total}",
    "regrade_missing": "{count} {count:|copie n’est|copies ne sont} plus dans le dossier et "
    "{count:|reste telle quelle|restent telles quelles} : {names}",
}

ENGLISH = {
    "regrade_nothing": "nothing to grade again: what the new version changes touches no submission",
    "regrade_everything": "everything is graded again: {parts} changed",
    "regrade_questions": "questions to judge again: {questions}",
    "regrade_unfinished": "the grading of this folder did not reach its end: submissions that it "
    "had not reached are not in it",
    "regrade_summary": "graded again: {count}, scores changed: {moved}, mean change {mean:+.2f}",
    "regrade_plan": "to grade again: {count} of {total} {total:|submission|submissions}",
    "regrade_missing": "{count} {count:|submission is|submissions are} not in the folder any more "
    "and {count:|stays as it is|stay as they are}: {names}",
}
