"""The sentences on the questions of a master notebook, in French and in English: keys, points, test cells."""

from __future__ import annotations

FRENCH = {
    # configurations
    "slip_yaml": "ligne {line_number} (« {line} ») : ce n'est pas du YAML : {why} ; vérifiez les "
    "deux-points, les guillemets et l'alignement",
    "slip_yaml_tab": "ligne {line_number} (« {line} ») : une tabulation, que YAML refuse ({why}) ; "
    "remplacez-la par des espaces",
    "slip_yaml_no_keys": "« {text} » n'est pas une suite de clés ; écrivez « clé: valeur », une par "
    "ligne, avec un espace après les deux-points",
    "slip_key_twice": "la clé « {entry} » est donnée deux fois et seule la dernière compterait ; "
    "gardez-en une",
    "slip_unknown_key": "otter ne connaît pas la clé « {entry} » et n'en tiendrait pas compte ; "
    "voulez-vous dire « {meant} » ?",
    "slip_unknown_key_far": "otter ne connaît pas la clé « {entry} » et n'en tiendrait pas compte ; "
    "les clés sont : {known}",
    "slip_key_misplaced": "la clé « {entry} » va sous « {above}: » ; mettez-la en retrait sous cette clé",
    "slip_not_boolean": "« {entry}: {value} » n'est ni true ni false ; écrivez « {entry}: {meant} »",
    "slip_not_text": "« {entry}: {value} » n'est pas un texte ; mettez la phrase entre guillemets",
    "slip_not_list": "« {entry}: {value} » n'est pas une liste ; écrivez « {entry}: [{value}] »",
    "slip_generate_false": "« generate: false » ne produit pas de tests ; écrivez « generate: true »",
    "slip_no_file": "« {entry} » cite « {name} », qui n'est pas à côté du notebook ; corrigez le nom, "
    "ou ajoutez le fichier",
    "slip_config_late": "la configuration vient après la première question (cellule {number}), qu'otter lit "
    "sans elle ; mettez-la en tête du notebook",
    "slip_no_assignment_config": "aucune cellule « # ASSIGNMENT CONFIG » : sans elle otter prend les "
    "tests pour des doctests et n'en exécute aucun ; mettez en tête une cellule de texte brut : # "
    "ASSIGNMENT CONFIG, puis tests: avec ok_format: false en retrait",
    "slip_ok_format": "{name} ne serait jamais appelée : sans « ok_format: false », otter prend la "
    "cellule pour un doctest, que toute réponse réussit ; écrivez dans « # ASSIGNMENT CONFIG » tests: "
    "puis ok_format: false en retrait",
    # questions
    "slip_no_name": "la question n'a pas de nom ; écrivez « name: q1 » sous la marque",
    "slip_name_number": "le nom {name} est lu comme un nombre (1.10 devient 1.1) ; mettez-le entre "
    'guillemets (name: "{name}"), ou nommez la question q{name}',
    "slip_name_no_text": "le nom « {name} » n'est pas lu comme un texte ; mettez-le entre guillemets "
    '(name: "{name}")',
    "slip_name_sign": "le nom « {name} » contient « {sign} », interdit dans un nom de fichier ; gardez "
    "des lettres, des chiffres, des points, - et _",
    "slip_name_twice": "une question s'appelle déjà {name} (cellule {number}), une seule des deux "
    "serait notée ; donnez à chacune son nom",
    "slip_no_tests": "la question vaut des points et n'a aucun test ; ajoutez un bloc « # BEGIN TESTS », ou "
    "écrivez « manual: true » si elle est corrigée à la main, ou « points: 0 » si elle ne l'est pas",
    # points
    "slip_points_negative": "« points: {value} » : les points ne sont ni négatifs ni infinis ; écrivez "
    "0 ou plus",
    "slip_points_comma": "« points: {value} » est un texte et non un nombre ; écrivez « points: {meant} »",
    "slip_points_no_number": "« points: {value} » n'est pas un nombre ; écrivez par exemple « points: 1 »",
    "slip_points_all_zero": "tous ses tests valent 0 point, la question ne compterait pour rien ; "
    "donnez des points à un test, ou à la question",
    "slip_no_points_at_all": "aucune question ne donne de point, tout le monde aurait 0 sur 0 ; donnez "
    "des points aux questions",
    # test cells
    "slip_test_not_code": "il n'y a que des cellules de code entre « # BEGIN TESTS » et « # END TESTS "
    "» ; changez le type de celle-ci en code, ou déplacez-la",
    "slip_test_empty": "la cellule de test est vide ; supprimez-la",
    "slip_test_config_not_first": "« # BEGIN TEST CONFIG » est à la ligne {line_number} : otter ne lit "
    "que la première ligne, et un test caché serait montré ; mettez-la en tête de la cellule",
    "slip_test_config_indented": "il y a un espace devant « # BEGIN TEST CONFIG » (ligne "
    "{line_number}) : otter ne la voit pas, et un test caché serait montré ; supprimez-le",
    "slip_test_config_misspelt": "« {line} » n'est pas la marque d'otter, et un test caché serait "
    'montré ; écrivez à la première ligne : """ # BEGIN TEST CONFIG',
    "slip_test_config_no_begin": "une configuration de test sans sa marque, et un test caché serait "
    'montré ; écrivez à la première ligne : """ # BEGIN TEST CONFIG',
    "slip_test_config_no_end": 'la configuration du test n\'est pas fermée ; ajoutez la ligne : """ '
    "# END TEST CONFIG",
    "slip_test_config_end_misspelt": '« {line} » ne ferme pas la configuration du test ; écrivez : """ '
    "# END TEST CONFIG",
    "slip_test_config_empty": "la configuration du test est vide, et otter s'y arrête ; écrivez par exemple "
    "« points: 1 », ou supprimez ses deux lignes",
    "slip_test_config_twice": "une deuxième configuration commence à la ligne {line_number}, donc un "
    "deuxième test ; mettez-le dans une cellule à lui",
    "slip_test_no_function": "la cellule n'a pas de fonction de test, et le TP dit « ok_format: false "
    "» ; mettez les lignes dans une fonction « def test_...(...) »",
    "slip_test_async": "un test est une fonction ordinaire ; écrivez « def test_...(...) », sans class "
    "ni async",
    "slip_test_two_functions": "la cellule a plusieurs fonctions de test et otter ne garde que {first} "
    ": {others} ne serait dans aucun lot ; une fonction par cellule",
    "slip_test_text_before": "un texte est devant {name} et n'est pas une configuration ; "
    'supprimez-le, ou ouvrez-le par """ # BEGIN TEST CONFIG',
    "slip_test_import_before": "« {line} » est devant {name}, hors du test, et ne serait pas exécuté ; "
    "importez dans le test",
    "slip_test_helper_before": "« {line} » est devant {name} et otter veut la fonction de test seule ; "
    "mettez ces lignes dans {name}",
    "slip_test_below_function": "« {line} » est sous {name}, hors de la fonction, et ne serait pas "
    "exécuté ; mettez la ligne dans {name} (en retrait), ou dans un test à elle",
    "slip_test_decorated": "{name} porte le décorateur test_case, qu'otter remplace par le sien : un "
    'test caché serait montré ; écrivez ses options entre """ # BEGIN TEST CONFIG et """ # END TEST '
    "CONFIG",
    "slip_test_name_twice": "un test de la question s'appelle déjà {name} (cellule {number}) ; seule "
    "la dernière serait exécutée ; donnez à chacun son nom",
    "slip_hidden_not_first": "« # HIDDEN » est à la ligne {line_number} : otter ne lit que la "
    "première, et le test serait montré ; mettez-le en tête, ou écrivez « hidden: true » dans la "
    "configuration",
    "slip_hidden_misspelt": "otter ne connaît pas « {line} », et le test serait montré ; écrivez « # "
    "HIDDEN »",
    "slip_tab": "ligne {line_number} (« {line} ») : Python refuse : {why} ; remplacez les tabulations "
    "par des espaces",
    "slip_syntax": "ligne {line_number} (« {line} ») : Python refuse : {why} ; corrigez cette ligne",
    "slip_import_missing": "{name} emploie {missing} sans l'importer, et le fichier de tests n'a pas "
    "les noms du notebook ; écrivez dans le test : {statement}",
    "slip_name_of_notebook": "{name} emploie {missing}, un nom du notebook que le fichier de tests n'a "
    "pas ; faites-en un paramètre du test",
    "slip_name_close": "{name} emploie {missing}, qui n'est défini nulle part ; voulez-vous dire {meant} ?",
    "slip_name_unknown": "{name} emploie {missing}, qui n'est défini nulle part ; définissez-le dans "
    "le test, ou corrigez le nom",
    "slip_parameter_close": "{name} demande {parameter}, qu'aucune cellule ne définit ; voulez-vous "
    "dire {meant} ?",
    "slip_parameter_unknown": "{name} demande {parameter}, qu'aucune cellule ne définit ; un paramètre "
    "est un nom du notebook de l'étudiant : corrigez-le, ou définissez-le dans le test",
    "slip_test_outside": "{name} est un test hors du bloc de tests : les étudiants le liraient et il "
    "ne serait pas exécuté ; mettez la cellule entre « # BEGIN TESTS » et « # END TESTS » (si c'est un "
    "exemple, nommez la fonction sans test_)",
    "slip_test_config_outside": "une configuration de test hors du bloc de tests : les étudiants la "
    "liraient ; mettez la cellule entre « # BEGIN TESTS » et « # END TESTS »",
    "slip_course_package": "{name} est montré aux étudiants et importe {package}, qu'ils n'ont pas ; cachez "
    "ce test (hidden: true), ou écrivez-le sans cet import",
    # told by a build that goes on
    "manual_question": "{question} : corrigée à la main, {points} {points:|point|points}, qui ne "
    "{points:|compte|comptent} pas dans les notes de notegrad",
    "advice": "à voir : {said}",
    "advice_not_graded": "la question n'a aucun test, rien n'y est noté ; ajoutez un bloc « # BEGIN TESTS », "
    "ou écrivez « points: 0 » si c'est voulu",
    "advice_no_hidden": "aucun test caché : on peut écrire pour les tests montrés",
    "advice_clock": "le test {number} mesure un temps : jugé de l'extérieur, ce temps contient celui des "
    "messages ; comptez plutôt des opérations (expect.assert_no_loop, expect.operations), ou mettez « judge: "
    "auto » pour cette question (otter_config.yml)",
    "advice_no_message": "le test caché {number} n'a pas de failure_message : l'étudiant n'apprend rien",
    "advice_not_french": "le failure_message du test {number} n'est pas en français : {said}",
    "advice_giveaway": "{name} est montré et donne la réponse : {expression}",
    "slip_points_list": "« points » donne {count} {count:|nombre|nombres} pour {cases} "
    "{cases:|test|tests} ; donnez-en un par test",
    "advice_visible_points": "{visible} {visible:|point|points} sur {points} {visible:|est|sont} "
    "sur des tests montrés ; un cinquième au plus",
    "slip_points_sum": "ses tests donnent {actual} {actual:|point|points}, la question en annonce "
    "{expected} ; accordez les deux",
    "slip_points_possible": "les questions donnent {actual} {actual:|point|points}, « generate: "
    "points_possible » en annonce {expected} ; accordez les deux",
}

