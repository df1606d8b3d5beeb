"""The sentences on what was handed in, in French and in English: why it cannot be read, what was left out."""

from __future__ import annotations

_RENDEZ = "rendez le fichier .ipynb lui-même (menu Fichier > Enregistrer, puis Télécharger)"
_HAND_IN = "hand in the .ipynb file itself (menu File > Save, then Download)"
_REFAITES = "refaites une archive zip ordinaire avec votre notebook, ou rendez le fichier .ipynb seul"
_MAKE_AGAIN = "make an ordinary zip of your notebook again, or hand in the .ipynb file alone"

FRENCH = {
    "no_cell": "Ce notebook n'a aucune cellule : ouvrez le vôtre, vérifiez que vos réponses y sont, puis "
    f"{_RENDEZ}.",
    "no_code_cell": "Ce notebook n'a aucune cellule de code : si vos réponses sont dans des cellules de "
    "texte, remettez-les dans des cellules de code, puis rendez de nouveau le fichier.",
    "notebook_too_long": "Ce notebook est démesuré (plus de {cells} cellules de code ou de {millions} "
    "millions de caractères) : repartez du sujet, recopiez-y vos réponses et rendez ce fichier.",
    "notebook_too_heavy": "Ce fichier pèse plus de {mib} Mo : effacez les sorties (menu Édition > Effacer "
    "toutes les sorties), enregistrez et rendez de nouveau le fichier.",
    "notebook_too_many_values": "Ce fichier contient plus de {millions} millions de valeurs : effacez les "
    "sorties (menu Édition > Effacer toutes les sorties), enregistrez-le et rendez-le de nouveau.",
    "file_empty": f"Ce fichier est vide : {_RENDEZ}.",
    "file_of_kind": f"Ce fichier est {{kind}} et non un notebook : {_RENDEZ}.",
    "kind_zip": "une archive zip",
    "kind_zip_empty": "une archive zip vide",
    "kind_rar": "une archive RAR",
    "kind_7z": "une archive 7z",
    "kind_gzip": "une archive gzip",
    "kind_pdf": "un document PDF",
    "kind_png": "une image PNG",
    "kind_jpeg": "une image JPEG",
    "kind_office": "un document Office",
    "json_nested": f"Ce fichier est un JSON imbriqué sans fin et non un notebook : {_RENDEZ}.",
    "page_html": "Ce fichier est une page HTML et non un notebook (page enregistrée depuis le navigateur, "
    f"ou export) : {_RENDEZ}.",
    "git_conflict": "Ce notebook contient des marques de conflit de git (<<<<<<<) : choisissez une version "
    "de chaque passage, vérifiez que le notebook s'ouvre, puis rendez de nouveau le fichier.",
    "not_json": f"Ce fichier n'est pas un notebook (ce n'est pas du JSON) : {_RENDEZ}.",
    "script_slip": "Ce script Python ne se lit pas (erreur de syntaxe à la ligne {line}) : rendez votre "
    "notebook, le fichier .ipynb, ou réparez le script.",
    "notebook_cut": "Ce notebook est abîmé ou coupé (JSON invalide) : rouvrez le vôtre dans Jupyter, "
    "enregistrez-le et rendez de nouveau le fichier.",
    "notebook_cut_at": "Ce notebook est abîmé ou coupé à partir de la ligne {line} (JSON invalide) : rouvrez "
    "le vôtre dans Jupyter, enregistrez-le et rendez de nouveau le fichier.",
    "json_without_cells": "Ce fichier est du JSON mais pas un notebook (il n'a pas de cellules) : "
    f"{_RENDEZ}.",
    "zip_many_files": f"Cette archive a plus de {{count}} fichiers : {_REFAITES}.",
    "zip_large_directory": f"Cette archive a un sommaire démesuré : {_REFAITES}.",
    "zip_overlap": f"Cette archive a des fichiers qui se chevauchent : {_REFAITES}.",
    "zip_large_open": f"Cette archive dépasse {{mib}} Mo une fois ouverte : {_REFAITES}, sans les données.",
    "zip_heavy": f"Cette archive pèse plus de {{mib}} Mo : {_REFAITES}, sans les données.",
    "zip_damaged": f"Cette archive zip est abîmée ou coupée : {_REFAITES}.",
    "zip_same_name": f"Cette archive contient deux fichiers différents du même nom : {_REFAITES}.",
    "zip_in_zip": f"Cette archive contient des archives dans des archives : {_REFAITES}.",
    "zip_outside": "Cette archive désigne des fichiers hors d'elle-même (chemin absolu ou « .. ») : "
    f"{_REFAITES}.",
    "zip_special_file": f"Cette archive contient un lien ou un fichier spécial : {_REFAITES}.",
    "zip_password": f"Cette archive est protégée par un mot de passe : {_REFAITES}.",
    "zip_compression": f"Cette archive emploie une compression inconnue ici : {_REFAITES}.",
    "zip_deep": f"Cette archive a plus de {{count}} dossiers imbriqués : {_REFAITES}.",
    "zip_long_path": f"Cette archive a des noms de plus de {{count}} caractères : {_REFAITES}.",
    "zip_long_name": f"Cette archive a des noms de fichier de plus de {{count}} octets : {_REFAITES}.",
    "zip_large_file": f"Cette archive contient un fichier de plus de {{mib}} Mo : {_REFAITES}, sans les "
    "données.",
    "zip_bomb": f"Cette archive se gonfle démesurément en s'ouvrant : {_REFAITES}.",
    "in_zip": "Cette archive zip",
    "in_folder": "Ce dossier",
    "in_hand_in": "Ce que vous avez rendu ({names})",
    "too_much": "{container} dépasse {mib} Mo ou {count} fichiers : gardez-y le notebook et les seules "
    "données qu'il lit.",
    "no_notebook": "{container} ne contient aucun notebook : ajoutez-y votre fichier .ipynb et rendez de "
    "nouveau.",
    "many_notebooks": "{container} contient {count} notebooks : rendez seulement le vôtre (pour noter toute "
    "une classe, ouvrez l'archive et donnez le dossier).",
    "is_link": "C'est un lien symbolique, qui n'est pas suivi : rendez le fichier lui-même.",
    "nothing_in_folder": "Aucun notebook n'a été rendu : rendez votre fichier .ipynb (ou un zip qui le "
    "contient).",
    "no_file": "Vous n'avez rendu aucun fichier : rendez votre notebook (menu Fichier > Enregistrer, puis "
    "Télécharger).",
    "only_text": "Vous avez rendu un texte en ligne et aucun fichier : rendez votre notebook lui-même, le "
    "fichier .ipynb.",
    "damaged_in_export": "Dans l'export, {name} est abîmé ou se gonfle démesurément en s'ouvrant : faites "
    "vérifier que l'export est entier, sinon rendez de nouveau votre notebook.",
    "export_inside": "{name} ressemble à un export {platform} de plusieurs étudiants et n’est pris que pour "
    "une copie : donnez-le à part.",
    "listed": "{names}",
    "set_aside": "Ce qui ressemble à un fichier de la classe n’est la copie de personne : {names}.",
    "strays": "Ces noms ne sont pas ceux que donne {platform} ; corrigés sous leur propre nom : {names}.",
    "newest_only": "De plusieurs tentatives, seule la dernière est corrigée (--attempt best ou all pour les "
    "autres).",
    "namesakes": "Des étudiants ont le même nom, seuls leurs numéros les distinguent : {names}.",
    "left_out": "Laissé de côté dans {export} : {name} ({why}).",
    "export_names_gone": "{file} nomme des rendus qui ne sont pas dans l'export : {names}.",
    "export_names_unknown": "{file} ne dit pas de qui sont : {names}.",
    "metadata_missing": "L'export n'a pas de {file} : les étudiants sont appelés par le numéro de leur "
    "rendu ; téléchargez-le de nouveau pour avoir leurs noms.",
    "metadata_damaged": "{file} est abîmé ou dépasse {mib} Mo : les étudiants sont appelés par le numéro de "
    "leur rendu.",
    "metadata_invalid": "{file} n'est pas du YAML valide (ligne {line}) : les étudiants sont appelés par le "
    "numéro de leur rendu.",
    "metadata_empty": "{file} ne contient aucun rendu : les étudiants sont appelés par le numéro de leur "
    "rendu.",
    "refused_link": "c’est un lien ou un fichier spécial",
    "refused_password": "il est protégé par un mot de passe",
    "refused_compression": "sa compression est inconnue ici",
    "refused_deep": "il est dans trop de dossiers les uns dans les autres",
    "refused_long_name": "son nom est trop long",
    "file_refused": "{name} n’a pas été lu ({why}) : rendez de nouveau le fichier de votre notebook.",
    "several_platforms": "Ces exports viennent de plusieurs plateformes ({platforms}) : corrigez-les l’un "
    "après l’autre, chacun dans son dossier.",
    "beside_export": "Donnés à côté de l’export, et corrigés sous leur propre nom : {names}.",
    "left_out_of_class": "Dans l’export et la copie de personne, donc sans ligne : {names}.",
    "refused_outside": "il est hors de l'export",
    "is_special": "Ce n'est ni un fichier ni un dossier : rendez le fichier de votre notebook lui-même.",
    "data_left_out": "({count} {count:|fichier de données laissé|fichiers de données laissés} de côté : "
    "trop gros ou trop nombreux)",
    "listed_more": "{names} et {count} {count:|autre|autres}",
}

