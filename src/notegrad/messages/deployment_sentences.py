"""The sentences of commands for operators of the upload page, in French and in English."""

from __future__ import annotations

FRENCH = {
    "backup_made": "{file} : {rows} lignes de {tables} tables, {megabytes} Mo. Il contient des "
    "données personnelles.",
    "backup_there": "{file} existe déjà : donnez un autre nom",
    "backup_not_written": "{file} ne peut pas être écrit ({why}) : donnez un autre endroit",
    "backup_tool_missing": "le programme {tool} manque ici : installez le client de PostgreSQL, de "
    "la version du serveur au moins",
    "backup_tool_failed": "{tool} a échoué ({why})",
    "backup_unreadable": "{file} n’est pas une sauvegarde de notegrad ({why})",
    "backup_newer": "{file} vient de notegrad {theirs}, plus récent que celui-ci ({ours}) : "
    "installez cette version",
    "backup_other_database": "{file} vient de {theirs}, et la base nommée ici est {ours} : nommez "
    "une base {theirs} (DATABASE_URL)",
    "backup_incomplete": "la table {table} a {actual} lignes après la restauration, et {expected} "
    "dans la sauvegarde : n’utilisez pas cette base",
    "backup_damaged": "le contenu de {file} n’a plus l’empreinte qui y est écrite : prenez une autre "
    "sauvegarde",
    "restore_not_empty": "la base a déjà des tables : une sauvegarde ne va que dans une base vide ; "
    "nommez-en une autre",
    "restored": "{file} est restauré : {rows} lignes de {tables} tables, du {taken_at}. `notegrad "
    "serve` peut démarrer.",
    "restored_key": "La clé {file} n’est pas celle d’avant, si vous ne l’avez pas recopiée : chacun "
    "se connecte à nouveau, et les liens d’invitation sont à refaire.",
}

ENGLISH = {
    "backup_made": "{file}: {rows} rows of {tables} tables, {megabytes} MB. It holds personal data.",
    "backup_there": "{file} is there already: give another name",
    "backup_not_written": "{file} cannot be written ({why}): give another place",
    "backup_tool_missing": "the program {tool} is missing here: install PostgreSQL's client, of the "
    "server's version or newer",
    "backup_tool_failed": "{tool} failed ({why})",
    "backup_unreadable": "{file} is no backup of notegrad ({why})",
    "backup_newer": "{file} comes from notegrad {theirs}, newer than this one ({ours}): install that version",
    "backup_other_database": "{file} comes from {theirs}, and the database named here is {ours}: "
    "name a {theirs} (DATABASE_URL)",
    "backup_incomplete": "the table {table} has {actual} rows after the restore, and {expected} in "
    "the backup: do not use this database",
    "backup_damaged": "what {file} holds has no longer the fingerprint that is written in it: take "
    "another backup",
    "restore_not_empty": "the database has tables already: a backup goes into an empty one only; "
    "name another",
    "restored": "{file} is restored: {rows} rows of {tables} tables, of {taken_at}. `notegrad serve` "
    "can start.",
    "restored_key": "The key {file} is not the one of before, unless you copied it: everybody signs "
    "in again, and invitation links are to be made anew.",
}
