"""The sentences of platforms that students and teachers read, in French and in English."""

from __future__ import annotations

FRENCH = {
    "lti_title": "Lien depuis votre plateforme",
    "lti_refused": "Ce lancement n’est pas valable ou a déjà servi : retournez dans votre cours et cliquez "
    "de nouveau sur le lien.",
    "lti_refused_key": "La signature de ce lancement n’a pas pu être vérifiée avec les clés de la "
    "plateforme : réessayez dans une minute, puis prévenez l’administrateur.",
    "lti_no_cookie": "Votre navigateur n’a pas gardé le cookie de cette page, souvent parce qu’elle "
    "s’ouvre dans un cadre : ouvrez-la dans un nouvel onglet.",
    "lti_new_tab": "Ouvrir dans un nouvel onglet",
    "lti_unknown_platform": "Cette plateforme n’est pas inscrite ici : son administrateur doit donner à "
    "celui de cette page l’émetteur (iss) et le numéro de client (client_id).",
    "lti_taken_out": "Vous n’êtes plus dans ce cours : demandez à votre enseignant de vous y remettre.",
    "lti_nothing_yet": "Ce lien n’ouvre encore aucun devoir : votre enseignant doit d’abord l’ouvrir "
    "lui-même et choisir.",
    "lti_session_over_title": "Session terminée",
    "lti_session_over": "Votre session est terminée : retournez dans votre cours et cliquez de nouveau sur "
    "le lien. Rien de ce que vous avez rendu n’est perdu.",
    "lti_connect_title": "Relier ce cours",
    "lti_connect_explained": "Ce cours de votre plateforme n’est encore relié à aucun cours d’ici :",
    "lti_connect_button": "Relier",
    "lti_wrong_code": "Ce code n’est pas valable ou est trop vieux : faites-en un autre dans votre cours, "
    "page « Plateformes ».",
    "lti_create_title": "Ou un nouveau cours",
    "lti_create_explained": "Un nouveau cours d’ici, dont vous êtes enseignant, relié à ce cours de la "
    "plateforme.",
    "lti_create_button": "Créer un cours et le relier",
    "lti_link_title": "Quel devoir ce lien ouvre-t-il ?",
    "lti_link_explained": "Le lien de la plateforme :",
    "lti_link_button": "Choisir ce devoir",
    "deep_linking_title": "Choisir des devoirs pour la plateforme",
    "deep_linking_one_only": "Cette plateforme n’en prend qu’un à la fois.",
    "deep_linking_button": "Continuer",
    "deep_linking_back_title": "Prêt à être ajouté",
    "deep_linking_back": "Ajouter à {name}",
    "lti_course_title": "Plateformes",
    "lti_code_title": "Relier un cours de Moodle ou de Canvas",
    "lti_code_explained": "Faites un code, puis ouvrez l’outil notegrad depuis le cours de la plateforme, "
    "comme enseignant : la page demandera ce code.",
    "lti_code_button": "Faire un code",
    "lti_code_made": "Le code, à coller sur la page qui s’ouvre depuis la plateforme (2 jours) :",
    "lti_members": "Personnes de ce cours connues ici : {count}",
    "lti_disconnect": "Séparer",
    "lti_links": "Liens",
    "lti_no_links": "Aucun lien n’a encore été ouvert.",
    "lti_not_connected": "Ce cours n’est relié à aucune plateforme.",
    "lti_column_theirs": "Colonne du carnet de notes : celle de la plateforme.",
    "lti_column_found": "Colonne du carnet de notes : trouvée ou faite par notegrad.",
    "lti_column_never": "La plateforme n’offre pas de carnet de notes à ce lien : aucune note ne peut "
    "partir.",
    "lti_column_wanted": "La colonne sera faite avec la première note.",
    "lti_column_none": "Pas encore de colonne dans le carnet de notes : faites-la pour que les notes "
    "partent.",
    "lti_column_make": "Faire une colonne",
}

ENGLISH = {
    "lti_title": "Link from your platform",
    "lti_refused": "This launch is not valid, or was used already: go back to your course and click the "
    "link again.",
    "lti_refused_key": "The signature of this launch could not be checked with the platform’s keys: try "
    "again in a minute, then tell the administrator.",
    "lti_no_cookie": "Your browser did not keep this page’s cookie, often because the page opens in a "
    "frame: open it in a new tab.",
    "lti_new_tab": "Open in a new tab",
    "lti_unknown_platform": "This platform is not registered here: its administrator must give the issuer "
    "(iss) and the client id (client_id) to the one of this page.",
    "lti_taken_out": "You are not in this course any more: ask your teacher to let you in again.",
    "lti_nothing_yet": "This link opens no assignment yet: your teacher must open it first, and choose.",
    "lti_session_over_title": "Session over",
    "lti_session_over": "Your session is over: go back to your course and click the link again. Nothing "
    "that you handed in is lost.",
    "lti_connect_title": "Connect this course",
    "lti_connect_explained": "This course of your platform is not connected with any course here yet:",
    "lti_connect_button": "Connect",
    "lti_wrong_code": "This code is not good, or too old: make another one in your course, on the page "
    "“Platforms”.",
    "lti_create_title": "Or a new course",
    "lti_create_explained": "A new course here, in which you teach, connected with this course of the "
    "platform.",
    "lti_create_button": "Make a course and connect it",
    "lti_link_title": "Which assignment does this link open?",
    "lti_link_explained": "The platform’s link:",
    "lti_link_button": "Choose this assignment",
    "deep_linking_title": "Choose assignments for the platform",
    "deep_linking_one_only": "This platform takes only one at a time.",
    "deep_linking_button": "Continue",
    "deep_linking_back_title": "Ready to be added",
    "deep_linking_back": "Add to {name}",
    "lti_course_title": "Platforms",
    "lti_code_title": "Connect a course of Moodle or Canvas",
    "lti_code_explained": "Make a code, then open the tool notegrad from the platform’s course, as a "
    "teacher: the page will ask for this code.",
    "lti_code_button": "Make a code",
    "lti_code_made": "The code, to be pasted into the page that opens from the platform (2 days):",
    "lti_members": "People of that course who are known here: {count}",
    "lti_disconnect": "Part",
    "lti_links": "Links",
    "lti_no_links": "No link has been opened yet.",
    "lti_not_connected": "This course is not connected with any platform.",
    "lti_column_theirs": "Column of the gradebook: the platform’s own.",
    "lti_column_found": "Column of the gradebook: found or made by notegrad.",
    "lti_column_never": "The platform offers no gradebook to this link: no score can leave.",
    "lti_column_wanted": "The column will be made with the first score.",
    "lti_column_none": "No column in the gradebook yet: make one so that scores can leave.",
    "lti_column_make": "Make a column",
}