ENGLISH = {
    "no_cell": f"This notebook has no cell: open yours, check that your answers are in it, then {_HAND_IN}.",
    "no_code_cell": "This notebook has no code cell: if your answers are in text cells, put them into code "
    "cells, then hand in the file again.",
    "notebook_too_long": "This notebook is enormous (more than {cells} code cells or {millions} million "
    "characters): start from the handout, copy your answers into it and hand in that file.",
    "notebook_too_heavy": "This file is larger than {mib} MB: clear the outputs (menu Edit > Clear Outputs "
    "of All Cells), save and hand in the file again.",
    "notebook_too_many_values": "This file holds more than {millions} million values: clear the outputs "
    "(menu Edit > Clear Outputs of All Cells), save it and hand it in again.",
    "file_empty": f"This file is empty: {_HAND_IN}.",
    "file_of_kind": f"This file is {{kind}} and no notebook: {_HAND_IN}.",
    "kind_zip": "a zip archive",
    "kind_zip_empty": "an empty zip archive",
    "kind_rar": "a RAR archive",
    "kind_7z": "a 7z archive",
    "kind_gzip": "a gzip archive",
    "kind_pdf": "a PDF document",
    "kind_png": "a PNG image",
    "kind_jpeg": "a JPEG image",
    "kind_office": "an Office document",
    "json_nested": f"This file is JSON nested without end and no notebook: {_HAND_IN}.",
    "page_html": "This file is an HTML page and no notebook (a page saved from the browser, or an export): "
    f"{_HAND_IN}.",
    "git_conflict": "This notebook holds conflict marks of git (<<<<<<<): choose one version of each "
    "passage, check that the notebook opens, then hand in the file again.",
    "not_json": f"This file is no notebook (it is not JSON): {_HAND_IN}.",
    "script_slip": "This Python script cannot be read (syntax error on line {line}): hand in your notebook, "
    "the .ipynb file, or mend the script.",
    "notebook_cut": "This notebook is damaged or cut off (invalid JSON): open yours in Jupyter, save it and "
    "hand in the file again.",
    "notebook_cut_at": "This notebook is damaged or cut off from line {line} on (invalid JSON): open yours "
    "in Jupyter, save it and hand in the file again.",
    "json_without_cells": f"This file is JSON but no notebook (it has no cells): {_HAND_IN}.",
    "zip_many_files": f"This archive has more than {{count}} files: {_MAKE_AGAIN}.",
    "zip_large_directory": f"This archive has an enormous directory: {_MAKE_AGAIN}.",
    "zip_overlap": f"This archive has files that overlap: {_MAKE_AGAIN}.",
    "zip_large_open": f"This archive takes more than {{mib}} MB once opened: {_MAKE_AGAIN}, without the "
    "data.",
    "zip_heavy": f"This archive is larger than {{mib}} MB: {_MAKE_AGAIN}, without the data.",
    "zip_damaged": f"This zip archive is damaged or cut off: {_MAKE_AGAIN}.",
    "zip_same_name": f"This archive holds two different files of one name: {_MAKE_AGAIN}.",
    "zip_in_zip": f"This archive holds archives within archives: {_MAKE_AGAIN}.",
    "zip_outside": f"This archive names files outside of itself (an absolute path or “..”): {_MAKE_AGAIN}.",
    "zip_special_file": f"This archive holds a link or a special file: {_MAKE_AGAIN}.",
    "zip_password": f"This archive is protected by a password: {_MAKE_AGAIN}.",
    "zip_compression": f"This archive uses a compression that is unknown here: {_MAKE_AGAIN}.",
    "zip_deep": f"This archive has more than {{count}} folders inside each other: {_MAKE_AGAIN}.",
    "zip_long_path": f"This archive has names of more than {{count}} characters: {_MAKE_AGAIN}.",
    "zip_long_name": f"This archive has file names of more than {{count}} bytes: {_MAKE_AGAIN}.",
    "zip_large_file": f"This archive holds a file of more than {{mib}} MB: {_MAKE_AGAIN}, without the data.",
    "zip_bomb": f"This archive swells beyond measure when it is opened: {_MAKE_AGAIN}.",
    "in_zip": "This zip archive",
    "in_folder": "This folder",
    "in_hand_in": "What you handed in ({names})",
    "too_much": "{container} takes more than {mib} MB or {count} files: keep the notebook in it and only the "
    "data that it reads.",
    "no_notebook": "{container} holds no notebook: add your .ipynb file and hand it in again.",
    "many_notebooks": "{container} holds {count} notebooks: hand in only yours (to grade a whole class, open "
    "the archive and give the folder).",
    "is_link": "This is a symbolic link, which is not followed: hand in the file itself.",
    "nothing_in_folder": "No notebook was handed in: hand in your .ipynb file (or a zip that holds it).",
    "no_file": "You handed in no file: hand in your notebook (menu File > Save, then Download).",
    "only_text": "You handed in a text typed online and no file: hand in your notebook itself, the .ipynb "
    "file.",
    "damaged_in_export": "In the export, {name} is damaged or swells beyond measure when it is opened: have "
    "it checked that the export is whole, else hand in your notebook again.",
    "export_inside": "{name} looks like an export of {platform} of several students, and is taken for one "
    "submission only: give it by itself.",
    "listed": "{names}",
    "set_aside": "What looks like a file of the class is nobody's submission: {names}.",
    "strays": "Not named as {platform} names what students hand in, and graded under their own names: "
    "{names}.",
    "newest_only": "Of several attempts only the newest is graded (--attempt best or all for the others).",
    "namesakes": "Several students are called the same, told apart by their numbers: {names}.",
    "left_out": "Left out of {export}: {name} ({why}).",
    "export_names_gone": "{file} names submissions that are not in the export: {names}.",
    "export_names_unknown": "{file} does not say whose these are: {names}.",
    "metadata_missing": "The export has no {file}: students are called by the numbers of their submissions; "
    "download it again to have their names.",
    "metadata_damaged": "{file} is damaged or larger than {mib} MB: students are called by the numbers of "
    "their submissions.",
    "metadata_invalid": "{file} is not valid YAML (line {line}): students are called by the numbers of their "
    "submissions.",
    "metadata_empty": "{file} has no submissions: students are called by the numbers of their submissions.",
    "refused_link": "it is a link or a special file",
    "refused_password": "it is protected by a password",
    "refused_compression": "its compression is unknown here",
    "refused_deep": "it lies in too many folders inside each other",
    "refused_long_name": "its name is too long",
    "file_refused": "{name} was not read ({why}): hand in your notebook again, the file itself.",
    "several_platforms": "These exports are of several platforms ({platforms}): grade them one after the "
    "other, each into a folder of its own.",
    "beside_export": "Given beside the export, and graded under their own names: {names}.",
    "left_out_of_class": "In the export and nobody's work, so without a row: {names}.",
    "refused_outside": "it reaches outside the export",
    "is_special": "This is neither a file nor a folder: hand in the file of your notebook itself.",
    "data_left_out": "({count} data {count:|file|files} left out: too large or too many)",
    "listed_more": "{names} and {count} more",
}
