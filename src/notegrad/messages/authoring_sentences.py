"""The sentences on the cells of a master notebook, in French and in English: marks, blocks and answers."""

from __future__ import annotations

FRENCH = {
    "cell_raw": "texte brut",
    "cell_markdown": "Markdown",
    "cell_code": "code",
    "cell_other": "type inconnu",
    "slip_in_cell": "{path}, cellule {number} ({kind}, « {first_line} ») : {said}",
    "slip_in_question": "{path}, cellule {number} ({kind}, « {first_line} »), question {question} : {said}",
    "slip_alike": "{said} (de même : cellules {numbers})",
    "slips_more": "... et encore {count} {count:|autre|autres} ; corrigez celles-ci, puis relancez",
    # marks
    "slip_kernel": "le noyau du notebook est « {kernel} » ({kernel_language}), les tests sont en "
    "Python ; choisissez un noyau Python (menu Noyau > Changer de noyau) et enregistrez",
    "slip_ignored_by_chance": "otter saute cette cellule : il lit « # ignore » au début de sa première "
    "ligne ; commencez-la autrement",
    "slip_mark_in_markdown": "la marque « {mark} » est dans une cellule Markdown, où otter ne la voit "
    "pas et où les étudiants la liraient ; changez le type de la cellule en texte brut (Raw)",
    "slip_mark_in_code": "la marque « {mark} » est dans une cellule de code, où otter ne la voit pas ; "
    "mettez-la seule dans une cellule de texte brut (Raw)",
    "slip_mark_below_blank": "la marque « {mark} » est à la ligne {line_number}, après une ligne vide, "
    "et otter ne lit que la première ligne ; supprimez les lignes vides au-dessus",
    "slip_mark_below_text": "la marque « {mark} » est à la ligne {line_number}, et otter ne lit que la "
    "première ligne ; mettez-la à la première ligne d'une cellule de texte brut (Raw) à elle",
    "slip_mark_indented": "il y a un espace devant la marque « {mark} », otter ne la voit pas ; supprimez-le",
    "slip_mark_misspelt": "otter ne connaît pas la marque « {line} » ; voulez-vous dire « {mark} » ?",
    "slip_second_mark": "« {line} » est une deuxième marque dans la même cellule, otter ne voit que la "
    "première ; mettez « {mark} » dans une cellule de texte brut (Raw) à elle",
    "slip_text_below_mark": "« {line} » est sous la marque « {mark} », dans la même cellule, et otter n'en "
    "ferait rien ; mettez ces lignes dans une cellule à elles",
    "slip_keys_without_mark": "la clé « {entry}: » est là mais la première ligne n'est pas une marque "
    "; commencez la cellule par « # BEGIN QUESTION » (une question) ou « # ASSIGNMENT CONFIG » (le TP)",
    "slip_unknown_mark": "otter ne connaît pas la marque « {line} », et les étudiants la liraient ; "
    "écrivez # BEGIN ou # END, puis QUESTION, PROMPT, SOLUTION ou TESTS",
    # blocks
    "slip_never_ended": "le bloc « {mark} » n'est jamais fermé ; ajoutez une cellule de texte brut « {end} »",
    "slip_begin_outside_question": "le bloc « {mark} » est hors de toute question ; mettez-le entre « "
    "# BEGIN QUESTION » et « # END QUESTION »",
    "slip_begin_inside": "le bloc « {mark} » commence dans le bloc « {outer} » de la cellule {number}, "
    "qui n'est pas fermé ; ajoutez « {end} » avant (cellule de texte brut)",
    "slip_end_before_inner": "« {mark} » arrive alors que le bloc « {outer} » de la cellule {number} "
    "n'est pas fermé ; ajoutez « {end} » avant (cellule de texte brut)",
    "slip_end_without_begin": "« {mark} » ne ferme rien : aucun bloc « {begin} » n'est ouvert ; "
    "ajoutez-le avant (cellule de texte brut), ou supprimez cette cellule",
    "slip_no_questions": "le notebook n'a pas de question, donc pas de tests ; mettez chaque question "
    "entre deux cellules de texte brut « # BEGIN QUESTION » et « # END QUESTION »",
    # answers
    "slip_solution_forgotten": "une réponse sans marque, que les étudiants liraient telle quelle ; "
    "mettez « # SOLUTION » au bout de ses lignes, ou « # BEGIN SOLUTION » et « # END SOLUTION » autour",
    "slip_solution_misspelt": "« {line} » n'est pas une marque qu'otter voit, et les étudiants "
    "liraient la réponse ; écrivez en majuscules « # SOLUTION », ou « # BEGIN SOLUTION » et « # END "
    "SOLUTION »",
    "slip_solution_outside": "« {line} » est hors d'un bloc de solution, otter laisse la réponse ; "
    "entourez la cellule de deux cellules de texte brut « # BEGIN SOLUTION » et « # END SOLUTION »",
    "slip_solution_no_begin": "« # END SOLUTION » à la ligne {line_number} ne ferme rien ; écrivez « # "
    "BEGIN SOLUTION » avant",
    "slip_solution_no_end": "« # BEGIN SOLUTION » à la ligne {line_number} n'est pas fermé ; écrivez « "
    "# END SOLUTION » après la réponse",
    "slip_solution_end_misspelt": "« # BEGIN SOLUTION » à la ligne {line_number} n'est pas fermé, car "
    "« {line} » n'est pas la marque d'otter ; écrivez « # END SOLUTION »",
    "slip_solution_unpaired": "ses marques « # BEGIN SOLUTION » et « # END SOLUTION » ne vont pas par "
    "deux ; vérifiez-les",
    "slip_solution_torn": "une fois la réponse ôtée, il reste la moitié d'une instruction (« {line} ») "
    "; entourez toute l'instruction de « # BEGIN SOLUTION » et « # END SOLUTION »",
    # compared with otter, and the student's bundle
    "otter_refuses": "otter assign refuse ce notebook : {why}",
    "otter_differs": "question {question} : otter a fait {actual} de ce qui devait être {expected} ; "
    "comparez les cellules de la question (à partir de la cellule {number}) avec docs/authoring.md",
    "leak_mark": "{file}, cellule {number} du notebook des étudiants, garde la marque « {line} » ; "
    "mettez-la dans une cellule de texte brut (Raw), à la première ligne",
    "leak_test": "{file}, cellule {number} du notebook des étudiants, montre {name}, nommée comme un "
    "test ; mettez-la dans un bloc « # BEGIN TESTS », ou nommez-la autrement",
    # a new course
    "starter_not_empty": "{folder} est déjà là et n'est pas vide ; donnez le nom d'un dossier nouveau",
    "starter_not_written": "{folder} ne peut être écrit : {why} ; choisissez un autre dossier",
    "starter_slug": "« {slug} » ne peut nommer un TP : des minuscules sans accent, des chiffres, - . ou _ ; "
    "par exemple « {meant} »",
    "starter_assignment_there": "assignments/{slug} est déjà là ; donnez un autre nom",
    "starter_next": "Et maintenant :",
    "starter_how_cells": "Une cellule de texte brut (Raw) commence et finit chaque question, sa solution "
    "et ses tests.",
    "starter_how_text": "Un bloc de ce texte commence chaque question, sa solution et ses tests.",
    "check_comment": "grader.check en français : cette cellule ne change que des phrases. Ce que dit otter "
    ': grader.check("q01").otter',
    "check_visible": "{question} : tests montrés réussis : {passed} sur {total}.",
    "check_hidden": "  {count} {count:|test caché compte|tests cachés comptent} aussi : {count:|il "
    "essaie|ils essaient} d'autres cas que l'énoncé annonce.",
    "check_failed": "  ✗ {name} : {why}",
    "check_passed": "  ✓ {why}",
    "cases_of_otter": "{count} {count:|test|tests} ({names})",
    "check_wordless": "la réponse n'est pas celle que ce test attend",
    "handout_end_title": "Rendre",
    "handout_end_how": "Exécutez d'abord toutes les cellules du notebook, dans l'ordre, et "
    "**enregistrez-le** (`Ctrl` + `S`). La cellule suivante fabrique une archive `.zip` de ce qui est "
    "enregistré : c'est elle que vous déposez.",
    "handout_end_comment": "Enregistrez d'abord le notebook, puis exécutez cette cellule : elle fabrique "
    "l'archive à rendre.",
}