ENGLISH = {
    # configurations
    "slip_yaml": "line {line_number} (“{line}”) is not YAML: {why}; check colons, quotes and alignment",
    "slip_yaml_tab": "line {line_number} (“{line}”) has a tab, which YAML refuses ({why}); replace it "
    "with spaces",
    "slip_yaml_no_keys": "“{text}” is no list of keys; write “key: value”, one a line, with a space "
    "behind the colon",
    "slip_key_twice": "the key “{entry}” is given twice and only the last would count; keep one",
    "slip_unknown_key": "otter knows no key “{entry}” and would ignore it; did you mean “{meant}”?",
    "slip_unknown_key_far": "otter knows no key “{entry}” and would ignore it; the keys are: {known}",
    "slip_key_misplaced": "the key “{entry}” belongs below “{above}:”; indent it below that key",
    "slip_not_boolean": "“{entry}: {value}” is neither true nor false; write “{entry}: {meant}”",
    "slip_not_text": "“{entry}: {value}” is no text; put the sentence in quotes",
    "slip_not_list": "“{entry}: {value}” is no list; write “{entry}: [{value}]”",
    "slip_generate_false": "“generate: false” makes no tests; write “generate: true”",
    "slip_no_file": "“{entry}” names “{name}”, which is not beside the notebook; mend the name, or add "
    "the file",
    "slip_config_late": "the configuration comes after the first question (cell {number}), which otter reads "
    "without it; put it at the top of the notebook",
    "slip_no_assignment_config": "there is no cell “# ASSIGNMENT CONFIG”: without it otter takes the "
    "tests for doctests and runs none of them; put a raw cell in front: # ASSIGNMENT CONFIG, then tests: "
    "with ok_format: false indented below",
    "slip_ok_format": "{name} would never be called: without “ok_format: false” otter takes the cell "
    "for a doctest, which every answer passes; write tests: in “# ASSIGNMENT CONFIG”, and ok_format: "
    "false indented below",
    # questions
    "slip_no_name": "the question has no name; write “name: q1” below the mark",
    "slip_name_number": "the name {name} is read as a number (1.10 becomes 1.1); put it in quotes "
    '(name: "{name}"), or call the question q{name}',
    "slip_name_no_text": 'the name “{name}” is not read as a text; put it in quotes (name: "{name}")',
    "slip_name_sign": "the name “{name}” holds “{sign}”, which no name of a file can; keep to letters, "
    "digits, dots, - and _",
    "slip_name_twice": "a question is called {name} already (cell {number}), and only one of them "
    "would be graded; give each its own name",
    "slip_no_tests": "the question has points and no test case; add a block “# BEGIN TESTS”, or write "
    "“manual: true” where it is graded by hand, or “points: 0” where it is not graded",
    # points
    "slip_points_negative": "“points: {value}”: points are neither negative nor infinite; write 0 or more",
    "slip_points_comma": "“points: {value}” is a text and no number; write “points: {meant}”",
    "slip_points_no_number": "“points: {value}” is no number; write “points: 1”, for example",
    "slip_points_all_zero": "all its test cases are worth 0 points, so that the question would count "
    "for nothing; give points to a test case, or to the question",
    "slip_no_points_at_all": "no question gives a point, so that everybody would have 0 of 0; give "
    "points to the questions",
    # test cells
    "slip_test_not_code": "only code cells stand between “# BEGIN TESTS” and “# END TESTS”; change the "
    "type of this one to Code, or move it",
    "slip_test_empty": "the test cell is empty; delete it",
    "slip_test_config_not_first": "“# BEGIN TEST CONFIG” is on line {line_number}: otter reads the "
    "first line only, and a hidden test would be shown; put it at the top of the cell",
    "slip_test_config_indented": "a space stands before “# BEGIN TEST CONFIG” (line {line_number}): "
    "otter does not see it, and a hidden test would be shown; delete it",
    "slip_test_config_misspelt": "“{line}” is not otter's mark, and a hidden test would be shown; "
    'write on the first line: """ # BEGIN TEST CONFIG',
    "slip_test_config_no_begin": "a test's configuration without its mark, and a hidden test would be "
    'shown; write on the first line: """ # BEGIN TEST CONFIG',
    "slip_test_config_no_end": 'the configuration of the test is not ended; add the line: """ # END '
    "TEST CONFIG",
    "slip_test_config_end_misspelt": '“{line}” does not end the configuration of the test; write: """ '
    "# END TEST CONFIG",
    "slip_test_config_empty": "the configuration of the test is empty, at which otter stops; write “points: "
    "1”, for example, or delete its two lines",
    "slip_test_config_twice": "a second configuration begins on line {line_number}, so a second test; "
    "put it into a cell of its own",
    "slip_test_no_function": "the cell has no test function, and the assignment says “ok_format: "
    "false”; put the lines into a function “def test_...(...)”",
    "slip_test_async": "a test is an ordinary function; write “def test_...(...)”, without class or async",
    "slip_test_two_functions": "the cell has several test functions and otter keeps {first} only: "
    "{others} would be in no bundle; one function a cell",
    "slip_test_text_before": "a text stands before {name} and is no configuration; delete it, or open "
    'it with """ # BEGIN TEST CONFIG',
    "slip_test_import_before": "“{line}” stands before {name}, outside of the test, and would not run; "
    "import inside the test",
    "slip_test_helper_before": "“{line}” stands before {name}, and otter wants the test function "
    "alone; put these lines inside {name}",
    "slip_test_below_function": "“{line}” stands below {name}, outside of the function, and would not "
    "run; put it inside {name} (indented), or into a test of its own",
    "slip_test_decorated": "{name} has the decorator test_case, which otter replaces with its own: a "
    'hidden test would be shown; write its options between """ # BEGIN TEST CONFIG and """ # END TEST '
    "CONFIG",
    "slip_test_name_twice": "a test of this question is called {name} already (cell {number}); only "
    "the last would run; give each its own name",
    "slip_hidden_not_first": "“# HIDDEN” is on line {line_number}: otter reads the first line only, "
    "and the test would be shown; put it at the top, or write “hidden: true” in the configuration",
    "slip_hidden_misspelt": "otter does not know “{line}”, and the test would be shown; write “# HIDDEN”",
    "slip_tab": "line {line_number} (“{line}”): Python says: {why}; replace tabs with spaces",
    "slip_syntax": "line {line_number} (“{line}”): Python says: {why}; mend this line",
    "slip_import_missing": "{name} uses {missing} without importing it, and a test file has none of "
    "the notebook's names; import inside the test: {statement}",
    "slip_name_of_notebook": "{name} uses {missing}, a name of the notebook that the test file does "
    "not have; make it a parameter of the test",
    "slip_name_close": "{name} uses {missing}, which is defined nowhere; did you mean {meant}?",
    "slip_name_unknown": "{name} uses {missing}, which is defined nowhere; define it inside the test, "
    "or mend the name",
    "slip_parameter_close": "{name} asks for {parameter}, which no cell defines; did you mean {meant}?",
    "slip_parameter_unknown": "{name} asks for {parameter}, which no cell defines; a parameter is a "
    "name of the student's notebook: mend it, or define it inside the test",
    "slip_test_outside": "{name} is a test outside of the block of tests: students would read it, and "
    "it would not run; put the cell between “# BEGIN TESTS” and “# END TESTS” (an example needs a name "
    "without test_)",
    "slip_test_config_outside": "a test's configuration outside of the block of tests: students would "
    "read it; put the cell between “# BEGIN TESTS” and “# END TESTS”",
    "slip_course_package": "{name} is shown to students and imports {package}, which they do not have; hide "
    "the test (hidden: true), or write it without that import",
    # told by a build that goes on
    "manual_question": "{question}: graded by hand, {points} {points:|point|points}, which "
    "{points:|is|are} in no grade of notegrad's",
    "advice": "note: {said}",
    "advice_not_graded": "the question has no test case, nothing in it is graded; add a block “# BEGIN "
    "TESTS”, or write “points: 0” where that is meant",
    "advice_no_hidden": "no test case is hidden: one can write for the visible ones",
    "advice_clock": "test case {number} measures a time: judged outside, that time holds the messages'; "
    "count operations instead (expect.assert_no_loop, expect.operations), or set judge: auto for this "
    "question (otter_config.yml)",
    "advice_no_message": "the hidden test case {number} has no failure_message: the student learns nothing",
    "advice_not_french": "the failure_message of test case {number} is not French: {said}",
    "advice_giveaway": "{name} is visible and gives the answer away: {expression}",
    "slip_points_list": "“points” lists {count} {count:|number|numbers} for {cases} {cases:|test "
    "case|test cases}; give one for each",
    "advice_visible_points": "{visible} of {points} {points:|point lies|points lie} on visible "
    "test cases; a fifth at most",
    "slip_points_sum": "its test cases give {actual} {actual:|point|points}, the question says "
    "{expected}; make them agree",
    "slip_points_possible": "the questions give {actual} {actual:|point|points}, “generate: "
    "points_possible” says {expected}; make them agree",
}
