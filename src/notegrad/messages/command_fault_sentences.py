"""The sentences on what was given to a command and cannot be used, in French and in English."""

from __future__ import annotations

FRENCH = {
    "class_other_version": "{path} est d'une autre version de notegrad : corrigez de nouveau.",
    "class_too_large": "{path} dépasse {max_class_bytes} Mio : corrigez de nouveau.",
    "class_file_missing": "{path} n'existe pas : donnez le dossier que « notegrad grade » a écrit avec "
    "--out.",
    "class_unreadable": "{path} ne se lit pas ({error}) : corrigez de nouveau, les résultats sont gardés.",
    "submission_twice": "L'identifiant « {repeated} » est celui de deux copies : l'une écraserait l'autre.",
    "engine_needs": "Ce moteur demande {x}, qui n'est pas installé : pip install 'notegrad[cluster]'",
    "dask_no_gpu": "Aucun worker du cluster Dask n'a de GPU à donner : lancez-les par « dask worker "
    'ADRESSE --nthreads 1 --resources "GPU=1" »',
    "dask_unreachable": "L'ordonnanceur de Dask à l'adresse {address} ne répond pas : {why}",
    "slurm_refused": "Slurm n'a pas pris la tâche ({split})",
    "dask_no_worker": "Le cluster Dask n'a aucun worker (après {timeout_s:g} s d'attente) : lancez-en par "
    "« dask worker ADRESSE --nthreads 1 --nworkers N »",
    "engine_unknown": "--engine « {text} » n'est pas connu : {forms}{close}",
    "engine_unknown_form": "--engine « {text} » n'est pas connu : {forms}",
    "workers_too_few": "--workers vaut {graders} : donnez 1 ou plus.",
    "cannot_write_out": "{path} ne peut être écrit : {x} ; choisissez un autre --out.",
    "regrade_no_results": "{out} ne contient aucun résultat à recorriger : donnez le --out d'un « notegrad "
    "grade ».",
    "regrade_no_run": "{out} ne nomme aucune correction : donnez le --out d'un « notegrad grade ».",
    "regrade_other_bundle": "{out} contient des résultats de {assignment}, le lot est pour {slug} : donnez "
    "le lot du même TP par --bundle.",
    "regrade_gone": "La copie {name} a disparu de {out} entre-temps.",
    "build_stale": "{slug} : {stale} n'est pas ce que donnent ses sources ; lancez « notegrad build {slug} »",
    "bundle_not_built": "{path} n'est pas encore là ; faites-le par « notegrad build {assignment} »",
    "no_assignments": "{folder} ne contient aucun TP : mettez-y SLUG/SLUG.ipynb (ou .md, .py), ou créez-en "
    "un : notegrad add SLUG",
    "queues_unknown": "--queues « {queues} » n'est pas connu : donnez {queues2}, ou les deux",
    "keep_exists": "{keep} existe déjà : donnez à --keep un dossier qui n'existe pas.",
    "bundle_lacks": "{bundle} n'a pas de {lacking} : faites-le par « notegrad build », puis essayez de "
    "nouveau",
    "setup_failed": "le setup.sh du lot a échoué : {said}",
    "no_zip": "{bundle} n'est pas un zip lisible : {error}",
    "device_unknown": "« {wanted} » n'est pas un appareil ; écrivez cpu, cuda, cuda:N, sim ou auto.",
    "device_missing": "L'appareil {wanted} n'est pas là : cette machine a {has}. Choisissez --device cpu, "
    "ou sim pour en simuler un ; torch.cuda.is_available() dit ce que PyTorch voit.",
    "export_neither": "{path} n'est ni un dossier ni un zip : donnez l'export tel quel.",
    "export_not_of": "{path} ne contient rien qui soit nommé comme {title} le nomme ({examples}) : "
    "vérifiez --from, ou ôtez-le.",
    "export_too_many": "{path} contient plus de {max_export_files} fichiers : corrigez par parties, ou "
    "donnez le dossier qui contient les copies.",
    "export_too_large": "{path} dépasse {max_export_bytes} Gio : téléchargez-le par parties.",
    "export_swollen": "{path} dépasse {max_export_read_bytes} Gio une fois ouvert : corrigez par parties.",
    "cannot_read_place": "{place} ne se lit pas : {strerror}.",
    "submissions_too_large": "Ces copies dépassent ensemble {max_run_bytes} Mo (les plus grandes : "
    "{largest}) : corrigez-les en plusieurs fois, ou ôtez les fichiers de données inutiles.",
    "cannot_read_where": "Le dossier {where} ne se lit pas : {strerror}.",
    "submission_no_folder": "{folder} n'est pas un dossier : la plateforme y met la copie.",
    "no_submission": "Aucune copie (le fichier ou le dossier de quelqu'un) dans {where} : vérifiez le "
    "chemin.",
    "cannot_read_file": "{path} ne se lit pas : {strerror}.",
    "result_too_large": "{path} est plus grand que tout résultat ; donnez le results.json d'une copie.",
    "result_no_result": "{path} n'est pas un résultat de notegrad ; donnez results/<copie>/results.json "
    "d'une correction.",
    "submission_no_name": "L'identifiant « {submission} » n'est pas un nom de fichier : renommez la copie.",
    "cannot_write_path": "{path} ne peut être écrit : {why} ; choisissez un autre --out.",
    "bind_no_address": "bind « {bind} » n'est pas une adresse : donnez HÔTE:PORT, comme 127.0.0.1:8000",
    "bind_taken": "impossible d'écouter sur {bind} ({error}) : choisissez un autre --bind",
    "server_extra": "« notegrad {command} » demande plus que la correction : pip install 'notegrad[server]'",
    "sso_extra": "server.toml nomme des fournisseurs (sso) : pip install 'notegrad[sso]'",
    "database_old": "la base n'a pas les tables de cette version : lancez d'abord « notegrad serve » avec "
    "elle",
    "database_silent": "la base ne répond pas ({why}) : vérifiez DATABASE_URL",
    "submit_no_page": "--to « {page} » n'est la page d'aucun TP : copiez l'adresse de votre navigateur",
    "submit_unencrypted": "--to « {page} » n'est pas chiffré et livrerait votre jeton : utilisez https",
    "submit_no_token": "pas de jeton : créez-en un sur la page de votre compte, et mettez-le dans "
    "{token_variable}",
    "submit_odd_answer": "{host} ne répond pas comme il faut ({why}) ; réessayez plus tard",
    "bind_not_typed": "bind vaut {bind}, ce qu'on ne tape pas comme adresse : donnez aussi public_url",
    "metrics_token_short": "metrics_token : donnez au moins {min_token_chars} caractères ASCII",
    "mail_from_missing": "{path} : smtp_host sans mail_from : dites de qui viennent les lettres",
    "secret_key_short": "la clé secrète a {count} caractères : donnez-en au moins {min_key_chars}",
    "database_scheme": "DATABASE_URL commence par « {scheme} » : donnez postgresql://... ou sqlite:///chemin",
    "path_error": "{path} : {error}",
    "sso_missing": "{path} : sso « {id} » ({kind}) n'a pas de {missing} : donnez-le",
    "no_toml": "{path} n'est pas du TOML : {error}",
    "toml_no_key": "{path} : {name} : cette clé n'existe pas{meant}",
    "data_not_made": "{folder} ne peut être créé : {strerror} ; choisissez un autre --data",
    "secret_key_unreadable": "{path} ne se lit pas : « notegrad serve » le crée à son premier démarrage",
    "file_is_empty": "{file_name} est vide",
    "export_no_path": "{path} n'existe pas : donnez l'export, un zip ou un dossier.",
    "export_odd_path": "{path} n'est ni un fichier ni un dossier : donnez l'export, un zip ou un dossier.",
    "submission_no_path": "{path} n'existe pas : donnez un notebook, un zip, ou un dossier qui en contient.",
    "submission_odd_path": "{path} n'est ni un fichier ni un dossier : donnez un notebook, un zip, ou un "
    "dossier qui en contient.",
    "no_path_given": "la liste vide des chemins",
    "interrupted": "interrompu",
    "own_fault": "erreur inattendue de notegrad lui-même ({what}) ; relancez la commande avec {option} "
    "pour voir où",
    "no_such_command": "Il n'y a pas de commande « {name} »{meant}",
}

