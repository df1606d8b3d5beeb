"""The sentences on masters in plain text, in French and in English: their notation, and converting them."""

from __future__ import annotations

FRENCH = {
    "path_and_line": "{path}, ligne {line}",
    "text_slip": "{path}, ligne {line} : {said}",
    "text_not_utf8": "{path} n'est pas un texte en UTF-8 ; enregistrez-le dans ce codage",
    "text_head": "l'en-tête ou les options ne se lisent pas ({why}) ; corrigez les lignes entre les deux "
    "« --- »",
    "text_no_name": "la question n'a pas de nom ; écrivez-le derrière : {{question}} q01 (ou # %% "
    "[question] q01)",
    "text_no_end": "la question {question} n'a ni tests ni solution, on ne sait où elle finit ; "
    "ajoutez-lui un bloc {{tests}} ou {{solution}} (# %% [tests] ou # %% [solution] dans un .py)",
    "text_outside_question": "un bloc « {part} » hors de toute question ; mettez-le sous sa question, et "
    "la solution au-dessus des tests",
    "text_argument": "« {argument} » derrière « {part} » ne serait lu par personne ; mettez-le à la ligne "
    "suivante, ou supprimez-le",
    "text_empty": "le bloc « {part} » est vide ; écrivez-y une fonction de test, ou supprimez-le",
    "text_not_closed": "le bloc « {fence} » n'est jamais fermé ; écrivez « {close} » à la ligne sous sa "
    "dernière",
    "text_not_closed_before": "le bloc « {kind} » n'est pas fermé quand un autre commence à la ligne "
    "{inner} ; écrivez « {close} » sous sa dernière ligne",
    "text_fence_indented": "le bloc « {kind} » doit commencer par trois accents graves au début de la "
    "ligne (« {fence} » n'y est pas, ou n'en est pas), sinon les étudiants le liraient ; ôtez ce qui est "
    "devant",
    "text_unknown_fence": "notegrad ne connaît pas de bloc « {word} », et les étudiants le liraient ; "
    "vouliez-vous dire « {meant} » ?",
    "text_unknown_header": "notegrad ne connaît pas de cellule « [{word}] » ; vouliez-vous dire « "
    "[{meant}] » ?",
    "text_unknown_header_far": "notegrad ne connaît pas de cellule « [{word}] » ; il connaît {known}, "
    "markdown et raw",
    "text_not_comment": "« {line} » est dans la partie « {part} », dont les lignes sont des commentaires "
    "; écrivez « # » devant, ou commencez une cellule par « # %% »",
    "two_masters": "{folder} a deux sources ({names}) : on ne sait laquelle compte ; gardez-en une (« "
    "notegrad convert » fait l'une de l'autre)",
    # notegrad convert
    "text_attachment": "la cellule {number} contient une image jointe, ce qu'un texte ne peut pas ; "
    "enregistrez l'image à côté du notebook et nommez-la dans la cellule",
    "text_cell_unwritable": "la cellule {number} ne peut être écrite dans ce format (une ligne y aurait "
    "un autre sens) ; changez-la, ou choisissez l'autre format de texte",
    "text_doctest_output": "la cellule {number} est un doctest dont le résultat attendu est la sortie "
    "enregistrée, ce qu'un texte n'a pas ; gardez le notebook, ou écrivez des fonctions de test "
    "(ok_format: false)",
    "convert_same": "{path} est déjà dans ce format",
    "convert_in_the_way": "{path} est déjà là et dit autre chose ; déplacez-le ou supprimez-le d'abord",
    "convert_done": "{path} est maintenant la source ; l'ancienne est devenue {old} (supprimez-la quand « "
    "notegrad build » vous convient)",
    "convert_lost": "sans les lignes vides au début ou à la fin des cellules {numbers}",
}

ENGLISH = {
    "path_and_line": "{path}, line {line}",
    "text_slip": "{path}, line {line}: {said}",
    "text_not_utf8": "{path} is no text in UTF-8; save it in that encoding",
    "text_head": "its head or options cannot be read ({why}); mend the lines between the two “---”",
    "text_no_name": "the question has no name; write it behind: {{question}} q01 (or # %% [question] q01)",
    "text_no_end": "question {question} has neither tests nor a solution, so nobody knows where it ends; "
    "give it a block {{tests}} or {{solution}} (# %% [tests] or # %% [solution] in a .py)",
    "text_outside_question": "a block “{part}” stands outside of every question; put it below its "
    "question, and the solution above the tests",
    "text_argument": "nobody would read “{argument}” behind “{part}”; put it on the next line, or delete it",
    "text_empty": "the block “{part}” is empty; write a test function into it, or delete it",
    "text_not_closed": "the block “{fence}” is never closed; write “{close}” on the line below its last one",
    "text_not_closed_before": "the block “{kind}” is not closed when another begins on line {inner}; "
    "write “{close}” below its last line",
    "text_fence_indented": "a block “{kind}” must begin with three backticks at the beginning of its line "
    "(“{fence}” does not stand there, or is none), else students would read it; take away what stands "
    "before",
    "text_unknown_fence": "notegrad knows no block “{word}”, and students would read it; did you mean "
    "“{meant}”?",
    "text_unknown_header": "notegrad knows no cell “[{word}]”; did you mean “[{meant}]”?",
    "text_unknown_header_far": "notegrad knows no cell “[{word}]”; it knows {known}, markdown and raw",
    "text_not_comment": "“{line}” stands in a part “{part}”, whose lines are comments; write “# ” before "
    "it, or begin a cell with “# %%”",
    "two_masters": "{folder} has two masters ({names}), and nobody knows which counts; keep one "
    "(`notegrad convert` makes one from the other)",
    # notegrad convert
    "text_attachment": "cell {number} holds an attached picture, which no text can; save the picture "
    "beside the notebook and name it in the cell",
    "text_cell_unwritable": "cell {number} cannot be written in this format (a line in it would have "
    "another meaning); change it, or take the other text format",
    "text_doctest_output": "cell {number} is a doctest whose expected result is its saved output, which "
    "no text has; keep the notebook, or write test functions (ok_format: false)",
    "convert_same": "{path} is in this format already",
    "convert_in_the_way": "{path} is there already and says something else; move or delete it first",
    "convert_done": "{path} is the master now; the former one has become {old} (delete it once `notegrad "
    "build` suits you)",
    "convert_lost": "without the blank lines at the beginning or end of cells {numbers}",
}
