"""The sentences of grading, in French and in English: results, what the commands print, progress."""

from __future__ import annotations

FRENCH = {
    "missing_function": "la fonction « {name} »",
    "missing_variable": "la variable « {name} »",
    "missing_bare": "{what} n'existe pas dans votre notebook",
    "missing_cell_stopped": "{what} n'a pas pu être définie : sa cellule ({number}) s'est arrêtée : {why}",
    "missing_undone": "{what} n'existe plus à la fin : la cellule {number} la définit, puis elle est "
    "effacée (del ?)",
    "missing_inside": "{what} est définie à l'intérieur d'autre chose (cellule {number}, en retrait) : le "
    "reste du notebook ne la voit pas ; ramenez son « def » au bord gauche",
    "missing_in_text": "{what} est écrite dans une cellule de texte, qui ne s'exécute pas : changez le "
    "type de la cellule en code",
    "missing_close": "{what} n'existe pas dans votre notebook : vouliez-vous dire « {meant} » (cellule "
    "{number}) ? Le nom demandé est « {name} »",
    "student_error": "votre code a levé {type} : {text}",
    "student_error_bare": "votre code a levé {type}",
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
    "no_keyboard": "personne ne répond à input() pendant la correction",
    "notebook_crashed": "le notebook s'est arrêté brutalement ({cause}) avant la fin",
    "notebook_gone": "le processus du notebook ne répond plus : arrêté, ou sans droit à un processus de plus",
    "memory_exceeded": "la mémoire permise ({memory_mb} Mo) a été dépassée",
    "disk_exceeded": "le notebook a été arrêté : ses fichiers dépassent {files_mb} Mo, ou sont trop nombreux",
    "not_judged": "ce test n'a pas pu être jugé ici : il ne compte ni pour ni contre vous, l'équipe "
    "enseignante s'en occupe",
    "points_not_judged": "{count} {count:|test|tests} ({points:g} {points:|point|points}) non "
    "{count:|jugé|jugés} ; la note est incomplète",
    "test_replaces": "le test remplace {name} de son côté seulement, pas chez l'étudiant",
    "test_needs_file": "le test cherche un fichier absent du bundle ({name}) ; le notebook garde les siens",
    "test_records": "le test enregistre de son côté seulement, pas chez l'étudiant ({what})",
    "test_sets": "le test règle {name} de son côté seulement, pas chez l'étudiant",
    "test_unpickles": "le test lit un pickle qui peut exécuter du code de la réponse ({name})",
    "inside_after": "l'état que laisse un test précédent, jugé dans le processus du notebook, en décide",
    "inside_second": "le test n'est pas passé de l'extérieur, et passe dans le processus du notebook",
    "inside_replaced": "le test passe dans le processus du notebook, mais celui-ci y a remplacé {name} : le "
    "verdict de l'extérieur est gardé",
    "inside_calls": "le test appelle si souvent la réponse que, de l'extérieur, le temps n'a pas suffi",
    "inside_asked": "le réglage « judge » le demande",
    "inside_shipped": "le test passe à la réponse un objet à lui ({type}), que celle-ci peut changer",
    "inside_kind": "le test demande ce qu'est un objet de la réponse ({type})",
    "inside_opaque": "de l'extérieur, le test n'est pas passé, et la réponse a rendu un objet que le miroir "
    "ne montre pas en entier ({type})",
    "inside_graph": "le test demande par quelles opérations un tenseur de la réponse a été calculé",
    "inside_helper": "le test se sert d'un module de l'archive ({name}) dont le notebook a sa propre copie",
    "inside_state": "le test demande un état ({name}) que la réponse a changé, et qui reste chez elle",
    "inside_put_back": "de l'extérieur, le test n'est pas passé, et l'état que règle {name} y est remis "
    "après chaque appel",
    "inside_follows": "de l'extérieur, le test n'est pas passé, et un test précédent de la question n'y a "
    "pas été mené à son terme",
    "inside_clock": "de l'extérieur, le test n'est pas passé, et il mesure un temps, qui y contient celui "
    "des messages",
    "inside_graph_asked": "de l'extérieur, le test n'est pas passé, et la réponse regarde le graphe de ce "
    "qu'elle reçoit du test",
    "inside_hook": "la réponse a mis un hook sur un tenseur dont le test calcule le gradient",
    "inside_own": "de l'extérieur, le test n'est pas passé, et {name} n'agit que de son côté, pas chez "
    "l'étudiant",
    "inside_unseen_transform": "un tenseur au milieu d'une transformation de torch.func ne peut pas être "
    "montré de l'extérieur",
    "inside_unseen_shipped": "le test passe à la réponse un objet qui ne peut pas être envoyé ({what})",
    "inside_unseen": "ce que la réponse a rendu n'a pas pu être montré de l'extérieur : {what}",
    "check_outside": "La solution n'a besoin de rien à l'intérieur pour {names} : avec « judge: outside » "
    "pour ces questions (otter_config.yml, assignments.{slug}.questions), aucune réponse ne peut amener un "
    "test dans son propre processus.",
    "cases_inside": "{count} {count:|test|tests} ({points:g} {points:|point|points}) {count:|jugé|jugés} "
    "dans le processus du notebook",
    "wrote_read_only": "votre fonction a écrit dans une donnée en lecture seule fournie par le test",
    "test_lacks_module": "un test de la question {question} demande le module {module}, qui manque là où les "
    "tests s'exécutent : pip install {package}",
    "modules_lacking": "il manque {modules} là où l'on corrige, ce n'est pas de votre fait (pip install "
    "{packages})",
    "modules_of_theirs": "la copie importe {count:|un module|des modules} que rien ne demande et qui "
    "{count:|manque|manquent} là où l'on corrige : {modules} (pip install {packages})",
    "test_fails_itself": "un test de la question {question} s'arrête de lui-même sur une erreur ({error})",
    "not_graded": "cette copie n'a pas pu être corrigée : ce n'est pas de votre fait ({reason})",
    "died_at_random": "cette copie n'a pas de note : à chaque essai, ses processus se sont arrêtés, jamais "
    "de la même façon ; votre enseignant la regardera",
    "to_look_at": "à regarder, et à compter comme un essai : {submissions} (processus arrêtés à chaque "
    "essai, jamais de la même façon ; une copie seule l'a peut-être voulu, plusieurs à la fois : mémoire ?)",
    "choice_of_answers": "Plusieurs notebooks ont été rendus ({count}) : {path} a été corrigé, celui qui "
    "répond au plus de questions (noms définis : {answered} sur {asked}).",
    "choice_of_name": "Plusieurs notebooks ont été rendus ({count}) : {path} a été corrigé, celui qui "
    "ressemble le plus au rendu attendu (mêmes noms, même nom de fichier).",
    "choice_of_best": "Plusieurs notebooks ont été rendus ({count}) et rien ne les départage : {paths} ont "
    "été corrigés, et la meilleure note compte.",
    "choice_counted": "C’est {path} qui compte.",
    "read_as_notebook": "{path} a été lu comme un notebook, quoique son nom ne finisse pas par .ipynb.",
    "untouched_handout": "Ce notebook est le sujet tel quel : aucune réponse n'y est écrite (est-ce la bonne "
    "copie du fichier ?).",
    "read_without_outputs": "Trop lourd avec ses sorties, le notebook a été lu sans elles : {paths}.",
    "not_read": "N’a pas pu être lu, et n’a donc pas compté : {paths}.",
    "of_other_assignment": "Ce notebook est celui de « {title} » : il ne définit rien de ce qui est "
    "demandé ici.",
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
    "cell_ran_long": "la cellule a dépassé {limit:g} s",
    "cell_computed_long": "la cellule a dépassé {limit:g} s de temps de calcul",
    "cell_without_time": "le temps total du notebook était épuisé",
    "cell_without_memory": "le processus a été tué, sans doute pour avoir dépassé la mémoire permise "
    "({limit:g} Mo)",
    "cell_without_disk": "ses fichiers dépassent la place permise ({limit:g} Mo)",
    "cell_killed": "la cellule a fait mourir le processus ({signal})",
    "cell_ended_all": "la cellule a terminé le processus (os._exit ?)",
    "cell_broke_off": "le processus du notebook s'est mal comporté",
    "cell_never_ran": "pas exécutée : le processus du notebook est mort avant",
    "cell_left_out": "{said} ; elle a été sautée au second passage",
    "mark_output_cut": "[sortie coupée : plus de {limit_bytes} octets]",
    "mark_no_install": "Installation ignorée : il n'y a pas de réseau ici.",
    "nothing_handed_in": "n'ont rien rendu : {count} ({names})",
    "to_give_grades_back": "pour rendre les notes : "
    "notegrad gradebook {out} --to {platform} --template FICHIER",
    "gradebook_filled": "notes écrites : {graded}, cellules laissées vides : {empty}",
    "gradebook_incomplete": "{count} {count:|note incomplète|notes incomplètes}, des tests n'ont pas de "
    "verdict : {names}",
    "gradebook_written": "étudiants : {students}, dont {graded} avec une note",
    "same_as": "{submission} : identique à {same_as}, corrigée une seule fois",
    "retried": "{submission} : nouvel essai ({try_number} a échoué : {error})",
    "not_graded_warning": "{submission} : non corrigée ({error})",
    "unreadable_warning": "{submission} : illisible ({reason})",
    "weak_tier": "protection réduite sur cette machine : « {tier} » (notegrad doctor dit pourquoi)",
    "machine_trouble": "machine de correction : {error}",
    "rate": "{rate:.0f}/min",
    "column_before": "avant",
    "column_after": "après",
    "column_change": "écart",
    "column_moves": "tests qui ont changé",
    "outcome_absent": "absent",
    "grader_stopped": "la correction s'est arrêtée avant la fin ; prévenez votre enseignant",
    "killed_again": "ses processus ont été tués à chaque essai, jamais de la même façon (mémoire ?)",
    "python_optimized": "ce Python laisse de côté les assert, donc ce que vérifient les tests (option -O ou "
    "variable PYTHONOPTIMIZE) : lancez-le sans",
    "platform_slow": "la machine de correction était trop lente",
    "platform_timeout": "non exécuté : le temps que la plateforme donne à une copie était épuisé",
    "attempt": "Rendu n° {number}.",
    "in_time": "Rendu dans les temps.",
    "late": "Rendu en retard de {days} j {hours} h {minutes} min.",
    "handed_in_by": "Rendu par : {students}.",
    "linux_only": "notegrad ne corrige que sous Linux, et ce système est {system} : sous Windows servez-vous "
    "de WSL, ailleurs du conteneur de correction (docs/container.md)",
    "unseen_size": "ce que votre fonction a rendu est trop gros pour être examiné (la limite est de "
    "{limit_mb:g} Mo)",
    "unseen_objects": "votre fonction a rendu trop d'objets pour qu'ils soient examinés",
    "unseen_deep": "ce que votre fonction a rendu est imbriqué trop profondément pour être examiné",
    "unseen_text": "votre fonction a rendu un texte trop long pour être examiné",
    "unseen_integer": "votre fonction a rendu un entier trop grand pour être examiné",
    "unseen_graph": "le graphe de calcul de ce que votre fonction a rendu est trop grand pour être examiné",
    "unseen_state": "votre fonction a laissé un dtype ou un appareil par défaut sous lequel rien ne peut "
    "plus être comparé",
    "unseen_other": "ce que votre fonction a rendu ne peut pas être examiné",
    "unseen_end": "ce que votre fonction a rendu ne peut pas être examiné : le processus qui l'examinait "
    "s'est arrêté",
    "not_a_function": "« {name} » n'est pas une fonction dans votre notebook, mais une variable (de type "
    "{type}) : une cellule donne sans doute son nom à une autre valeur ({name} = …)",
    "class_of_other_assignment": "{count} {count:|copie|copies} sur {total} {count:|ne définit|ne "
    "définissent} rien de ce que demande ce TP ({names}) et sont celles de « {title} » : donnez le "
    "bon TP, ou --anyway pour corriger quand même.",
    "class_of_none": "{count} {count:|copie|copies} sur {total} {count:|ne définit|ne définissent} "
    "rien de ce que demande ce TP ({names}) : vérifiez le TP et les fichiers, ou donnez --anyway "
    "pour corriger quand même.",
    "more_cells_stopped": "- et {count} {count:|autre|autres}",
    "export_recognised": "export {platform} reconnu : {count} {count:|rendu|rendus}",
    "kept": "reprise : {count} {count:|copie déjà corrigée est gardée|copies déjà corrigées sont "
    "gardées} (--fresh pour tout corriger de nouveau)",
}

