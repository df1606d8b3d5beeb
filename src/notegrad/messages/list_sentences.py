"""The sentences of class lists and gradebooks, in French and in English."""

from __future__ import annotations

FRENCH = {
    "column_at": "{title} (colonne {position})",
    "list_no_text": "{name} n'est pas un fichier CSV : enregistrez-le en « CSV UTF-8 », ou téléchargez-le "
    "de nouveau.",
    "list_too_long": "{name} a plus de {cells} cellules : ce n'est pas la liste d'une classe.",
    "list_open_quote": "{name} a un guillemet qui n'est jamais fermé : téléchargez-le de nouveau.",
    "list_not_read": "{name} ne peut pas être lu ({why}) : donnez un fichier CSV.",
    "list_too_large": "{name} dépasse {megabytes} Mio : ce n'est pas la liste d'une classe.",
    "list_workbook": "{name} est un classeur Excel ou OpenDocument : enregistrez-le d'abord en « CSV "
    "UTF-8 ».",
    "list_identifies_nobody": "{name} n'a pas de colonne qui identifie les étudiants : nommez-la avec "
    "--key ; sont reconnus, entre autres, Identifiant, N° étudiant, SIS User ID, SID, Courriel, Login.",
    "list_same_titles": "{name} a plusieurs colonnes de même titre qui ne disent pas la même chose : "
    "{columns} ; renommez-en une, ou nommez avec --key la colonne qui identifie les étudiants.",
    "key_without_roster": "--key nomme une colonne de --roster : donnez aussi la liste de la classe.",
    "key_absent": "{name} n'a pas de colonne {column!r} (--key) ; ses colonnes : {columns}.",
    "key_twice": "{name} a plusieurs colonnes que --key {column!r} peut nommer : {columns} ; renommez-"
    "en une.",
    "key_empty": "la colonne {column!r} de {name} (--key) est vide : nommez-en une qui identifie "
    "les étudiants.",
    "known_key": "les numéros de la plateforme",
    "known_number": "les numéros d'étudiant",
    "known_email": "les adresses",
    "known_login": "les identifiants",
    "known_names": "les noms seulement",
    "nothing_in_common": "Personne de {name} ({there}) n'est dans les rendus ({here}) : donnez la liste "
    "de la même plateforme, comme la feuille d'évaluation de Moodle ou le carnet de Canvas, ou nommez "
    "avec --key la colonne qui identifie les étudiants.",
    "students_not_found": "introuvables dans {name} : {count} ({names}).",
    "students_contradicted": "lignes qui se contredisent dans {name} : {count} ({names}) ; celle dont les "
    "identifiants sont ceux de deux personnes n'est jointe à aucune.",
    "needs_worksheet": "--to moodle remplit un fichier de Moodle : donnez sa feuille d'évaluation avec "
    "--template (Actions > Télécharger la feuille d'évaluation).",
    "needs_canvas_gradebook": "--to canvas remplit un fichier de Canvas : donnez son carnet de notes avec "
    "--template (Notes > Exporter).",
    "gradescope_fills_nothing": "--to gradescope ne remplit aucun fichier : enlevez --template.",
    "template_and_column": "avec --to csv, --template et --column vont ensemble : quelle colonne de "
    "quelle liste ?",
    "option_of_no_use": "{option} ne sert pas avec --to {target} : enlevez-la.",
    "option_without_template": "{option} ne sert qu'avec --template : enlevez-la, ou donnez le fichier à "
    "remplir.",
    "option_with_template": "{option} ne sert pas avec --template, car un fichier rempli garde sa forme : "
    "enlevez-la.",
    "out_is_template": "--out est le fichier à remplir lui-même ({path}) : choisissez un autre nom, c'est "
    "votre seul exemplaire.",
    "page_missing": "{path} n'est pas là : corrigez de nouveau pour avoir les pages de retour.",
    "no_number_above_zero": "{option} est {text!r} : donnez un nombre au-dessus de 0, comme {example}.",
    "no_zip_taken": "Seuls Moodle et Canvas reprennent une archive de pages de retour, et ces copies "
    "viennent de {platform}.",
    "not_of_canvas": "{name} n'est pas un carnet de notes de Canvas (sans colonne SIS Login ID) : "
    "exportez-le, Notes > Exporter.",
    "canvas_column_needed": "{name} : --column est nécessaire ; ses devoirs : {columns}.",
    "canvas_column_unknown": "{name} : --column {column!r} n'est pas un de ses devoirs ; ses devoirs : "
    "{columns}.",
    "column_absent": "{name} n'a pas de colonne {column!r} ; ses colonnes : {columns}.",
    "column_twice": "{name} a plusieurs colonnes que {column!r} peut nommer : {columns} ; donnez le titre "
    "entier, ou renommez-en une.",
    "left_alone": "Dispensés ou non concernés selon Canvas, laissés tels quels : {names}.",
    "not_of_moodle": "{name} n'est pas une feuille d'évaluation de Moodle (sans colonnes Identifiant et "
    "Note) : téléchargez-la depuis le devoir, Actions > Télécharger la feuille d'évaluation.",
    "no_comment_column": "{name} n'a pas de colonne pour les commentaires : activez « Feedback par "
    "commentaires » dans le devoir et téléchargez la feuille de nouveau, ou enlevez --comments.",
    "locked_in_moodle": "Verrouillés dans Moodle, laissés tels quels : {names}.",
    "comments_stay": "Commentaires déjà là, laissés tels quels : {count}.",
    "no_maximum": "{name} ne dit pas sur combien sont les notes : donnez --scale, par exemple --scale 20.",
    "scale_contradicts": "{name} note sur {maximum}, et --scale dit {scale} : enlevez --scale, ou changez "
    "le maximum sur la plateforme.",
    "zero_for_unreadable": "0, parce que rien n'a pu être lu : {names}.",
    "identifiers_contradict": "Laissés tels quels, parce que leurs identifiants sont ceux de personnes "
    "différentes : {names}.",
    "cells_replaced": "Remplacé : {count} ({cells}) ; avec --keep, ce qui est écrit reste.",
    "cells_kept": "Gardé (--keep) : {count} ({cells}).",
    "filled_twice": "Sur plusieurs lignes de {name}, chacune remplie : {names}.",
    "and_more": "{names} et {count} {count:|autre|autres}",
    "told_of": "{name} : {what}",
    "told_between": " ; ",
}

