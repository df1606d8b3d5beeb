"""What users read, in French and in English: translate first, format after.

Keys are stable names; facts are filled in after translation, so that word order is each language's own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from notegrad import page_messages

DEFAULT_LANGUAGE = "fr"

FRENCH = {
    "missing_name": "la fonction « {name} » n'existe pas dans votre notebook",
    "student_error": "votre code a levé {type} : {text}",
    "student_error_unsaid": "votre code a levé {type} ; le texte de l'erreur n'est pas montré pour un test "
    "caché : essayez votre fonction sur un exemple à vous",
    "test_timeout": "temps dépassé : ce test a été arrêté après {limit_s:g} s (boucle infinie ?)",
    "child_died": "le processus qui exécutait votre code s'est arrêté brutalement "
    "(arrêt volontaire, plantage, ou mémoire dépassée)",
    "notebook_timeout": "le notebook a été arrêté : il dépasse {wall_s:g} s en tout",
    "cell_timeout": "le notebook a été arrêté : une cellule a dépassé {cell_wall_s:g} s",
    "cpu_exceeded": "le notebook a été arrêté : il a dépassé {cpu_s:g} s de temps de calcul",
    "too_many_cells": "ce notebook a {count} cellules de code, {cells} sont permises : repartez du sujet",
    "reached_memory": "la mémoire permise est de {memory_mb} Mo",
    "reached_disk": "la place permise pour les fichiers est de {files_mb} Mo",
    "reached_file": "la taille permise pour un fichier est de {file_mb} Mo",
    "reached_open_files": "{open_files} fichiers au plus peuvent être ouverts à la fois",
    "reached_processes": "{processes} processus et fils d'exécution au plus sont permis",
    "no_network": "il n'y a pas de réseau pendant la correction",
    "notebook_crashed": "le notebook s'est arrêté brutalement ({cause}) avant la fin",
    "notebook_gone": "le processus du notebook ne répond plus : arrêté, ou sans droit à un processus de plus",
    "memory_exceeded": "la mémoire permise ({memory_mb} Mo) a été dépassée",
    "disk_exceeded": "le notebook a été arrêté : ses fichiers dépassent {files_mb} Mo, ou sont trop nombreux",
    "observation_limit": "ce que votre fonction a rendu est trop gros pour être examiné : {what}",
    "not_graded": "cette copie n'a pas pu être corrigée : ce n'est pas de votre fait ({reason})",
    "unreadable": "ce fichier n'est pas un notebook lisible : {reason}",
    "skipped_because": "non exécuté : {reason}",
    "run_again_too_often": "le notebook a dû être relancé trop souvent (temps dépassés, ou état modifié)",
    "after_timeouts": "le temps est déjà dépassé sur plusieurs tests de cette question",
    "status_graded": "corrigée",
    "status_unreadable": "illisible",
    "status_timeout": "temps dépassé",
    "status_memory": "mémoire dépassée",
    "status_crashed": "arrêt brutal",
    "status_not_graded": "non corrigée",
    "result_unreadable": "Ce fichier n'a pas pu être lu.",
    "result_timeout": "Le notebook a dépassé le temps permis.",
    "result_memory": "Le notebook a dépassé la mémoire permise.",
    "result_crashed": "Le notebook s'est arrêté brutalement.",
    "result_not_graded": "Cette copie n'a pas été corrigée : ce n'est pas un zéro.",
    "cells_stopped": "Cellules de code qui se sont arrêtées :",
    "cell_stopped": "- cellule {number} : {why}",
    "more_cells_stopped": "- et {count} autres",
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
    "export_recognised": "export {platform} reconnu : {count} rendus",
    "nothing_handed_in": "n'ont rien rendu : {count} ({names})",
    "to_give_grades_back": "pour rendre les notes : "
    "notegrad gradebook {out} --to {platform} --template FICHIER",
    "gradebook_filled": "notes écrites : {graded}, cellules laissées vides : {empty}",
    "gradebook_written": "étudiants : {students}, dont {graded} avec une note",
    "same_as": "{submission} : identique à {same_as}, corrigée une seule fois",
    "retried": "{submission} : nouvel essai ({attempt} a échoué : {error})",
    "not_graded_warning": "{submission} : non corrigée ({error})",
    "unreadable_warning": "{submission} : illisible ({reason})",
    "weak_tier": "protection réduite sur cette machine : « {tier} » (notegrad doctor dit pourquoi)",
    "worker_trouble": "machine de correction : {error}",
    "rate": "{rate:.0f}/min",
    "regrade_nothing": "rien à recorriger : ce que la nouvelle version change ne touche aucune copie",
    "regrade_everything": "tout est recorrigé : {parts} a changé",
    "regrade_questions": "questions à rejuger : {questions}",
    "regrade_plan": "à recorriger : {count} copies sur {total}",
    "regrade_missing": "{count} copies ne sont plus dans le dossier et restent telles quelles : {names}",
    "regrade_unfinished": "la correction de ce dossier n'est pas allée au bout : les copies qu'elle n'a pas "
    "atteintes n'y sont pas",
    "regrade_summary": "recorrigées : {count}, notes changées : {moved}, moyenne des changements {mean:+.2f}",
    "column_before": "avant",
    "column_after": "après",
    "column_change": "écart",
    "column_moves": "tests qui ont changé",
    "outcome_absent": "absent",
    "grader_stopped": "la correction s'est arrêtée avant la fin ; prévenez votre enseignant",
    "killed_again": "ses processus ont été tués à chaque essai, jamais de la même façon (mémoire ?)",
    "platform_slow": "la machine de correction était trop lente",
    "platform_timeout": "non exécuté : le temps que la plateforme donne à une copie était épuisé",
    "attempt": "Rendu n° {number}.",
    "in_time": "Rendu dans les temps.",
    "late": "Rendu en retard de {days} j {hours} h {minutes} min.",
    "handed_in_by": "Rendu par : {students}.",
    "kept": "reprise : {count} copies déjà corrigées sont gardées (--fresh pour tout corriger de nouveau)",
}

ENGLISH = {
    "missing_name": "the function “{name}” does not exist in your notebook",
    "student_error": "your code raised {type}: {text}",
    "student_error_unsaid": "your code raised {type}; the text of the error is not shown for a hidden test: "
    "try your function on an example of your own",
    "test_timeout": "time limit reached: this test was stopped after {limit_s:g} s (an endless loop?)",
    "child_died": "the process that ran your code died (ended on purpose, crashed, or out of memory)",
    "notebook_timeout": "the notebook was stopped: it takes more than {wall_s:g} s in all",
    "cell_timeout": "the notebook was stopped: a cell ran for more than {cell_wall_s:g} s",
    "cpu_exceeded": "the notebook was stopped: it used more than {cpu_s:g} s of processor time",
    "too_many_cells": "this notebook has {count} code cells, {cells} are allowed: start from the handout",
    "reached_memory": "the memory allowed is {memory_mb} MB",
    "reached_disk": "the room allowed for files is {files_mb} MB",
    "reached_file": "the size allowed for one file is {file_mb} MB",
    "reached_open_files": "{open_files} files at most may be open at once",
    "reached_processes": "{processes} processes and threads at most are allowed",
    "no_network": "there is no network while grading",
    "notebook_crashed": "the notebook died ({cause}) before its end",
    "notebook_gone": "the notebook's process answers no more: it is stopped, or may start no process",
    "memory_exceeded": "the memory allowed ({memory_mb} MB) was exceeded",
    "disk_exceeded": "the notebook was stopped: its files take more than {files_mb} MB, or are too many",
    "observation_limit": "what your function returned is too large to be examined: {what}",
    "not_graded": "this submission could not be graded, through no fault of yours ({reason})",
    "unreadable": "this file is not a readable notebook: {reason}",
    "skipped_because": "not run: {reason}",
    "run_again_too_often": "the notebook had to be run again too often (time limits, or its state changed)",
    "after_timeouts": "the time limit was already reached on several tests of this question",
    "status_graded": "graded",
    "status_unreadable": "unreadable",
    "status_timeout": "time limit",
    "status_memory": "memory limit",
    "status_crashed": "crashed",
    "status_not_graded": "not graded",
    "result_unreadable": "This file could not be read.",
    "result_timeout": "The notebook ran for longer than is allowed.",
    "result_memory": "The notebook took more memory than is allowed.",
    "result_crashed": "The notebook died before its end.",
    "result_not_graded": "This submission was not graded: it is no zero.",
    "cells_stopped": "Code cells that stopped:",
    "cell_stopped": "- cell {number}: {why}",
    "more_cells_stopped": "- and {count} more",
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
    "export_recognised": "{platform} export recognised: {count} hand-ins",
    "nothing_handed_in": "handed in nothing: {count} ({names})",
    "to_give_grades_back": "to give the grades back: "
    "notegrad gradebook {out} --to {platform} --template FILE",
    "gradebook_filled": "grades written: {graded}, cells left empty: {empty}",
    "gradebook_written": "students: {students}, {graded} of them with a grade",
    "same_as": "{submission}: the same as {same_as}, graded once",
    "retried": "{submission}: trying again (attempt {attempt} failed: {error})",
    "not_graded_warning": "{submission}: not graded ({error})",
    "unreadable_warning": "{submission}: unreadable ({reason})",
    "weak_tier": "reduced protection on this machine: “{tier}” (notegrad doctor says why)",
    "worker_trouble": "grading machine: {error}",
    "rate": "{rate:.0f}/min",
    "regrade_nothing": "nothing to grade again: what the new version changes touches no submission",
    "regrade_everything": "everything is graded again: {parts} changed",
    "regrade_questions": "questions to judge again: {questions}",
    "regrade_plan": "to grade again: {count} of {total} submissions",
    "regrade_missing": "{count} submissions are not in the folder any more and stay as they are: {names}",
    "regrade_unfinished": "the grading of this folder did not reach its end: submissions that it had not "
    "reached are not in it",
    "regrade_summary": "graded again: {count}, scores changed: {moved}, mean change {mean:+.2f}",
    "column_before": "before",
    "column_after": "after",
    "column_change": "change",
    "column_moves": "test cases that changed",
    "outcome_absent": "absent",
    "grader_stopped": "grading ended before it was done; tell your teacher",
    "killed_again": "its processes were killed at every try, never in the same way (memory?)",
    "platform_slow": "the grading machine was too slow",
    "platform_timeout": "not run: the time that the platform gives to a submission was used up",
    "attempt": "Attempt {number}.",
    "in_time": "Handed in on time.",
    "late": "Handed in late by {days} d {hours} h {minutes} min.",
    "handed_in_by": "Handed in by: {students}.",
    "kept": "going on: {count} submissions graded already are kept (--fresh to grade everything anew)",
}

FRENCH |= page_messages.FRENCH
ENGLISH |= page_messages.ENGLISH
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