ENGLISH = {
    "class_other_version": "{path} is of another version of notegrad: grade again.",
    "class_too_large": "{path} is larger than {max_class_bytes} MiB: grade again.",
    "class_file_missing": "{path} does not exist: give the folder that `notegrad grade` wrote with --out.",
    "class_unreadable": "{path} cannot be read ({error}): grade again, which keeps the results.",
    "submission_twice": "The submission id {repeated!r} occurs twice: results would overwrite each other.",
    "engine_needs": "This engine needs {x}, which is not installed: pip install 'notegrad[cluster]'",
    "dask_no_gpu": "No worker of the Dask cluster has a GPU to give: start them with `dask worker ADDRESS "
    '--nthreads 1 --resources "GPU=1"`',
    "dask_unreachable": "Dask's scheduler at {address} cannot be reached: {why}",
    "slurm_refused": "Slurm did not take the job ({split})",
    "dask_no_worker": "The Dask cluster has no worker (waited {timeout_s:g} s): start some with `dask "
    "worker ADDRESS --nthreads 1 --nworkers N`",
    "engine_unknown": "--engine {text!r} is not known: {forms}{close}",
    "engine_unknown_form": "--engine {text!r} is not known: {forms}",
    "workers_too_few": "--workers is {graders}: give 1 or more.",
    "cannot_write_out": "{path} cannot be written: {x}; choose another --out.",
    "regrade_no_results": "{out} holds no results that can be graded again: give the --out of a `notegrad "
    "grade`.",
    "regrade_no_run": "{out} names no run: give the --out of a `notegrad grade`.",
    "regrade_other_bundle": "{out} holds results of {assignment}, the bundle is for {slug}: give the "
    "bundle of the same assignment with --bundle.",
    "regrade_gone": "The submission {name} has gone from {out} meanwhile.",
    "build_stale": "{slug}: {stale} is not what its sources give; run `notegrad build {slug}`",
    "bundle_not_built": "{path} is not there yet; make it with `notegrad build {assignment}`",
    "no_assignments": "{folder} holds no assignment: put one at SLUG/SLUG.ipynb (or .md, .py) there, or "
    "make one: notegrad add SLUG",
    "queues_unknown": "--queues {queues!r} is not known: give {queues2}, or both",
    "keep_exists": "{keep} exists already: give --keep a folder that does not.",
    "bundle_lacks": "{bundle} has no {lacking}: build it with `notegrad build`, then try again",
    "setup_failed": "setup.sh of the bundle failed: {said}",
    "no_zip": "{bundle} is no zip that can be read: {error}",
    "device_unknown": "{wanted!r} is no device; use cpu, cuda, cuda:N, sim or auto.",
    "device_missing": "The device {wanted} is not there: this machine has {has}. Choose --device cpu, or "
    "sim to simulate one; torch.cuda.is_available() says what PyTorch sees.",
    "export_neither": "{path} is neither a folder nor a zip: give the export as it came.",
    "export_not_of": "{path} holds nothing named as {title} names it ({examples}): check --from, or leave "
    "it out.",
    "export_too_many": "{path} holds more than {max_export_files} files: grade it in parts, or give the "
    "folder that holds the submissions.",
    "export_too_large": "{path} is larger than {max_export_bytes} GiB: download it in parts.",
    "export_swollen": "{path} holds more than {max_export_read_bytes} GiB once opened: grade it in parts.",
    "cannot_read_place": "{place} cannot be read: {strerror}.",
    "submissions_too_large": "These submissions take more than {max_run_bytes} MB together (the largest: "
    "{largest}): grade them in several runs, or remove the data files that are not needed.",
    "cannot_read_where": "The folder {where} cannot be read: {strerror}.",
    "submission_no_folder": "{folder} is no folder: the platform puts the submission there.",
    "no_submission": "No submission (a file or a folder of somebody's) found in {where}: check the path.",
    "cannot_read_file": "{path} cannot be read: {strerror}.",
    "result_too_large": "{path} is larger than any result; give the results.json of one submission.",
    "result_no_result": "{path} is no result of notegrad's; give results/<submission>/results.json of a run.",
    "submission_no_name": "The submission id {submission!r} is no file name: rename the submission.",
    "cannot_write_path": "{path} cannot be written: {why}; choose another --out.",
    "bind_no_address": "bind {bind!r} is no address: give HOST:PORT, such as 127.0.0.1:8000",
    "bind_taken": "{bind} cannot be listened on ({error}): choose another --bind",
    "server_extra": "`notegrad {command}` needs more than grading does: pip install 'notegrad[server]'",
    "sso_extra": "server.toml names providers (sso): pip install 'notegrad[sso]'",
    "database_old": "the database has not the tables of this version: start `notegrad serve` with it first",
    "database_silent": "the database does not answer ({why}): check DATABASE_URL",
    "submit_no_page": "--to {page!r} is no assignment's page: copy its address from your browser",
    "submit_unencrypted": "--to {page!r} is not encrypted, and would give your token away: use https",
    "submit_no_token": "no token: make one on your account's page, and put it into {token_variable}",
    "submit_odd_answer": "{host} does not answer as it should ({why}); try again later",
    "bind_not_typed": "bind is {bind}, which is no address to type: say public_url too",
    "metrics_token_short": "metrics_token: give {min_token_chars} or more characters of ASCII",
    "mail_from_missing": "{path}: smtp_host without mail_from: say from whom letters come",
    "secret_key_short": "the secret key has {count} characters: give {min_key_chars} or more",
    "database_scheme": "DATABASE_URL begins with {scheme!r}: give postgresql://... or sqlite:///path",
    "path_error": "{path}: {error}",
    "sso_missing": "{path}: sso {id!r} ({kind}) has no {missing}: give it",
    "no_toml": "{path} is not TOML: {error}",
    "toml_no_key": "{path}: {name}: there is no such key{meant}",
    "data_not_made": "{folder} cannot be made: {strerror}; choose another --data",
    "secret_key_unreadable": "{path} cannot be read: `notegrad serve` makes it on its first start",
    "file_is_empty": "{file_name} is empty",
    "export_no_path": "{path} does not exist: give the export, a zip or a folder.",
    "export_odd_path": "{path} is neither a file nor a folder: give the export, a zip or a folder.",
    "submission_no_path": "{path} does not exist: give a notebook, a zip, or a folder of them.",
    "submission_odd_path": "{path} is neither a file nor a folder: give a notebook, a zip, or a folder of "
    "them.",
    "no_path_given": "the empty list of paths",
    "interrupted": "interrupted",
    "own_fault": "unexpected fault of notegrad itself ({what}); run the same command with {option} to see "
    "where",
    "no_such_command": "There is no command {name!r}{meant}",
}
