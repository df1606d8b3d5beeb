"""The help of commands and their options, in French and in English."""

from __future__ import annotations

FRENCH = {
    "help_build_no_check": "Ne pas corriger la solution ni le notebook intact des étudiants.",
    "help_build_frozen": "Ne rien écrire ; échouer si student/ n'est pas ce qui serait produit.",
    "help_build_allow_untouched": "Admettre que le notebook intact obtienne des points, comme avec otter.",
    "help_build_allow_line": "Une ligne que les étudiants peuvent avoir, même si un test caché ou une "
    "réponse la contient ; peut être répétée.",
    "help_check_bundle_unsafe": "Corriger sans bac à sable là où la machine n'en a pas.",
    "help_convert_to": "Le format : md (MyST), py (percent) ou ipynb ; par défaut un notebook devient md, "
    "un texte ipynb.",
    "help_explain_bundle": "Le lot de correction à comparer ; par défaut celui du cours où vous êtes.",
    "help_grade_out": "Où vont les résultats, les notes et le journal.",
    "help_grade_from": "La plateforme dont c'est l'export entier ; folder : de simples fichiers.",
    "help_grade_attempt": "De plusieurs rendus : corriger le dernier, les corriger tous et compter le "
    "meilleur, ou tous, une ligne chacun.",
    "help_grade_roster": "Liste CSV de la classe (feuille de Moodle, carnet de Canvas, ...) : qui manque, "
    "les vrais noms.",
    "help_grade_key": "Avec --roster : sa colonne qui identifie les étudiants ; par défaut celles aux "
    "en-têtes habituels.",
    "help_grade_device": "Où calculent notebooks et tests : cpu, cuda (tous les GPU), cuda:N, sim (un "
    "accélérateur simulé) ou auto ; par défaut ce que dit le lot.",
    "help_grade_fresh": "Tout corriger, même si une correction coupée dans DIR pourrait reprendre.",
    "help_grade_anyway": "Corriger même si la plupart des copies ne définissent rien de ce que demande ce "
    "TP.",
    "help_gradebook_to": "Le format de qui.",
    "help_gradebook_template": "Le fichier à remplir : la feuille de Moodle, le carnet de Canvas, ou (csv) "
    "une liste de la classe.",
    "help_gradebook_out": "Le fichier à écrire ; par défaut DIR/grades-CIBLE.csv.",
    "help_gradebook_column": "La colonne à remplir : le devoir de Canvas, ou (csv) l'en-tête de la colonne.",
    "help_gradebook_key": "De la liste (csv) : la colonne qui identifie les étudiants ; par défaut celles "
    "aux en-têtes habituels.",
    "help_gradebook_keep": "Dans un modèle : laisser les cases déjà remplies.",
    "help_gradebook_scale": "Sur combien sont les notes ; par défaut ce que dit le modèle, sinon les points.",
    "help_gradebook_round": "Arrondir à 0.25, 0.5, 1, ... (les moitiés vers le haut) ; par défaut 0.01.",
    "help_gradebook_comments": "Moodle : écrire aussi les points de chaque question en commentaire.",
    "help_gradebook_feedback": "Écrire aussi toutes les pages de retour, dans le zip que Moodle ou Canvas "
    "reprend.",
    "help_gradebook_published": "Avec --feedback : les pages de ce qui se voit après la publication.",
    "help_gradescope_root": "Le dossier de la plateforme.",
    "help_gradescope_simulate": "Essayer un lot sur un notebook, un zip ou un dossier, dans un conteneur "
    "comme celui de la plateforme.",
    "help_gradescope_metadata": "Avec --simulate : un submission_metadata.json ; par défaut un premier "
    "rendu, dans les temps.",
    "help_gradescope_memory_mb": "Avec --simulate : la mémoire du conteneur.",
    "help_gradescope_cores": "Avec --simulate : la part d'un cœur qu'a le conteneur.",
    "help_gradescope_keep": "Avec --simulate : un nouveau dossier pour les fichiers du conteneur, qui est "
    "alors gardé.",
    "help_new_lang": "La langue du cours ; par défaut celle du système.",
    "help_config": "Le otter_config.yml du cours ; par défaut le plus proche, d'ici en remontant.",
    "help_json": "Écrire un seul document JSON sur la sortie, et rien d'autre.",
    "help_csv": "La forme de notre propre tableau de notes : fr a des points-virgules et des virgules "
    "décimales, en des virgules et des points ; par défaut la langue du cours.",
    "help_unsafe": "Corriger même si cette machine ne peut rien confiner : seulement pour du code de "
    "confiance.",
    "help_workers": "Correcteurs à la fois ; par défaut un par cœur ici, tous ceux d'un cluster Dask, 8 "
    "avec slurm.",
    "help_engine": "Où : local, dask://HÔTE:PORT (l'ordonnanceur d'un cluster), dask+tls://HÔTE:PORT, ou "
    "slurm.",
    "help_progress": "Sur stderr : une barre, une ligne par événement, des lignes JSON, ou rien ; auto : "
    "une barre sur un terminal. Ce qui va mal est dit tout de suite.",
    "help_quiet": "Ni barre ni tableau ; seulement ce qui va mal, et le code de retour.",
    "help_judge": "Où s'exécutent les tests : outside, hors du processus du notebook ; inside, dedans, "
    "comme avec otter, où le code de l'étudiant peut les lire ; auto, dedans là où dehors est "
    "impossible. Par défaut ce que dit le lot ; auto pour les lots d'otter.",
    "help_limits": "Une limite pour cette fois, comme cell_wall_s=60 ; peut être répétée, ou plusieurs "
    "avec des virgules.",
    "help_lang": "La langue de ce qui est dit.",
    "help_person_lang": "La langue dans laquelle on vous parle ; par défaut celle du système.",
    "help_preview_out": "Le dossier des pages ; par défaut out/preview/SLUG dans le cours.",
    "help_preview_no_browser": "Écrire les pages sans en ouvrir.",
    "help_regrade_bundle": "Le lot changé, ou le slug de son TP ; par défaut celui du cours, tel que "
    "produit en dernier.",
    "help_regrade_all": "Tout recorriger, touché ou non.",
    "help_regrade_dry_run": "Dire ce qui serait recorrigé, et s'arrêter.",
    "help_regrade_device": "Comme pour « notegrad grade » : donnez le même, ou tout est recorrigé.",
    "help_serve_data": "Dossier de la clé et de la base, créé au premier démarrage ; par défaut "
    "notegrad-data, ou $NOTEGRAD_DATA.",
    "help_serve_bind": "Où écouter. Par défaut 127.0.0.1:8000.",
    "help_serve_public_url": "Ce que les gens tapent, si ce n'est pas http://HÔTE:PORT.",
    "help_submit_to": "La page du TP, telle que la montre votre navigateur.",
    "help_submit_wait": "Attendre la correction, et écrire la note que vous pouvez lire.",
    "help_try_answer_case": "Le numéro d'un seul test ; par défaut tous.",
    "help_try_answer_run": "Les résultats de « notegrad grade » dont ANSWER est un identifiant ; par "
    "défaut ceux sous out/.",
    "help_try_answer_watch": "Réessayer à chaque enregistrement du master ou de la réponse.",
    "help_try_answer_keep": "Garder un correcteur pour le prochain essai (10 minutes sans rien).",
    "help_verify_no_mutants": "Ne pas muter les solutions de référence.",
    "help_verify_question": "N'essayer que les réponses et les mutants d'une question.",
    "help_verify_jobs": "Processus à la fois ; par défaut un par cœur.",
    "help_worker_data": "Le dossier de la page de dépôt, sur sa propre machine. Par défaut notegrad-data, "
    "ou $NOTEGRAD_DATA.",
    "help_worker_queues": "Ce qu'il faut prendre, séparé par des virgules : cpu, gpu (les TP dont "
    "l'appareil est cuda).",
    "help_serve_workers": "Correcteurs à démarrer aussi : auto (un pour deux cœurs), ou 0 : « "
    "notegrad worker » tourne ailleurs.",
    "help_doctor_server": "La page de dépôt sur cette machine, à la place.",
    "help_new_text": "Le notebook maître en texte, MyST ou percent ; par défaut un notebook.",
}