ENGLISH = {
    "column_at": "{title} (column {position})",
    "list_no_text": "{name} is no CSV file: save it as “CSV UTF-8”, or download it again.",
    "list_too_long": "{name} has more than {cells} cells: it is no list of a class.",
    "list_open_quote": "{name} has a quote that is never closed: download it again.",
    "list_not_read": "{name} cannot be read ({why}): give a CSV file.",
    "list_too_large": "{name} is larger than {megabytes} MiB: it is no list of a class.",
    "list_workbook": "{name} is an Excel or OpenDocument workbook: save it as “CSV UTF-8” first.",
    "list_identifies_nobody": "{name} has no column that identifies students: name it with --key; known "
    "are, among others, Identifiant, Student number, SIS User ID, SID, Email, Login.",
    "list_same_titles": "{name} has several columns of one title that do not say the same: {columns}; "
    "rename one of them, or name with --key the column that identifies students.",
    "key_without_roster": "--key names a column of --roster: give the list of the class too.",
    "key_absent": "{name} has no column {column!r} (--key); its columns: {columns}.",
    "key_twice": "{name} has several columns that --key {column!r} may mean: {columns}; rename one of them.",
    "key_empty": "the column {column!r} of {name} (--key) is empty: name one that identifies students.",
    "known_key": "the platform's numbers",
    "known_number": "student numbers",
    "known_email": "addresses",
    "known_login": "logins",
    "known_names": "names only",
    "nothing_in_common": "Nobody in {name} ({there}) is among the submissions ({here}): give the same "
    "platform's list, such as Moodle's grading worksheet or Canvas's gradebook, or name with --key the "
    "column that identifies students.",
    "students_not_found": "not found in {name}: {count} ({names}).",
    "students_contradicted": "lines that contradict each other in {name}: {count} ({names}); one whose "
    "identifiers are those of two people is joined to neither.",
    "needs_worksheet": "--to moodle fills in a file of Moodle's: give its grading worksheet with "
    "--template (Actions > Download grading worksheet).",
    "needs_canvas_gradebook": "--to canvas fills in a file of Canvas's: give its gradebook with "
    "--template (Grades > Export).",
    "gradescope_fills_nothing": "--to gradescope fills in no file: leave --template out.",
    "template_and_column": "--template and --column go together with --to csv: which column of which list?",
    "option_of_no_use": "{option} is of no use with --to {target}: leave it out.",
    "option_without_template": "{option} is for --template only: leave it out, or give the file to fill in.",
    "option_with_template": "{option} is of no use with --template, since a file that is filled in keeps "
    "its form: leave it out.",
    "out_is_template": "--out is the file to fill in itself ({path}): choose another name, it is your "
    "only copy.",
    "page_missing": "{path} is not there: grade again to have feedback pages.",
    "no_number_above_zero": "{option} is {text!r}: give a number above 0, such as {example}.",
    "no_zip_taken": "Only Moodle and Canvas take a zip of feedback pages back, and these submissions come "
    "from {platform}.",
    "not_of_canvas": "{name} is no gradebook of Canvas (no column SIS Login ID): export it, Grades > Export.",
    "canvas_column_needed": "{name}: --column is needed; its assignments: {columns}.",
    "canvas_column_unknown": "{name}: --column {column!r} is not one of its assignments, which are: "
    "{columns}.",
    "column_absent": "{name} has no column {column!r}; its columns: {columns}.",
    "column_twice": "{name} has several columns that {column!r} may mean: {columns}; give the whole "
    "title, or rename one of them.",
    "left_alone": "Excused or not assigned in Canvas, left alone: {names}.",
    "not_of_moodle": "{name} is no grading worksheet of Moodle (no columns Identifier and Grade): "
    "download it from the assignment, Actions > Download grading worksheet.",
    "no_comment_column": "{name} has no column for comments: switch “Feedback comments” on in the "
    "assignment and download the worksheet again, or leave --comments out.",
    "locked_in_moodle": "Locked in Moodle, left alone: {names}.",
    "comments_stay": "Comments that were there already, left alone: {count}.",
    "no_maximum": "{name} does not say what grades are out of: give --scale, such as --scale 20.",
    "scale_contradicts": "{name} is graded out of {maximum}, and --scale says {scale}: leave --scale out, "
    "or change the maximum on the platform.",
    "zero_for_unreadable": "Graded 0 because nothing could be read: {names}.",
    "identifiers_contradict": "Left alone, because their identifiers are those of different people: {names}.",
    "cells_replaced": "Replaced: {count} ({cells}); with --keep, what is written there stays.",
    "cells_kept": "Kept (--keep): {count} ({cells}).",
    "filled_twice": "On several lines of {name}, each of them filled in: {names}.",
    "and_more": "{names} and {count} more",
    "told_of": "{name}: {what}",
    "told_between": "; ",
}
