"""The sentences of commands for operators of the upload page, in French and in English."""

from __future__ import annotations

FRENCH = {
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
    "backup_damaged": "le contenu de {file} n’a plus l’empreinte qui y est écrite : prenez une autre "
    "sauvegarde",
    "restore_not_empty": "la base a déjà des tables : une sauvegarde ne va que dans une base vide ; "
    "nommez-en une autre",
    "restored_key": "La clé {file} n’est pas celle d’avant, si vous ne l’avez pas recopiée : chacun "
    "se connecte à nouveau, et les liens d’invitation sont à refaire.",
    "checkup_https": "on vient par {url}",
    "checkup_loopback": "{url} n’est là que pour cette machine",
    "checkup_plain_http": "{url} : mots de passe et rendus passent en clair",
    "checkup_plain_http_fix": 'un serveur mandataire avec TLS devant, et public_url = "https://…" '
    "dans server.toml",
    "checkup_secrets_kept": "{folder} et la clé ne sont lisibles que par leur propriétaire",
    "checkup_secrets_readable": "d’autres comptes de cette machine peuvent lire {files}",
    "checkup_secrets_readable_fix": "chmod go-rwx {files}",
    "checkup_disk": "{megabytes} Mo libres pour les données",
    "checkup_disk_fix": "faites de la place : {wanted} Mo au moins, sinon un dépôt peut être refusé",
    "checkup_database_silent": "la base ne répond pas ({why})",
    "checkup_database_silent_fix": "vérifiez DATABASE_URL, et que le serveur de la base tourne",
    "checkup_database_old": "{name} {version} ; migrations de cette version qui manquent : {count}",
    "checkup_database_old_fix": "notegrad backup FICHIER avec l’ancienne version, puis notegrad serve "
    "avec celle-ci",
    "checkup_database": "{name} {version}, avec les tables de cette version",
    "checkup_clock": "cette machine et la base diffèrent de {seconds} s",
    "checkup_clock_fix": "réglez les horloges (NTP) : les dates limites sont à l’heure de la base",
    "checkup_backup_here": "`notegrad backup` peut sauvegarder d’ici",
    "checkup_backup_no_client": "pg_dump manque : pas de sauvegarde d’ici",
    "checkup_backup_no_client_fix": "installez le client de PostgreSQL (Debian : postgresql-client)",
    "checkup_backup_old_client": "pg_dump {client} ne sauvegarde pas un PostgreSQL {server}",
    "checkup_backup_old_client_fix": "installez le client de PostgreSQL {server}",
    "checkup_workers_none": "personne ne corrige ({queues})",
    "checkup_workers_none_fix": "démarrez `notegrad serve`, ou `notegrad worker` avec --queues {queues}",
    "checkup_workers": "correcteurs en vie : {count} ; la plus longue attente : {seconds} s",
    "checkup_workers_fix": "démarrez d’autres `notegrad worker`",
    "checkup_jobs": "aucun travail en échec",
    "checkup_jobs_failed": "travaux échoués pour de bon : {count}",
    "checkup_jobs_failed_fix": "la page /operation/ dit pourquoi, et les relance",
    "checkup_page": "{url} répond",
    "checkup_page_silent": "{url} ne répond pas d’ici ({why})",
    "checkup_page_silent_fix": "démarrez `notegrad serve` ; sinon, cherchez du côté du mandataire et du nom",
    "checkup_letters_off": "pas de serveur de courrier : aucune lettre ne part",
    "checkup_letters_refused": "{host} ne prend pas nos lettres ({why})",
    "checkup_letters_refused_fix": "vérifiez les clés smtp_… de server.toml et NOTEGRAD_SMTP_PASSWORD",
    "checkup_letters": "{host} nous connaît",
    "data_not_there": "{folder} n’est pas là : nommez avec --data le dossier de « notegrad serve »",
    "backup_made": "{file} : {rows} {rows:|ligne|lignes} de {tables} {tables:|table|tables}, "
    "{megabytes} Mo. Il contient des données personnelles.",
    "restored": "{file} est restauré : {rows} {rows:|ligne|lignes} de {tables} "
    "{tables:|table|tables}, du {taken_at}. `notegrad serve` peut démarrer.",
    "backup_incomplete": "la table {table} a {actual} {actual:|ligne|lignes} après la "
    "restauration, et {expected} dans la sauvegarde : n’utilisez pas cette base",
}