ENGLISH = {
    "help_build_no_check": "Do not grade the solution and the untouched student notebook.",
    "help_build_frozen": "Write nothing; fail if what lies in student/ is not what would be built.",
    "help_build_allow_untouched": "Let the untouched student notebook have points, as with otter.",
    "help_build_allow_line": "A line that students may have although a hidden test or an answer has it "
    "too; may be given again.",
    "help_check_bundle_unsafe": "Grade without a sandbox where the machine has none.",
    "help_convert_to": "The format: md (MyST), py (percent) or ipynb; default: a notebook becomes md, a "
    "text ipynb.",
    "help_explain_bundle": "The autograder zip at hand; default: that of the course in which you are.",
    "help_grade_out": "Where results, gradebook and journal go.",
    "help_grade_from": "The platform whose whole export this is; folder: plain files.",
    "help_grade_attempt": "Of several attempts: grade the newest, grade all and count the best, or all "
    "with a row each.",
    "help_grade_roster": "CSV list of the class (Moodle's worksheet, Canvas's gradebook, ...): who is "
    "missing, real names.",
    "help_grade_key": "With --roster: its column that identifies students; default: those with the usual "
    "heads.",
    "help_grade_device": "Where notebooks and tests compute: cpu, cuda (all GPUs), cuda:N, sim (a "
    "simulated accelerator), or auto; default: what the bundle says.",
    "help_grade_fresh": "Grade everything, even where a run in DIR was cut off and could go on.",
    "help_grade_anyway": "Grade although most of the class defines nothing of what this assignment asks for.",
    "help_gradebook_to": "Whose format.",
    "help_gradebook_template": "The file to fill in: Moodle's worksheet, Canvas's gradebook, or (csv) any "
    "list of the class.",
    "help_gradebook_out": "What to write; default: DIR/grades-TARGET.csv.",
    "help_gradebook_column": "Which column to fill: Canvas's assignment, or (csv) the column's head.",
    "help_gradebook_key": "Of the list (csv): the column that identifies students; default: those with the "
    "usual heads.",
    "help_gradebook_keep": "In a template: leave cells alone that hold something already.",
    "help_gradebook_scale": "What grades are out of; default: what the template says, else the points.",
    "help_gradebook_round": "Round half up to 0.25, 0.5, 1, ...; default: 0.01.",
    "help_gradebook_comments": "Moodle: also write the points of each question as a comment.",
    "help_gradebook_feedback": "Also write all feedback pages as the zip that Moodle or Canvas takes back.",
    "help_gradebook_published": "With --feedback: the pages that show what may be seen after publication.",
    "help_gradescope_root": "The platform's folder.",
    "help_gradescope_simulate": "Try a bundle on a notebook, zip or folder, in a container like the "
    "platform's.",
    "help_gradescope_metadata": "With --simulate: a submission_metadata.json; default: a first attempt, in "
    "time.",
    "help_gradescope_memory_mb": "With --simulate: the container's memory.",
    "help_gradescope_cores": "With --simulate: the container's share of a core.",
    "help_gradescope_keep": "With --simulate: a new folder for the container's tree, which is then kept.",
    "help_new_lang": "Language of the course; default: the locale's.",
    "help_config": "The course's otter_config.yml; default: the nearest one, from here upwards.",
    "help_json": "Print one JSON document on stdout, and nothing else there.",
    "help_csv": "The form of our own gradebook: fr has semicolons and decimal commas, en commas and "
    "decimal points; default: the course's language.",
    "help_unsafe": "Grade even where this machine can confine nothing: for code you trust only.",
    "help_workers": "Graders at once; default: one per core here, all of a Dask cluster, 8 with slurm.",
    "help_engine": "Where: local, dask://HOST:PORT (the scheduler of a cluster), dask+tls://HOST:PORT, or "
    "slurm.",
    "help_progress": "On stderr: a bar, a line per event, JSON lines, or nothing; auto: a bar on a "
    "terminal. What goes wrong is said as it happens.",
    "help_quiet": "No bar and no table; only what goes wrong, and the exit status.",
    "help_judge": "Where tests run: outside the notebook's process; inside it, as with otter, where the "
    "student's code can read them; auto: inside where it cannot be outside. Default: what the bundle "
    "says; auto for bundles of plain otter.",
    "help_limits": "A limit for this run, such as cell_wall_s=60; may be given again, or several with "
    "commas.",
    "help_lang": "The language of what is said.",
    "help_person_lang": "The language in which you are spoken to; default: the locale's.",
    "help_preview_out": "The folder of the pages; default: out/preview/SLUG in the course.",
    "help_preview_no_browser": "Write the pages, and open none.",
    "help_regrade_bundle": "The changed bundle, or its assignment's slug; default: the course's own, as "
    "built last.",
    "help_regrade_all": "Grade everything again, affected or not.",
    "help_regrade_dry_run": "Say what would be graded again, and stop.",
    "help_regrade_device": "As for `notegrad grade`: give the same as there, or everything is graded again.",
    "help_serve_data": "Folder of key and database, made on the first start; default: notegrad-data, or "
    "$NOTEGRAD_DATA.",
    "help_serve_bind": "Where to listen. Default: 127.0.0.1:8000.",
    "help_serve_public_url": "What people type, where it is not http://HOST:PORT.",
    "help_submit_to": "The assignment's page, as your browser shows it.",
    "help_submit_wait": "Wait until it is graded, and print the score that you may read.",
    "help_try_answer_case": "The number of one test case; default: all.",
    "help_try_answer_run": "The results of `notegrad grade` that ANSWER is an id of; default: those below "
    "out/.",
    "help_try_answer_watch": "Try again whenever the master or the answer is saved.",
    "help_try_answer_keep": "Keep a grader for the next try (10 idle minutes).",
    "help_verify_no_mutants": "Do not mutate the reference solutions.",
    "help_verify_question": "Try answers and mutants of one question only.",
    "help_verify_jobs": "Processes at once; default: one per core.",
    "help_worker_data": "The folder of the upload page, on its own machine. Default: notegrad-data, or "
    "$NOTEGRAD_DATA.",
    "help_worker_queues": "What to take, separated by commas: cpu, gpu (assignments whose device is cuda).",
    "help_serve_workers": "Grading workers to start too: auto (one for two cores), or 0: `notegrad "
    "worker` runs apart.",
    "help_doctor_server": "The upload page on this machine, instead.",
    "help_new_text": "The master as plain text, MyST or percent; default: a notebook.",
}
