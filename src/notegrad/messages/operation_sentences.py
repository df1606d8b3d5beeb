"""The sentences of the upload page about data of persons and its operation, in French and in English."""

from __future__ import annotations

FRENCH = {
    "data_title": "Données personnelles",
    "data_explained": "Ce cours garde de chaque personne : son nom et son identifiant, ce qu’elle a "
    "rendu, ses résultats, les décisions qui la concernent. Passé le délai que vous fixez ici, tout cela "
    "est supprimé ; il reste des résultats et des décisions qui ne nomment personne.",
    "data_deleted_on": "Les données seront supprimées le {day}.",
    "data_kept": "Aucun délai n’est fixé : les données sont gardées jusqu’à ce que quelqu’un les supprime.",
    "data_held": "Ce cours garde de cette personne : tentatives {attempts}, résultats {results}, "
    "décisions {decisions}.",
    "data_link": "Données",
    "field_ends_on": "Fin du cours",
    "field_retention_days": "Jours de conservation après la fin",
    "hint_retention_days": "Vide : sans limite. Demandez à votre délégué à la protection des données.",
    "retention_no_end": "Donnez la fin du cours : les jours comptent à partir d’elle.",
    "field_why": "Raison",
    "hint_why": "Elle reste dans le journal des décisions : n’y nommez personne.",
    "export_title": "Tout remettre",
    "export_explained": "Un fichier zip avec tout ce que ce cours garde de cette personne. Il contient "
    "aussi les résultats des tests cachés : remettez-le après la publication.",
    "export_button": "Télécharger le zip",
    "export_readme_name": "LISEZ-MOI.txt",
    "export_readme": "Tout ce que le cours « {course} » garde de {person}.\n"
    "\n"
    "person.json       le compte, l’inscription, les délais accordés, les résultats retenus\n"
    "decisions.json    les décisions qui concernent cette personne, ou qu’elle a prises\n"
    "attempts/DEVOIR/N/attempt.json    une tentative : heure, empreinte, problèmes signalés, note "
    "décidée\n"
    "attempts/DEVOIR/N/handed-in/      le fichier tel qu’il a été rendu\n"
    "attempts/DEVOIR/N/result-K.json   chaque résultat, en entier ; « counts » : celui qui compte\n",
    "delete_title": "Tout supprimer",
    "delete_explained": "Les tentatives, les fichiers, les résultats, les délais et l’inscription sont "
    "supprimés pour toujours. Le journal garde qu’il y a eu des décisions, sans nommer personne ; les "
    "statistiques gardent les notes, sans nom.",
    "delete_account_too": "Cette personne n’est dans aucun autre cours : son compte est supprimé aussi.",
    "field_confirm_username": "Identifiant de cette personne, pour confirmer",
    "delete_other_username": "Ce n’est pas l’identifiant de cette personne.",
    "delete_button": "Supprimer pour toujours",
    "operation_title": "Fonctionnement",
    "operation_queues": "Files d’attente",
    "operation_queue": "File",
    "operation_waiting": "En attente",
    "operation_running": "En cours",
    "operation_oldest": "La plus longue attente",
    "operation_workers": "Correcteurs",
    "operation_nothing": "Rien n’a encore été mis en file.",
    "operation_alive": "au travail",
    "operation_silent": "muet",
    "operation_failed": "Échecs : {count}",
    "operation_counts": "essais {tries}, départs {starts}",
    "operation_attempt": "tentative {number}",
    "operation_again": "Refaire",
    "operation_none_failed": "Aucun.",
    "action_run_again": "travail refait",
    "sso_title": "Avec le compte de l’établissement",
    "sso_refused": "Votre établissement n’a pas dit qui vous êtes : réessayez, ou connectez-vous avec un "
    "mot de passe.",
    "sso_away": "Le serveur de votre établissement ne répond pas comme il faut : réessayez plus tard, ou "
    "connectez-vous avec un mot de passe.",
    "forgotten_title": "Mot de passe oublié ?",
    "forgotten_explained": "Si ce compte a une adresse électronique confirmée, un lien pour un nouveau "
    "mot de passe lui est envoyé.",
    "forgotten_button": "Envoyer le lien",
    "forgotten_sent": "Si ce compte a une adresse confirmée, le lien est en route. Rien ne vient ? "
    "Demandez un lien à votre enseignant.",
    "email_title": "Adresse électronique",
    "email_explained": "Elle reçoit les reçus de vos rendus, et un lien si vous oubliez votre mot de "
    "passe. Elle ne sert à rien d’autre ; laissez vide pour n’en garder aucune.",
    "email_sent": "Une lettre est partie à cette adresse : suivez son lien avant demain, et l’adresse "
    "sera gardée.",
    "email_too_many": "Trop de lettres en une heure : réessayez plus tard.",
    "email_confirm": "C’est mon adresse",
    "field_email": "Adresse électronique",
    "letter_receipt_subject": "Reçu : {assignment}, tentative {number}",
    "letter_receipt": "{course}\n"
    "{assignment}, tentative {number}\n"
    "\n"
    "Reçu le {received}\n"
    "Fichier : {file}\n"
    "SHA-256 : {sha256}\n"
    "\n"
    "{link}\n",
    "letter_password_subject": "Nouveau mot de passe",
    "letter_password": "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour {username}. "
    "Ce lien sert une fois, pendant 7 jours :\n"
    "\n"
    "{link}\n"
    "\n"
    "Si ce n’était pas vous, ne faites rien.\n",
    "letter_confirm_subject": "Confirmez votre adresse",
    "letter_confirm": "Pour recevoir vos reçus à cette adresse, ouvrez ce lien avant demain, connecté à "
    "votre compte :\n"
    "\n"
    "{link}\n"
    "\n"
    "Si vous n’avez rien demandé, ne faites rien.\n",
    "refused_too_fast": "Trop de demandes en peu de temps. Réessayez dans {seconds} s ; rien n’est perdu.",
    "action_retention": "durée de conservation",
    "action_expired": "données supprimées : délai passé",
    "action_export_person": "données remises",
    "action_delete_person": "données d’une personne supprimées",
}