ENGLISH = {
    "backup_there": "{file} is there already: give another name",
    "backup_not_written": "{file} cannot be written ({why}): give another place",
    "backup_tool_missing": "the program {tool} is missing here: install PostgreSQL's client, of the "
    "server's version or newer",
    "backup_tool_failed": "{tool} failed ({why})",
    "backup_unreadable": "{file} is no backup of notegrad ({why})",
    "backup_newer": "{file} comes from notegrad {theirs}, newer than this one ({ours}): install that version",
    "backup_other_database": "{file} comes from {theirs}, and the database named here is {ours}: "
    "name a {theirs} (DATABASE_URL)",
    "backup_damaged": "what {file} holds has no longer the fingerprint that is written in it: take "
    "another backup",
    "restore_not_empty": "the database has tables already: a backup goes into an empty one only; "
    "name another",
    "restored_key": "The key {file} is not the one of before, unless you copied it: everybody signs "
    "in again, and invitation links are to be made anew.",
    "checkup_https": "people come by {url}",
    "checkup_loopback": "{url} is for this machine only",
    "checkup_plain_http": "{url}: passwords and submissions travel in the clear",
    "checkup_plain_http_fix": 'put a reverse proxy with TLS in front, and public_url = "https://…" in '
    "server.toml",
    "checkup_secrets_kept": "{folder} and the key are readable by their owner only",
    "checkup_secrets_readable": "other accounts of this machine can read {files}",
    "checkup_secrets_readable_fix": "chmod go-rwx {files}",
    "checkup_disk": "{megabytes} MB free for data",
    "checkup_disk_fix": "make room: {wanted} MB at least, or an upload may be refused",
    "checkup_database_silent": "the database does not answer ({why})",
    "checkup_database_silent_fix": "check DATABASE_URL, and that the database's server runs",
    "checkup_database_old": "{name} {version}; migrations of this version that are missing: {count}",
    "checkup_database_old_fix": "notegrad backup FILE with the old version, then serve with this one",
    "checkup_database": "{name} {version}, with the tables of this version",
    "checkup_clock": "this machine and the database differ by {seconds} s",
    "checkup_clock_fix": "set the clocks (NTP): due dates are by the database's time",
    "checkup_backup_here": "`notegrad backup` can save from here",
    "checkup_backup_no_client": "pg_dump is missing: no backup from here",
    "checkup_backup_no_client_fix": "install PostgreSQL's client (Debian: postgresql-client)",
    "checkup_backup_old_client": "pg_dump {client} does not save a PostgreSQL {server}",
    "checkup_backup_old_client_fix": "install the client of PostgreSQL {server}",
    "checkup_workers_none": "nobody grades ({queues})",
    "checkup_workers_none_fix": "start `notegrad serve`, or `notegrad worker` with --queues {queues}",
    "checkup_workers": "workers alive: {count}; longest wait: {seconds} s",
    "checkup_workers_fix": "start more of `notegrad worker`",
    "checkup_jobs": "no job has failed for good",
    "checkup_jobs_failed": "jobs that failed for good: {count}",
    "checkup_jobs_failed_fix": "the page /operation/ says why, and runs them again",
    "checkup_page": "{url} answers",
    "checkup_page_silent": "{url} does not answer from here ({why})",
    "checkup_page_silent_fix": "start `notegrad serve`; else look at the proxy and the name",
    "checkup_letters_off": "no mail server: no letters are sent",
    "checkup_letters_refused": "{host} does not take our letters ({why})",
    "checkup_letters_refused_fix": "check the keys smtp_… of server.toml and NOTEGRAD_SMTP_PASSWORD",
    "checkup_letters": "{host} knows us",
    "data_not_there": "{folder} is not there: name the folder of `notegrad serve` with --data",
    "backup_made": "{file}: {rows} {rows:|row|rows} of {tables} {tables:|table|tables}, "
    "{megabytes} MB. It holds personal data.",
    "restored": "{file} is restored: {rows} {rows:|row|rows} of {tables} {tables:|table|tables}, "
    "of {taken_at}. `notegrad serve` can start.",
    "backup_incomplete": "the table {table} has {actual} {actual:|row|rows} after the restore, and "
    "{expected} in the backup: do not use this database",
}
