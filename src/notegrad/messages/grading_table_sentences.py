"""The sentences of the table in which `grade` says what it found, in French and in English."""

from __future__ import annotations

FRENCH = {
    "column_submission": "copie",
    "column_status": "état",
    "column_score": "note",
    "column_questions": "questions",
    "column_duration": "durée",
    "table_legend": "{full} tous les points   {partial} une partie   {none} zéro   {pending} en attente   "
    "{absent} sans résultat",
    "summary": "corrigées : {graded} sur {total}, moyenne {mean:.2f}/{max_score:g}, en {duration_s:.1f} s",
    "where": "résultats : {path}",
    "where_gradebook": "notes : {path}",
    "where_report": "rapport : {path}",
    "where_journal": "journal : {path}",
    "progress": "correction",
}

ENGLISH = {
    "column_submission": "submission",
    "column_status": "status",
    "column_score": "score",
    "column_questions": "questions",
    "column_duration": "duration",
    "table_legend": "{full} all points   {partial} some   {none} zero   {pending} pending   "
    "{absent} no result",
    "summary": "graded {graded} of {total}, mean {mean:.2f}/{max_score:g}, in {duration_s:.1f} s",
    "where": "results: {path}",
    "where_gradebook": "gradebook: {path}",
    "where_report": "report: {path}",
    "where_journal": "journal: {path}",
    "progress": "grading",
}