ENGLISH = {
    "missing_function": "the function “{name}”",
    "missing_variable": "the variable “{name}”",
    "missing_bare": "{what} does not exist in your notebook",
    "missing_cell_stopped": "{what} could not be defined: its cell ({number}) stopped: {why}",
    "missing_undone": "{what} does not exist any more at the end: cell {number} defines it, then it is "
    "deleted (del?)",
    "missing_inside": "{what} is defined inside of something else (cell {number}, indented): the rest of "
    "the notebook does not see it; move its “def” to the left edge",
    "missing_in_text": "{what} is written in a text cell, which does not run: change the type of the cell "
    "to code",
    "missing_close": "{what} does not exist in your notebook: did you mean “{meant}” (cell {number})? The "
    "name asked for is “{name}”",
    "student_error": "your code raised {type}: {text}",
    "student_error_bare": "your code raised {type}",
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
    "no_keyboard": "nobody answers input() while grading",
    "notebook_crashed": "the notebook died ({cause}) before its end",
    "notebook_gone": "the notebook's process answers no more: it is stopped, or may start no process",
    "memory_exceeded": "the memory allowed ({memory_mb} MB) was exceeded",
    "disk_exceeded": "the notebook was stopped: its files take more than {files_mb} MB, or are too many",
    "not_judged": "this test could not be judged here: it counts neither for you nor against you, and "
    "staff will see to it",
    "inside_after": "the state decides that an earlier test case leaves, which ran in the notebook's process",
    "inside_second": "the test did not pass outside, and passes in the notebook's process",
    "inside_replaced": "the test passes in the notebook's process, which had replaced {name}: the verdict "
    "from outside is kept",
    "inside_calls": "the test calls the student's code so often that time ran out outside",
    "inside_asked": "the setting “judge” asks for it",
    "inside_shipped": "the test gives the answer an object of its own ({type}), which that may change",
    "inside_kind": "the test asks what an object of the answer's is ({type})",
    "inside_opaque": "outside, the test did not pass, and the answer gave an object that the mirror "
    "shows in part only ({type})",
    "inside_graph": "the test asks by which operations a tensor of the answer's was computed",
    "inside_helper": "the test uses a module of the zip ({name}) of which the notebook has a copy of its own",
    "inside_state": "the test asks for a state ({name}) that the answer changed, and that stays over there",
    "inside_put_back": "outside, the test did not pass, and the state that {name} sets is put back there "
    "after each call",
    "inside_follows": "outside, the test did not pass, and an earlier test case of the question was not "
    "carried to its end there",
    "inside_clock": "outside, the test did not pass, and it measures a time, which there holds that of the "
    "messages",
    "inside_graph_asked": "outside, the test did not pass, and the answer looks at the graph of what it is "
    "given",
    "inside_hook": "the answer put a hook on a tensor of which the test computes the gradient",
    "inside_own": "outside, the test did not pass, and {name} acts on its own side only, not the student's",
    "inside_unseen_transform": "a tensor inside a transform of torch.func cannot be shown outside",
    "inside_unseen_shipped": "the test gives the answer an object that cannot be sent ({what})",
    "inside_unseen": "what the answer gave could not be shown outside: {what}",
    "check_outside": "The solution needs nothing inside for {names}: with “judge: outside” for these "
    "questions (otter_config.yml, assignments.{slug}.questions), no answer can bring a test case into its "
    "own process.",
    "cases_inside": "{count} {count:|test|tests} ({points:g} {points:|point|points}) judged inside the "
    "notebook's process",
    "points_not_judged": "{count} {count:|test|tests} ({points:g} {points:|point|points}) could not be "
    "judged; the score is incomplete",
    "test_replaces": "the test replaces {name} on its own side only, not the student's",
    "test_needs_file": "the test looks for a file that the bundle lacks ({name}); the notebook's stay there",
    "test_records": "the test records on its own side only, not the student's ({what})",
    "test_sets": "the test sets {name} on its own side only, not the student's",
    "test_unpickles": "the test reads a pickle that can run code of the answer's ({name})",
    "wrote_read_only": "your function wrote into data that is read-only given by the test",
    "test_lacks_module": "a test of question {question} needs the module {module}, which is not installed "
    "where the tests run: pip install {package}",
    "modules_lacking": "missing where it is graded, through no fault of yours: {modules} (pip install "
    "{packages})",
    "modules_of_theirs": "the submission imports {count:|a module|modules} that nothing asks for, and that "
    "{count:|is|are} not installed where it is graded: {modules} (pip install {packages})",
    "test_fails_itself": "a test of question {question} ends with an error of its own ({error})",
    "not_graded": "this submission could not be graded, through no fault of yours ({reason})",
    "died_at_random": "this submission has no mark: in every run its processes ended, never in the same way; "
    "your teacher will look at it",
    "to_look_at": "to be looked at, and counted as an attempt: {submissions} (processes ended in every run, "
    "never in the same way; one submission alone may have meant to, several at once: memory?)",
    "choice_of_answers": "Several notebooks were handed in ({count}): {path} was graded, which answers most "
    "questions (names defined: {answered} of {asked}).",
    "choice_of_name": "Several notebooks were handed in ({count}): {path} was graded, which is most like "
    "what was to be handed in (the same names, the same file name).",
    "choice_of_best": "Several notebooks were handed in ({count}) and nothing tells them apart: {paths} were "
    "graded, and the best mark counts.",
    "choice_counted": "{path} is the one that counts.",
    "read_as_notebook": "{path} was read as a notebook, although its name does not end in .ipynb.",
    "untouched_handout": "This notebook is the handout as it was: no answer is written in it (is it the "
    "right copy of the file?).",
    "read_without_outputs": "Too large with its outputs, the notebook was read without them: {paths}.",
    "not_read": "Could not be read, and so did not count: {paths}.",
    "of_other_assignment": "This notebook is that of “{title}”: it defines nothing of what is asked here.",
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
    "cell_ran_long": "the cell ran for more than {limit:g} s",
    "cell_computed_long": "the cell used more than {limit:g} s of processor time",
    "cell_without_time": "the notebook's total time was used up",
    "cell_without_memory": "the process was killed, probably since it took more than the memory allowed "
    "({limit:g} MB)",
    "cell_without_disk": "its files take more than the room allowed ({limit:g} MB)",
    "cell_killed": "the cell killed the process ({signal})",
    "cell_ended_all": "the cell ended the process (os._exit?)",
    "cell_broke_off": "the notebook's process misbehaved",
    "cell_never_ran": "not run: the notebook's process died before",
    "cell_left_out": "{said}; it was left out of a second run",
    "mark_output_cut": "[output cut: more than {limit_bytes} bytes]",
    "mark_no_install": "Installation skipped: there is no network here.",
    "nothing_handed_in": "handed in nothing: {count} ({names})",
    "to_give_grades_back": "to give the grades back: "
    "notegrad gradebook {out} --to {platform} --template FILE",
    "gradebook_filled": "grades written: {graded}, cells left empty: {empty}",
    "gradebook_incomplete": "{count} incomplete {count:|grade|grades}, test cases have no verdict: {names}",
    "gradebook_written": "students: {students}, {graded} of them with a grade",
    "same_as": "{submission}: the same as {same_as}, graded once",
    "retried": "{submission}: trying again (try {try_number} failed: {error})",
    "not_graded_warning": "{submission}: not graded ({error})",
    "unreadable_warning": "{submission}: unreadable ({reason})",
    "weak_tier": "reduced protection on this machine: “{tier}” (notegrad doctor says why)",
    "machine_trouble": "grading machine: {error}",
    "rate": "{rate:.0f}/min",
    "column_before": "before",
    "column_after": "after",
    "column_change": "change",
    "column_moves": "test cases that changed",
    "outcome_absent": "absent",
    "grader_stopped": "grading ended before it was done; tell your teacher",
    "killed_again": "its processes were killed at every try, never in the same way (memory?)",
    "python_optimized": "this Python leaves out assert, and with it what tests check (option -O or variable "
    "PYTHONOPTIMIZE): start it without",
    "platform_slow": "the grading machine was too slow",
    "platform_timeout": "not run: the time that the platform gives to a submission was used up",
    "attempt": "Attempt {number}.",
    "in_time": "Handed in on time.",
    "late": "Handed in late by {days} d {hours} h {minutes} min.",
    "handed_in_by": "Handed in by: {students}.",
    "linux_only": "notegrad grades on Linux only, and this is {system}: use WSL on Windows, or the grading "
    "container elsewhere (docs/container.md)",
    "unseen_size": "what your function returned is too large to be examined (the limit is {limit_mb:g} MB)",
    "unseen_objects": "your function returned too many objects to be examined",
    "unseen_deep": "what your function returned is nested too deeply to be examined",
    "unseen_text": "your function returned a text too long to be examined",
    "unseen_integer": "your function returned an integer too large to be examined",
    "unseen_graph": "the graph of what your function returned is too large to be examined",
    "unseen_state": "your function left a default dtype or device under which nothing can be compared any "
    "more",
    "unseen_other": "what your function returned cannot be examined",
    "unseen_end": "what your function returned cannot be examined: the process that looked at it ended",
    "not_a_function": "“{name}” is no function in your notebook but a variable (of type {type}): a cell "
    "probably gives its name to another value ({name} = …)",
    "class_of_other_assignment": "{count} of {total} {total:|submission|submissions} "
    "{count:|defines|define} nothing of what this assignment asks for ({names}) and are those of "
    "“{title}”: name the right assignment, or give --anyway to grade all the same.",
    "class_of_none": "{count} of {total} {total:|submission|submissions} {count:|defines|define} "
    "nothing of what this assignment asks for ({names}): check the assignment and the files, or give "
    "--anyway to grade all the same.",
    "more_cells_stopped": "- and {count} more",
    "export_recognised": "{platform} export recognised: {count} {count:|hand-in|hand-ins}",
    "kept": "going on: {count} {count:|submission graded already is|submissions graded already "
    "are} kept (--fresh to grade everything anew)",
}
