"""The help of the command line: a line and a text for each command, in French and in English."""

from __future__ import annotations

FRENCH = {
    "about_add": "Créer assignments/SLUG/ avec un master de deux questions et son answers.yml, à remplacer.",
    "about_build": "Produire student/SLUG/ et autograder/SLUG.zip des TP nommés, ou de tous.\n\nLe master "
    "est assignments/SLUG/SLUG.ipynb, ou un texte, SLUG.md ou SLUG.py. Les mêmes sources donnent les "
    "mêmes octets. La solution doit avoir tous les points et le notebook intact 0, sinon rien n'est "
    "écrit.",
    "about_check_bundle": "Dire de chaque test si la solution le réussit, y échoue, ou ne peut être jugée "
    "par lui, et où.\n\nCode de retour : 0 si la solution réussit tout, 3 si des tests ne sont pas jugés, "
    "4 si l'un échoue.",
    "about_convert": "Écrire le master du TP SLUG dans un autre format, qui donne les mêmes "
    "lots.\n\nL'ancien master reste à côté du nouveau, avec .old derrière son nom.",
    "about_docs": "Écrire la page TOPIC, en Markdown ; sans elle, la liste des pages.",
    "about_explain": "Dire ce qu'il faudrait pour retrouver la même note : versions, lot, graine, "
    "appareil.\n\nCode de retour : 0 si rien de ce qui est connu ici ne diffère, 4 sinon.",
    "about_grade": "Corriger des notebooks, des zips, des dossiers, ou l'export entier d'une "
    "plateforme.\n\nUne correction coupée reprend où elle était : redonnez la même commande.\nSLUG est un "
    "TP de ce cours, ou le chemin d'un lot de correction : de notegrad ou d'otter.\nCode de retour : 0 si "
    "chaque copie a un résultat, 3 si certaines n'ont pas pu être corrigées ou si quelque chose d'un "
    "export n'est à personne (nommé sur stderr), 2 pour un mauvais usage.",
    "about_gradebook": "Rendre les notes : remplir le fichier qu'une plateforme a donné, ou écrire un "
    "CSV.\n\nDIR est ce que « notegrad grade --out DIR » a écrit. Dans un modèle seules changent les notes "
    "(et les commentaires demandés). Qui n'a pas de résultat garde une case vide : personne n'a zéro "
    "pour ce qui n'a pas été corrigé.",
    "about_gradescope": "Corriger la copie dans un conteneur de Gradescope ; --simulate essaie un lot ici, "
    "sans l'envoyer.\n\nÉcrit results/results.json dans le dossier de la plateforme. Code de retour : 0 "
    "s'il contient un résultat, 3 s'il dit que rien n'a pu être corrigé, par notre faute ou celle de la "
    "machine.",
    "about_new": "Créer le dossier COURSE avec une configuration, un TP, une classe d'exemple de trois et "
    "un Makefile.\n\nLe TP a deux questions avec solutions, tests cachés et réponses : remplacez-les par "
    "les vôtres.",
    "about_preview": "Montrer ce qu'un étudiant verra de SLUG : le notebook, et les pages d'une réponse "
    "fausse.\n\nChaque question reçoit la première réponse refusée de answers.yml ; sans elle, elle reste "
    "intacte.",
    "about_regrade": "Recorriger ce qu'un lot changé touche dans DIR, le --out d'un « notegrad grade » "
    "antérieur.\n\nLes questions dont les tests n'ont pas changé gardent leurs résultats ; un changement "
    "de graine, de limites, de données ou de versions touche tout. Écrit qui a bougé, de combien, sur "
    "quel test. Une recorrection coupée reprend : redonnez la même commande. Code de retour : comme « "
    "notegrad grade ».",
    "about_serve": "Ouvrir la page de dépôt : les étudiants rendent, suivent et lisent ; l'équipe voit la "
    "classe.\n\nNe demande que son extra : pip install 'notegrad[server]'. D'autres clés sont dans "
    "DIR/server.toml, voir docs/server.md ; DATABASE_URL nomme un PostgreSQL. Ctrl-C l'arrête, et rien "
    "n'est perdu.",
    "about_submit": "Rendre FILE pour vous ; NOTEGRAD_TOKEN contient un jeton de la page de votre "
    "compte.\n\nCode de retour : 0 si le fichier est pris (et corrigé, avec --wait), 2 s'il est refusé, 3 "
    "s'il n'a pas pu être corrigé.",
    "about_try_answer": "Essayer les tests d'une question sur ANSWER : du code (.py), un notebook, un zip, "
    "ou un identifiant.\n\nUn identifiant est celui d'une réponse de answers.yml, ou d'une copie corrigée. "
    "Sans ANSWER la solution est essayée. D'un test qui échoue, vous voyez la ligne avec ses valeurs, la "
    "trace de la réponse, et ce que lira l'étudiant. Code de retour 4 si un test ne passe pas.",
    "about_verify": "Confronter les tests des TP nommés, ou de tous, à leur answers.yml.\n\nLa solution doit "
    "avoir tous les points, le notebook intact 0 ; les réponses acceptées passent tous les tests, les "
    "refusées échouent à ceux qui sont nommés ; rien de caché ne doit être dans le lot des étudiants ; "
    "les mutants de la solution doivent échouer, ou être dits équivalents avec une raison. Sans "
    "answers.yml on essaie la solution, le notebook intact et les mutants. Code de retour 4 s'il reste "
    "quelque chose à faire.",
    "about_worker": "Corriger ce qui attend sur la page de dépôt, sur cette machine ou une autre.\n\n« "
    "notegrad serve » lance lui-même des workers. Sur une autre machine il ne faut que DATABASE_URL. Un "
    "worker arrêté ou tué ne perd rien : sa tâche va à un autre.",
    "line_new": "Créer un cours prêt à être produit, vérifié et corrigé.",
    "line_add": "Ajouter un TP à un cours.",
    "line_convert": "Écrire un master en texte, ou un texte en notebook.",
    "line_build": "Produire les lots des étudiants et de correction des TP.",
    "line_try": "Essayer tout de suite les tests d'une question sur une réponse.",
    "line_preview": "Montrer le notebook de l'étudiant, et les pages d'une réponse fausse.",
    "line_verify": "Confronter les tests cachés à des réponses connues et à des mutants.",
    "line_check_bundle": "Dire comment chaque test d'un lot est jugé, sur sa solution.",
    "line_grade": "Corriger des copies ; écrire résultats, notes et journal.",
    "line_gradebook": "Remplir le fichier de notes d'une plateforme, ou écrire un CSV.",
    "line_regrade": "Recorriger ce qu'un lot changé touche ; dire qui a bougé.",
    "line_gradescope": "Corriger dans un conteneur de Gradescope, ou essayer un lot dans un pareil.",
    "line_serve": "Ouvrir la page de dépôt : les étudiants rendent, l'équipe voit la classe.",
    "line_submit": "Rendre un fichier sur une page de dépôt.",
    "line_worker": "Corriger ce qui attend sur la page de dépôt.",
    "line_explain": "Dire ce qui redonnerait un résultat, et ce qui diffère ici.",
    "line_docs": "Écrire une page pour auteurs et enseignants, ou leur liste.",
    "line_doctor": "Dire ce que cette machine peut protéger, et comment réparer le reste.",
    "about_notegrad": "Corriger des notebooks de calcul tensoriel par des tests cachés, hors du processus "
    "de l'étudiant.",
    "about_doctor": "Dire ce que cette machine peut protéger, essayé et non deviné, et comment "
    "réparer le reste.\n\nAvec --server : si la page de dépôt peut vivre ici pendant des années : "
    "adresse, secrets, disque, base, horloge, sauvegarde, correcteurs, travaux échoués, la page "
    "elle-même, lettres.\n\nCode de retour : 0 si les copies peuvent être corrigées ici comme le "
    "cours le demande (si la page peut servir), 5 sinon.",
    "about_backup": "Écrire toute la base de la page de dépôt dans le nouveau fichier FILE, telle "
    "qu'elle est à un instant.\n\nRien n'a besoin de s'arrêter. La clé, DIR/secret.key, et "
    "DIR/server.toml n'y sont pas : gardez-les à part. PostgreSQL demande son propre client "
    "(pg_dump) sur cette machine.",
    "about_restore": "Remettre la sauvegarde FILE dans une base vide : un dossier nouveau, ou "
    "celle que nomme DATABASE_URL.\n\nSes lignes sont comptées de nouveau, et amenées aux tables de "
    "cette version.",
    "line_backup": "Écrire la base de la page de dépôt dans un fichier.",
    "line_restore": "Remettre une sauvegarde de la page de dépôt dans une base vide.",
}