ENGLISH = {
    "cell_raw": "raw",
    "cell_markdown": "Markdown",
    "cell_code": "code",
    "cell_other": "of unknown kind",
    "slip_in_cell": "{path}, cell {number} ({kind}, “{first_line}”): {said}",
    "slip_in_question": "{path}, cell {number} ({kind}, “{first_line}”), question {question}: {said}",
    "slip_alike": "{said} (the same: cells {numbers})",
    "slips_more": "... and {count} more; mend these, then try again",
    # marks
    "slip_kernel": "the notebook's kernel is “{kernel}” ({kernel_language}), and tests are Python; "
    "choose a Python kernel (menu Kernel > Change Kernel) and save",
    "slip_ignored_by_chance": "otter leaves this cell out: it reads “# ignore” at the beginning of its "
    "first line; begin it with another word",
    "slip_mark_in_markdown": "the mark “{mark}” stands in a Markdown cell, where otter does not see it "
    "and students would; change the type of the cell to Raw",
    "slip_mark_in_code": "the mark “{mark}” stands in a code cell, where otter does not see it; put it "
    "alone into a raw cell",
    "slip_mark_below_blank": "the mark “{mark}” is on line {line_number}, below a blank line, and "
    "otter reads the first line only; delete the blank lines above it",
    "slip_mark_below_text": "the mark “{mark}” is on line {line_number}, and otter reads the first "
    "line only; put it on the first line of a raw cell of its own",
    "slip_mark_indented": "a space stands before the mark “{mark}”, so that otter does not see it; delete it",
    "slip_mark_misspelt": "otter knows no mark “{line}”; did you mean “{mark}”?",
    "slip_second_mark": "“{line}” is a second mark in one cell, and otter sees the first only; put "
    "“{mark}” into a raw cell of its own",
    "slip_text_below_mark": "“{line}” stands below the mark “{mark}” in one cell, and otter would drop it; "
    "put these lines into a cell of their own",
    "slip_keys_without_mark": "the key “{entry}:” is there but the first line is no mark; begin the "
    "cell with “# BEGIN QUESTION” (a question) or “# ASSIGNMENT CONFIG” (the assignment)",
    "slip_unknown_mark": "otter knows no mark “{line}”, and students would read it; write # BEGIN or # "
    "END, then QUESTION, PROMPT, SOLUTION or TESTS",
    # blocks
    "slip_never_ended": "the block “{mark}” is never ended; add a raw cell “{end}”",
    "slip_begin_outside_question": "the block “{mark}” stands outside of every question; put it "
    "between “# BEGIN QUESTION” and “# END QUESTION”",
    "slip_begin_inside": "the block “{mark}” begins inside the block “{outer}” of cell {number}, which "
    "is not ended; add “{end}” before it (a raw cell)",
    "slip_end_before_inner": "“{mark}” comes while the block “{outer}” of cell {number} is not ended; "
    "add “{end}” before it (a raw cell)",
    "slip_end_without_begin": "“{mark}” ends nothing: no block “{begin}” is open; add that before it "
    "(a raw cell), or delete this cell",
    "slip_no_questions": "the notebook has no question, so no tests; put each question between two raw "
    "cells, “# BEGIN QUESTION” and “# END QUESTION”",
    # answers
    "slip_solution_forgotten": "an answer without a mark, which students would read as it stands; put "
    "“# SOLUTION” at the end of its lines, or “# BEGIN SOLUTION” and “# END SOLUTION” around it",
    "slip_solution_misspelt": "“{line}” is no mark that otter sees, and students would read the "
    "answer; write in capitals “# SOLUTION”, or “# BEGIN SOLUTION” and “# END SOLUTION”",
    "slip_solution_outside": "“{line}” stands outside of a solution block, where otter leaves the "
    "answer in; put a raw cell “# BEGIN SOLUTION” before the cell and “# END SOLUTION” behind it",
    "slip_solution_no_begin": "“# END SOLUTION” on line {line_number} ends nothing; write “# BEGIN "
    "SOLUTION” before it",
    "slip_solution_no_end": "“# BEGIN SOLUTION” on line {line_number} is not ended; write “# END "
    "SOLUTION” below the answer",
    "slip_solution_end_misspelt": "“# BEGIN SOLUTION” on line {line_number} is not ended, since "
    "“{line}” is not otter's mark; write “# END SOLUTION”",
    "slip_solution_unpaired": "its marks “# BEGIN SOLUTION” and “# END SOLUTION” are no pairs; check them",
    "slip_solution_torn": "without the answer, half of a statement is left (“{line}”); put “# BEGIN "
    "SOLUTION” and “# END SOLUTION” around the whole statement",
    # compared with otter, and the student's bundle
    "otter_refuses": "otter assign refuses this notebook: {why}",
    "otter_differs": "question {question}: otter made {actual} of what should be {expected}; compare "
    "the cells of the question (from cell {number} on) with docs/authoring.md",
    "leak_mark": "{file}, cell {number} of the student's notebook, holds the mark “{line}”; put it "
    "into a raw cell, on its first line",
    "leak_test": "{file}, cell {number} of the student's notebook, shows {name}, which is called like "
    "a test; put it into a block “# BEGIN TESTS”, or give it another name",
    # a new course
    "starter_not_empty": "{folder} is there already and not empty; give the name of a new folder",
    "starter_not_written": "{folder} cannot be written: {why}; choose a folder where you may write",
    "starter_slug": "“{slug}” cannot name an assignment: lower-case letters, digits, - . or _; for example "
    "“{meant}”",
    "starter_assignment_there": "assignments/{slug} is there already; give another name",
    "starter_next": "And now:",
    "starter_how_cells": "A raw cell begins and ends each question, its solution and its tests.",
    "starter_how_text": "A block of this text begins each question, its solution and its tests.",
    "check_comment": "What grader.check says: this cell changes sentences only. What otter says: "
    'grader.check("q01").otter',
    "check_visible": "{question}: visible tests passed: {passed} of {total}.",
    "check_hidden": "  {count} hidden {count:|test counts|tests count} too: {count:|it tries|they try} "
    "other cases that the question announces.",
    "check_failed": "  ✗ {name}: {why}",
    "check_passed": "  ✓ {why}",
    "cases_of_otter": "{count} {count:|test case|test cases} ({names})",
    "check_wordless": "the answer is not the one that this test expects",
    "handout_end_title": "Submission",
    "handout_end_how": "Run all cells of the notebook in order first, and **save it** (`Ctrl` + `S`). "
    "The next cell makes a `.zip` archive of what is saved: it is what you hand in.",
    "handout_end_comment": "Save the notebook first, then run this cell: it makes the archive that you "
    "hand in.",
}