ENGLISH = {
    "data_title": "Personal data",
    "data_explained": "This course keeps of each person: name and login, what was handed in, results, "
    "the decisions that concern them. After the time that you set here all of it is deleted; results and "
    "decisions stay that name nobody.",
    "data_deleted_on": "The data will be deleted on {day}.",
    "data_kept": "No time is set: the data is kept until somebody deletes it.",
    "data_held": "This course keeps of this person: attempts {attempts}, results {results}, decisions "
    "{decisions}.",
    "data_link": "Data",
    "field_ends_on": "End of the course",
    "field_retention_days": "Days to keep data after the end",
    "hint_retention_days": "Empty: without limit. Ask your data protection officer.",
    "retention_no_end": "Give the end of the course: the days count from it.",
    "field_why": "Reason",
    "hint_why": "It stays in the record of decisions: name nobody in it.",
    "export_title": "Hand everything out",
    "export_explained": "A zip with all that this course holds about this person. It holds the results "
    "of hidden tests, too: hand it out after the publication.",
    "export_button": "Download the zip",
    "export_readme_name": "README.txt",
    "export_readme": "All that the course “{course}” holds about {person}.\n"
    "\n"
    "person.json       the account, the enrolment, the time granted, the results held back\n"
    "decisions.json    the decisions that concern this person, or that they made\n"
    "attempts/ASSIGNMENT/N/attempt.json    an attempt: time, SHA-256, problems signalled, score decided\n"
    "attempts/ASSIGNMENT/N/handed-in/      the file as it was handed in\n"
    "attempts/ASSIGNMENT/N/result-K.json   each result, whole; “counts”: the one that does\n",
    "delete_title": "Delete everything",
    "delete_explained": "Attempts, files, results, extensions and the enrolment are deleted for good. "
    "The record keeps that there were decisions, and names nobody; statistics keep scores without names.",
    "delete_account_too": "This person is in no other course: the account is deleted as well.",
    "field_confirm_username": "This person’s login, to confirm",
    "delete_other_username": "This is not this person’s login.",
    "delete_button": "Delete for good",
    "operation_title": "Operation",
    "operation_queues": "Queues",
    "operation_queue": "Queue",
    "operation_waiting": "Waiting",
    "operation_running": "Running",
    "operation_oldest": "Longest wait",
    "operation_workers": "Workers",
    "operation_nothing": "Nothing was put into a queue yet.",
    "operation_alive": "at work",
    "operation_silent": "silent",
    "operation_failed": "Failed: {count}",
    "operation_counts": "tries {tries}, starts {starts}",
    "operation_attempt": "attempt {number}",
    "operation_again": "Run again",
    "operation_none_failed": "None.",
    "action_run_again": "job run again",
    "sso_title": "With your university’s account",
    "sso_refused": "Your university did not say who you are: try again, or sign in with a password.",
    "sso_away": "Your university’s server does not answer as it should: try again later, or sign in with a "
    "password.",
    "forgotten_title": "Forgotten your password?",
    "forgotten_explained": "If this account has a confirmed e-mail address, a link to a new password is "
    "sent to it.",
    "forgotten_button": "Send the link",
    "forgotten_sent": "If this account has a confirmed address, the link is on its way. Nothing comes? "
    "Ask your teacher for a link.",
    "email_title": "E-mail address",
    "email_explained": "It gets the receipts of what you hand in, and a link if you forget your "
    "password. It serves nothing else; leave it empty to have none kept.",
    "email_sent": "A letter is on its way to this address: follow its link before tomorrow, and the "
    "address will be kept.",
    "email_too_many": "Too many letters in an hour: try again later.",
    "email_confirm": "This is my address",
    "field_email": "E-mail address",
    "letter_receipt_subject": "Receipt: {assignment}, attempt {number}",
    "letter_receipt": "{course}\n"
    "{assignment}, attempt {number}\n"
    "\n"
    "Received {received}\n"
    "File: {file}\n"
    "SHA-256: {sha256}\n"
    "\n"
    "{link}\n",
    "letter_password_subject": "New password",
    "letter_password": "Somebody, probably you, asked for a new password for {username}. This link is "
    "good once, for 7 days:\n"
    "\n"
    "{link}\n"
    "\n"
    "If it was not you, do nothing.\n",
    "letter_confirm_subject": "Confirm your address",
    "letter_confirm": "To get your receipts at this address, open this link before tomorrow, signed in "
    "to your account:\n"
    "\n"
    "{link}\n"
    "\n"
    "If you asked for nothing, do nothing.\n",
    "refused_too_fast": "Too many requests in a short time. Try again in {seconds} s; nothing is lost.",
    "action_retention": "time that data is kept",
    "action_expired": "data deleted: its time was over",
    "action_export_person": "data handed out",
    "action_delete_person": "data of a person deleted",
}
