"""The sentences on marks: given by hand, reduced for lateness, and what is wrong in files about them."""

from __future__ import annotations

FRENCH = {
    "mark_whole": "Note mise à la main par {by} ({when}) : {points} sur {max_points}. {why}",
    "mark_question": "{question} : {points} {points:|point|points} sur {max_points} mis à la main par {by} "
    "({when}). {why}",
    "mark_late": "Rendu le {received}, après la date limite ({due}) : {days} {days:|jour|jours} de retard "
    "{days:|entamé|entamés}, ce qui retire {percent} % de la note.",
    "mark_late_free": "Rendu le {received}, après la date limite ({due}) : rien n’est retiré.",
    "mark_cut_off": "Rendu le {received}, trop tard pour compter (date limite : {due}) : la note est 0.",
    "mark_automatic": "Note automatique, avant cela : {points} sur {max_points}.",
    "mark_no_automatic": "Il n’y avait pas de note automatique.",
    "mark_time_unknown": "heure de remise inconnue : rien n’est retiré pour un retard",
    "mark_extension": "prolongation : {reason}",
    "marks_times_unknown": "{count} {count:|copie|copies} dont l’heure de remise est inconnue, aucun "
    "retard n’y est compté : {names}.",
    "marks_times_unknown_late": "La plateforme dit en retard, sans dire l’heure : {names}.",
    "marks_rewritten": "notes mises à jour d’après {path} et les retards : {count} {count:|copie|copies}",
    "marks_yaml": "{path}{line} : ce n’est pas du YAML lisible ({problem}) ; vérifiez l’alignement et "
    "les guillemets. Aucune note mise à la main n’a été reprise.",
    "marks_too_large": "{path} dépasse {mib} Mio : ce n’est pas une liste de notes. Aucune n’a été reprise.",
    "marks_no_list": "{path} : une liste est attendue, une note par tiret (- student: ...). Aucune note "
    "mise à la main n’a été reprise.",
    "marks_entry": "{path}, ligne {line} : {problem} Cette note n’a pas été reprise, les autres si.",
    "marks_no_entry": "ce n’est pas une note : écrivez « - student: ... », puis question, points, why, "
    "by et when.",
    "marks_key_unknown": "la clé {name} n’existe pas (student, question, points, why, by, when).",
    "marks_key_twice": "la clé {name} est donnée deux fois.",
    "marks_key_missing": "il manque {name}.",
    "marks_key_no_text": "{name} doit être un texte ou un nombre.",
    "marks_points": "« {text} » n’est pas un nombre de points : écrivez un nombre comme 1.5, à partir de 0.",
    "marks_when": "« {text} » n’est pas une date : écrivez-la comme 2026-03-05.",
    "marks_student_unknown": "personne ne s’appelle « {student} » dans la classe, et aucune copie non "
    "plus {near}: donnez le nom de la copie (results/...), un numéro, une adresse ou un identifiant.",
    "marks_near": "(voulez-vous dire {name} ?) ",
    "marks_student_several": "« {student} » désigne plusieurs personnes ({names}) : donnez le nom de la "
    "copie.",
    "marks_student_absent": "« {student} » n’a rien rendu : il n’y a pas de copie à noter.",
    "marks_student_group": "« {student} » a rendu avec d’autres : pour tout le groupe, donnez le nom de "
    "la copie, {submission}.",
    "marks_question_unknown": "il n’y a pas de question {question} (il y a : {names} ; ou whole pour "
    "toute la copie).",
    "marks_contradict": "une autre ligne ({other}) donne d’autres points pour la même copie et la même "
    "question : gardez-en une.",
    "marks_part_of_nothing": "cette copie n’a pas été corrigée : donnez les points de toute la copie "
    "(question: whole) ou de chaque question.",
    "extensions_heads": "{path} : la première ligne doit nommer les colonnes student et due (late_due et "
    "reason si besoin).",
    "extensions_due": "« {text} » n’est pas un jour avec une heure : écrivez 2026-03-08 23:59.",
    "extensions_zone": "dans quel fuseau horaire ? Donnez late.timezone dans otter_config.yml.",
    "extensions_before": "{due} est avant la date limite de tous, {all_due}.",
    "extensions_cut_off": "late_due ({text}) est avant la nouvelle date limite, {due}.",
    "extensions_row": "{path}, ligne {line} : {problem} Cette prolongation n’a pas été reprise, les "
    "autres si.",
    "extensions_contradict": "une autre ligne ({other}) donne une autre date à la même personne : "
    "gardez-en une.",
    "extensions_absent": "{path} n’existe pas, et late.extensions le nomme : mettez-le là, ou ôtez la "
    "clé et construisez de nouveau.",
    "extensions_outside": "late.extensions doit nommer un fichier du dossier du cours, et dit {name}.",
    "late_no_zone": "late.timezone : {zone} n’est pas connu de cette machine ; installez tzdata "
    "(pip install tzdata), ou corrigez le nom et construisez de nouveau.",
    "marks_counted": "notes mises à la main : {by_hand} ; réduites pour un retard : {late}",
    "marks_older_folder": "{path} n’est pas là, le dossier vient d’une version plus ancienne : faites "
    "une fois `notegrad regrade {out}`, qui le met à jour.",
    "marks_beyond": "{points} {points:|point dépasse|points dépassent} ce que l’on peut avoir "
    "({max_points}).",
}