ENGLISH = {
    "about_add": "Make assignments/SLUG/ with a master notebook of two questions and its answers.yml, to "
    "be replaced.",
    "about_build": "Make student/SLUG/ and autograder/SLUG.zip of the assignments named, or of all.\n\nThe "
    "master is assignments/SLUG/SLUG.ipynb, or a text, SLUG.md or SLUG.py. The same sources give the "
    "same bytes. The solution must score full marks and the untouched student notebook 0, or nothing is "
    "written.",
    "about_check_bundle": "Say of each test case whether the solution passes it, fails it, or cannot be "
    "judged by it, and where.\n\nExit status: 0 when the solution passes all, 3 when some test cases are "
    "not judged, 4 when one fails.",
    "about_convert": "Write the master of the assignment SLUG in another format, with the same bundles "
    "from it.\n\nThe former master stays beside the new one, with .old behind its name.",
    "about_docs": "Print the page TOPIC, in Markdown; without one, list the pages.",
    "about_explain": "Say what would be needed to get the same score again: versions, bundle, seed, "
    "device.\n\nExit status: 0 when nothing that is known here differs, 4 when something does.",
    "about_grade": "Grade notebooks, zips of them, folders of both, or the whole export of a learning "
    "platform.\n\nA run that was cut off goes on where it was: give the same command again. SLUG is an "
    "assignment of this course, or the path of an autograder zip: ours or plain otter's. Exit status: 0 "
    "when every submission got a result, 3 when some could not be graded or something in an export is "
    "nobody's (named on stderr), 2 on bad usage.",
    "about_gradebook": "Give grades back: fill in the file that a platform gave, or write a CSV.\n\nDIR is "
    "what `notegrad grade --out DIR` wrote. In a template only grades (and comments that are asked for) "
    "change. Who has no result keeps an empty cell: nobody gets a zero for what was not graded.",
    "about_gradescope": "Grade the submission in a Gradescope container; --simulate tries a bundle here, "
    "without uploading it.\n\nWrites results/results.json below the platform's folder. Exit status: 0 when "
    "it holds a result, 3 when it says that nothing could be graded, through a fault of ours or of the "
    "machine.",
    "about_new": "Make the folder COURSE with a configuration, one assignment, an example class of three "
    "and a Makefile.\n\nThe assignment has two questions with solutions, hidden tests and answers: replace "
    "them with yours.",
    "about_preview": "Show what a student will see of SLUG: the notebook, and the pages that a wrong "
    "answer gets.\n\nEach question is answered by the first rejected answer in answers.yml; it stays "
    "untouched without one.",
    "about_regrade": "Grade again what a changed bundle affects in DIR, the --out of an earlier `notegrad "
    "grade`.\n\nQuestions whose tests are as they were keep their results; a change of seed, limits, data "
    "files or versions affects everything. Prints who moved, by how much, on which test case. A regrade "
    "that was cut off goes on: give the same command again. Exit status: as `notegrad grade`.",
    "about_serve": "Serve the upload page: students hand in, watch and read; staff see the class.\n\nNeeds "
    "nothing but its extra: pip install 'notegrad[server]'. Further keys stand in DIR/server.toml, see "
    "docs/server.md; DATABASE_URL names a PostgreSQL. Ctrl-C ends it, and nothing is lost.",
    "about_submit": "Hand in FILE for you; NOTEGRAD_TOKEN holds a token from your account's page.\n\nExit "
    "status: 0 when it was taken (and graded, with --wait), 2 when it was refused, 3 when it could not "
    "be graded.",
    "about_try_answer": "Try one question's test cases on ANSWER: code (.py), a notebook or zip, or an "
    "id.\n\nAn id is that of an answer in answers.yml, or of a submission that was graded. Without ANSWER "
    "the solution is tried. Of a test case that fails, you see the line with its values, the answer's "
    "own trace, and what the student will read. Exit status 4 where a test case does not pass.",
    "about_verify": "Hold the tests of the assignments named, or of all, against their answers.yml.\n\nThe "
    "solution must score full marks, the untouched notebook 0; accepted answers pass every test case, "
    "rejected ones fail those that are named beside them; nothing hidden may be in the student bundle; "
    "mutants of the solution must fail, or be listed as equivalent with a reason. Without answers.yml "
    "the solution, the untouched notebook and mutants are tried. Exit status 4 where something is left "
    "to do.",
    "about_worker": "Grade what the upload page has waiting, on this or any other machine.\n\n`notegrad "
    "serve` starts workers by itself. On another machine only DATABASE_URL is needed. A worker that is "
    "ended or killed loses nothing: its job goes to another one.",
    "line_new": "Make a course that builds, verifies and grades at once.",
    "line_add": "Make one more assignment of a course.",
    "line_convert": "Write a master as plain text, or a text as a notebook.",
    "line_build": "Make the student and autograder bundles of assignments.",
    "line_try": "Try a question's test cases on one answer, at once.",
    "line_preview": "Show the student's notebook, and a wrong answer's pages.",
    "line_verify": "Hold hidden tests against known answers and mutants.",
    "line_check_bundle": "Say how each test case of a bundle is judged, on its solution.",
    "line_grade": "Grade submissions; write results, a gradebook and a journal.",
    "line_gradebook": "Fill in a platform's own file of grades, or write a CSV.",
    "line_regrade": "Grade again what a changed bundle affects; say who moved.",
    "line_gradescope": "Grade in a Gradescope container, or try a bundle in one like it.",
    "line_serve": "Serve the upload page: students hand in, staff see the class.",
    "line_submit": "Hand a file in to an upload page.",
    "line_worker": "Grade what the upload page has waiting.",
    "line_explain": "Say what would give a result again, and what differs here.",
    "line_docs": "Print a page for authors and teachers, or list them.",
    "line_doctor": "Say what this machine can protect, and how to mend the rest.",
    "about_notegrad": "Grade notebooks of tensor code with hidden tests that run outside the student's "
    "process.",
    "about_doctor": "Say what this machine can protect, tried and not guessed, and how to mend the "
    "rest.\n\nWith --server: whether the upload page can run here for years: address, secrets, disk, "
    "database, clock, backup, workers, failed jobs, the page itself, letters.\n\nExit status: 0 when "
    "submissions can be graded here as the course asks (the page can run), 5 when not.",
    "about_backup": "Write the upload page's whole database into the new file FILE, as it is at "
    "one moment.\n\nNothing has to stop. The key, DIR/secret.key, and DIR/server.toml are not in it: "
    "keep them apart. PostgreSQL needs its own client (pg_dump) on this machine.",
    "about_restore": "Put the backup FILE into an empty database: a new folder, or the one that "
    "DATABASE_URL names.\n\nIts rows are counted again, and brought forward to the tables of this "
    "version.",
    "line_backup": "Write the upload page's database into one file.",
    "line_restore": "Put a backup of the upload page into an empty database.",
}
