"""What users read, in French and in English: translate first, format after.

Keys are stable names; facts are filled in after translation, so that word order is each language's own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

DEFAULT_LANGUAGE = "fr"

FRENCH = {
    "missing_name": "la fonction « {name} » n'existe pas dans votre notebook",
    "student_error": "votre code a levé {type} : {text}",
    "test_timeout": "temps dépassé : ce test a été arrêté après {limit_s:g} s (boucle infinie ?)",
    "child_died": "le processus qui exécutait votre code s'est arrêté brutalement ({cause})",
    "notebook_timeout": "le notebook a été arrêté après {limit_s:g} s : une cellule ne se termine pas",
    "notebook_crashed": "le notebook s'est arrêté brutalement ({cause}) avant la fin",
    "memory_exceeded": "la mémoire permise ({limit_mb} Mo) a été dépassée",
    "observation_limit": "ce que votre fonction a rendu est trop gros pour être examiné : {what}",
    "not_graded": "cette copie n'a pas pu être corrigée : ce n'est pas de votre fait ({reason})",
    "unreadable": "ce fichier n'est pas un notebook lisible : {reason}",
    "skipped_because": "non exécuté : {reason}",
    "after_timeouts": "le temps est déjà dépassé sur plusieurs tests de cette question",
    "status_graded": "corrigée",
    "status_unreadable": "illisible",
    "status_timeout": "temps dépassé",
    "status_memory": "mémoire dépassée",
    "status_crashed": "arrêt brutal",
    "status_not_graded": "non corrigée",
    "column_submission": "copie",
    "column_status": "état",
    "column_score": "note",
    "column_questions": "questions",
    "column_duration": "durée",
    "table_legend": "{full} tous les points   {partial} une partie   {none} zéro   {absent} sans résultat",
    "summary": "corrigées : {graded} sur {total}, moyenne {mean:.2f}/{max_score:g}, en {duration_s:.1f} s",
    "where": "résultats : {path}",
    "where_gradebook": "notes : {path}",
    "where_report": "rapport : {path}",
    "where_journal": "journal : {path}",
    "progress": "correction",
    "kept": "reprise : {count} copies déjà corrigées sont gardées (--fresh pour tout corriger de nouveau)",
}

ENGLISH = {
    "missing_name": "the function “{name}” does not exist in your notebook",
    "student_error": "your code raised {type}: {text}",
    "test_timeout": "time limit reached: this test was stopped after {limit_s:g} s (an endless loop?)",
    "child_died": "the process that ran your code died ({cause})",
    "notebook_timeout": "the notebook was stopped after {limit_s:g} s: a cell does not end",
    "notebook_crashed": "the notebook died ({cause}) before its end",
    "memory_exceeded": "the memory allowed ({limit_mb} MB) was exceeded",
    "observation_limit": "what your function returned is too large to be examined: {what}",
    "not_graded": "this submission could not be graded, through no fault of yours ({reason})",
    "unreadable": "this file is not a readable notebook: {reason}",
    "skipped_because": "not run: {reason}",
    "after_timeouts": "the time limit was already reached on several tests of this question",
    "status_graded": "graded",
    "status_unreadable": "unreadable",
    "status_timeout": "time limit",
    "status_memory": "memory limit",
    "status_crashed": "crashed",
    "status_not_graded": "not graded",
    "column_submission": "submission",
    "column_status": "status",
    "column_score": "score",
    "column_questions": "questions",
    "column_duration": "duration",
    "table_legend": "{full} all points   {partial} some   {none} zero   {absent} no result",
    "summary": "graded {graded} of {total}, mean {mean:.2f}/{max_score:g}, in {duration_s:.1f} s",
    "where": "results: {path}",
    "where_gradebook": "gradebook: {path}",
    "where_report": "report: {path}",
    "where_journal": "journal: {path}",
    "progress": "grading",
    "kept": "going on: {count} submissions graded already are kept (--fresh to grade everything anew)",
}

CATALOGUES = {"fr": FRENCH, "en": ENGLISH}


def translate(key: str, language: str = DEFAULT_LANGUAGE, **facts: object) -> str:
    """Return the message `key` in `language`, with `facts` filled in.

    Any other language reads French, the course's first. Raises KeyError for a key or a fact that is missing.
    """
    return CATALOGUES.get(language, FRENCH)[key].format(**facts)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known word closest to `word`, or the empty string."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