ENGLISH = {
    "mark_whole": "Mark given by hand by {by} ({when}): {points} out of {max_points}. {why}",
    "mark_question": "{question}: {points} {points:|point|points} of {max_points} given by hand by {by} "
    "({when}). {why}",
    "mark_late": "Handed in on {received}, after the due date ({due}): {days} {days:|day|days} of lateness "
    "begun, which {days:|takes|take} {percent}% of the score.",
    "mark_late_free": "Handed in on {received}, after the due date ({due}): nothing is taken.",
    "mark_cut_off": "Handed in on {received}, too late to count (due date: {due}): the mark is 0.",
    "mark_automatic": "Automatic score, before that: {points} out of {max_points}.",
    "mark_no_automatic": "There was no automatic score.",
    "mark_time_unknown": "time of hand-in unknown: nothing is taken for lateness",
    "mark_extension": "extension: {reason}",
    "marks_times_unknown": "{count} {count:|submission|submissions} whose time of hand-in is unknown, no "
    "lateness counted: {names}.",
    "marks_times_unknown_late": "The platform calls late, without a time: {names}.",
    "marks_rewritten": "marks brought up to date from {path} and lateness: {count} "
    "{count:|submission|submissions}",
    "marks_yaml": "{path}{line}: this is no YAML that can be read ({problem}); check indentation and "
    "quotes. No mark given by hand was taken.",
    "marks_too_large": "{path} is larger than {mib} MiB: it is no list of marks. None was taken.",
    "marks_no_list": "{path}: a list is expected, a dash for each mark (- student: ...). No mark given "
    "by hand was taken.",
    "marks_entry": "{path}, line {line}: {problem} This mark was not taken, the others were.",
    "marks_no_entry": "this is no mark: write “- student: ...”, then question, points, why, by and when.",
    "marks_key_unknown": "there is no key {name} (student, question, points, why, by, when).",
    "marks_key_twice": "the key {name} is given twice.",
    "marks_key_missing": "{name} is missing.",
    "marks_key_no_text": "{name} must be a text or a number.",
    "marks_points": "“{text}” is no number of points: write a number such as 1.5, from 0 upwards.",
    "marks_when": "“{text}” is no date: write it as 2026-03-05.",
    "marks_student_unknown": "nobody is called “{student}” in the class, and no submission is either "
    "{near}: give the submission's name (results/...), a number, an address or a login.",
    "marks_near": "(did you mean {name}?) ",
    "marks_student_several": "“{student}” means several people ({names}): give the submission's name.",
    "marks_student_absent": "“{student}” has handed in nothing: there is no submission to mark.",
    "marks_student_group": "“{student}” handed in with others: for the whole group, give the "
    "submission's name, {submission}.",
    "marks_question_unknown": "there is no question {question} (there are: {names}; or whole for the "
    "whole submission).",
    "marks_contradict": "another line ({other}) gives other points for the same submission and question: "
    "keep one.",
    "marks_part_of_nothing": "this submission was not graded: give points for the whole (question: "
    "whole), or for each question.",
    "extensions_heads": "{path}: the first line must name the columns student and due (late_due and "
    "reason where needed).",
    "extensions_due": "“{text}” is no day with a time: write 2026-03-08 23:59.",
    "extensions_zone": "in which time zone? Give late.timezone in otter_config.yml.",
    "extensions_before": "{due} is before everybody's due date, {all_due}.",
    "extensions_cut_off": "late_due ({text}) is before the new due date, {due}.",
    "extensions_row": "{path}, line {line}: {problem} This extension was not taken, the others were.",
    "extensions_contradict": "another line ({other}) gives the same person another date: keep one.",
    "extensions_absent": "{path} does not exist, and late.extensions names it: put it there, or take the "
    "key out and build again.",
    "extensions_outside": "late.extensions must name a file in the course's folder, and says {name}.",
    "late_no_zone": "late.timezone: {zone} is not known to this machine; install tzdata "
    "(pip install tzdata), or mend the name and build again.",
    "marks_counted": "marks given by hand: {by_hand}; reduced for lateness: {late}",
    "marks_older_folder": "{path} is not there, the folder is of an older version: give `notegrad "
    "regrade {out}` once, which brings it up to date.",
    "marks_beyond": "{points} {points:|point is|points are} more than can be had ({max_points}).",
}
