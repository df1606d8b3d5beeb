"""The sentences of `notegrad.expect`, in French and in English: what was seen, before what was wanted."""

from __future__ import annotations

FRENCH = {
    # subjects
    "expect_result": "Le résultat",
    "expect_your_result": "votre résultat",
    "expect_result_number": "Le résultat numéro {number}",
    "expect_result_on_meta": "Sur un tenseur sans nombres, le résultat",
    "expect_gradient": "Le gradient",
    "expect_gradient_by": "Le gradient par rapport à {name}",
    "expect_cell": "{name}[{index}]",
    "expect_cell_of": "{name}, en [{index}],",
    "expect_after": "Après l'appel, {said}",
    # types
    "expect_none": "{name} est None : il manque sans doute un return.",
    "expect_function": "{name} est la fonction « {function} » elle-même, pas ce qu'elle rend : il manque "
    "sans doute les parenthèses, {function}().",
    "expect_method": "{name} est la méthode « {function} » elle-même, pas ce qu'elle rend : il manque sans "
    "doute les parenthèses, .{function}().",
    "expect_several": "{name} est un couple ({parts}), tel que torch.{function} le rend : il faut en "
    "prendre une partie.",
    "expect_some_function": "{name} est une fonction, pas ce qu'elle rend : il manque sans doute les "
    "parenthèses d'un appel.",
    "expect_tuple": "{name} est un {actual} de plusieurs valeurs : il en faut une seule, de type {expected}.",
    "expect_type": "{name} est de type {actual} au lieu de {expected}.",
    # forms
    "expect_shape": "{name} est de forme {actual} au lieu de {expected}.",
    "expect_shape_more": "{name} est de forme {actual} au lieu de {expected} : {count:|un axe|{count} "
    "axes} de trop.",
    "expect_shape_less": "{name} est de forme {actual} au lieu de {expected} : {count:|un axe|{count} "
    "axes} de moins.",
    "expect_dtype": "{name} est de dtype {actual} au lieu de {expected}.",
    "expect_device": "{name} est sur l'appareil « {actual} » au lieu de « {expected} ».",
    "expect_device_of_input": "{name} est sur l'appareil « {actual} » et non sur celui de l'entrée.",
    "expect_count": "Le résultat compte {actual} {actual:|tenseur|tenseurs} au lieu de {expected}.",
    # values
    "expect_value": "{place} vaut {actual} au lieu de {expected}{close}.",
    "expect_close": " : l'écart est de l'ordre d'un arrondi (calcul moins précis que demandé ?)",
    "expect_value_of": "{place} vaut {actual} au lieu de {expected} ({wrong} {wrong:|case fausse|cases "
    "fausses} sur {total}){close}.",
    # arguments
    "expect_changed": "Après l'appel, {place} est passé de {former} à {actual} : votre fonction a écrit "
    "dans son argument.",
    "expect_reshaped": "Après l'appel, {name} est passé de la forme {former} à {actual}.",
    "expect_wants_gradient": "Après l'appel, {name} exige maintenant un gradient : votre fonction a changé "
    "le tenseur de l'appelant.",
    "expect_wants_none": "Après l'appel, {name} n'exige plus de gradient : votre fonction a changé le "
    "tenseur de l'appelant.",
    "expect_written": "Votre fonction a écrit dans {name}, même si les valeurs d'origine y sont revenues.",
    "expect_other_object": "Vous rendez un autre objet que le {name} reçu : « = » rebranche un nom, il "
    "n'écrit pas.",
    "expect_other_address": "{name} est le même objet, mais à une autre adresse : sa mémoire a été "
    "remplacée.",
    "expect_other_layout": "La forme ou la disposition en mémoire de {name} a changé.",
    # memory
    "expect_copy": "J'ai écrit dans votre résultat : {name} n'a pas bougé. C'est une copie, pas une vue.",
    "expect_shared": "En changeant votre résultat, j'ai changé {name} : ils partagent la même mémoire.",
    "expect_unwritable": "On ne peut pas écrire dans {name} ({error}).",
    "expect_cells_share": "J'ai écrit dans une case de {name}, et {count} ont changé : elles n'ont pas "
    "chacune leur place en mémoire (expand).",
    "expect_cell_lost": "J'ai écrit dans une case de {name}, et rien n'y a changé.",
    # graphs and gradients
    "expect_no_leaf": "{name} n'est pas une feuille : un calcul l'a produit, et le graphe s'en souvient.",
    "expect_gradient_missing": "{name} n'exige pas de gradient.",
    "expect_gradient_unwanted": "{name} exige un gradient.",
    "expect_graph": "{name} traîne un graphe de calcul, celui de son grad_fn.",
    "expect_graph_cut": "{name} n'a pas de grad_fn : le calcul ne passe pas par torch, ou le graphe a été "
    "coupé.",
    "expect_gradient_fails": "Le gradient ne se calcule pas ({error}).",
    "expect_gradient_lost": "{name} n'arrive pas : le résultat ne dépend plus de cette entrée dans le "
    "graphe.",
    # costs
    "expect_loop": "Votre fonction exécute {before} {before:|ligne ou opération|lignes et opérations} pour "
    "n = {small}, et {after} pour n = {large} : son coût croît avec n, il y a une boucle Python.",
    "expect_slow_loop": "Votre fonction occupe le processeur {times:.0f} fois plus longtemps pour n = "
    "{large} que pour n = {small} : il y a une boucle, même si elle ne se voit pas.",
    "expect_tracing": "Pendant la mesure, votre fonction a touché au suivi de Python (sys.settrace, "
    "sys.gettrace…) : ce qu'elle fait ne se compte plus.",
    "expect_mode": "Pendant la mesure, votre fonction a écarté le compteur d'opérations de torch : ce "
    "qu'elle fait ne se compte plus.",
    "expect_thread": "Pendant la mesure, votre fonction a confié du travail à un autre fil ou processus : "
    "ce qui s'y fait ne se compte pas.",
    "expect_alarm": "Pendant la mesure, votre fonction a programmé une alarme : ce qui se fera ensuite ne "
    "se compte pas.",
    # devices
    "expect_meta_fails": 'Sur un tenseur sans nombres (device="meta"), votre fonction échoue : crée-t-elle '
    "un tenseur sur le CPU, ou lit-elle des nombres ? ({error})",
    "expect_accelerator_fails": "Sur un autre appareil que le CPU (un accélérateur simulé), votre fonction "
    "échoue : crée-t-elle un tenseur sur le CPU, ou passe-t-elle par NumPy ? ({error})",
    "expect_other_elsewhere": "Sur un autre appareil que le CPU, votre fonction ne rend pas les mêmes "
    "valeurs.",
    # global state
    "expect_gradients_off": "Après votre fonction, plus aucun gradient ne se calcule : le mode gradient "
    "n'a pas été remis.",
    "expect_gradients_on": "Après votre fonction, le mode gradient est rallumé, alors que l'appelant "
    "l'avait éteint.",
    "expect_default_dtype": "Après votre fonction, le dtype par défaut est {actual} au lieu de {expected}.",
    "expect_default_device": "Après votre fonction, l'appareil par défaut est {actual} au lieu de "
    "{expected}.",
    "expect_drew": "Votre fonction a tiré des nombres au hasard dans le générateur de {name}.",
    # an error among the facts
    "error_said": "{type} : {text}",
    "error_unsaid": "{type}",
    "expect_other_when_counted": "Appelée deux fois avec les mêmes arguments, votre fonction ne rend pas "
    "deux fois la même chose : son coût ne peut pas être compté.",
}

ENGLISH = {
    # subjects
    "expect_result": "The result",
    "expect_your_result": "your result",
    "expect_result_number": "Result number {number}",
    "expect_result_on_meta": "On a tensor without numbers, the result",
    "expect_gradient": "The gradient",
    "expect_gradient_by": "The gradient with respect to {name}",
    "expect_cell": "{name}[{index}]",
    "expect_cell_of": "{name}, at [{index}],",
    "expect_after": "After the call: {said}",
    # types
    "expect_none": "{name} is None: a return is probably missing.",
    "expect_function": "{name} is the function “{function}” itself, not what it returns: the parentheses are "
    "probably missing, {function}().",
    "expect_method": "{name} is the method “{function}” itself, not what it returns: the parentheses are "
    "probably missing, .{function}().",
    "expect_several": "{name} is a pair ({parts}), as torch.{function} gives it: take one part of it.",
    "expect_some_function": "{name} is a function, not what it returns: the parentheses of a call are "
    "probably missing.",
    "expect_tuple": "{name} is a {actual} of several values: one is wanted, of type {expected}.",
    "expect_type": "{name} is of type {actual} instead of {expected}.",
    # forms
    "expect_shape": "{name} has shape {actual} instead of {expected}.",
    "expect_shape_more": "{name} has shape {actual} instead of {expected}: {count:|one axis|{count} axes} "
    "too many.",
    "expect_shape_less": "{name} has shape {actual} instead of {expected}: {count:|one axis|{count} axes} "
    "too few.",
    "expect_dtype": "{name} has dtype {actual} instead of {expected}.",
    "expect_device": "{name} is on the device “{actual}” instead of “{expected}”.",
    "expect_device_of_input": "{name} is on the device “{actual}” and not on that of the input.",
    "expect_count": "The result has {actual} {actual:|tensor|tensors} instead of {expected}.",
    # values
    "expect_value": "{place} is {actual} instead of {expected}{close}.",
    "expect_close": ": the difference is about one rounding (a computation less precise than asked for?)",
    "expect_value_of": "{place} is {actual} instead of {expected} ({wrong} of {total} {total:|cell|cells} "
    "{wrong:|is|are} wrong){close}.",
    # arguments
    "expect_changed": "After the call, {place} went from {former} to {actual}: your function wrote into "
    "its argument.",
    "expect_reshaped": "After the call, {name} went from shape {former} to {actual}.",
    "expect_wants_gradient": "After the call, {name} now wants a gradient: your function changed its "
    "caller's tensor.",
    "expect_wants_none": "After the call, {name} wants no gradient any more: your function changed its "
    "caller's tensor.",
    "expect_written": "Your function wrote into {name}, even if the original values are back.",
    "expect_other_object": "You return another object than the {name} that was given: “=” rebinds a name, "
    "it does not write.",
    "expect_other_address": "{name} is the same object, but at another address: its memory was replaced.",
    "expect_other_layout": "The shape or the layout in memory of {name} changed.",
    # memory
    "expect_copy": "I wrote into your result: {name} did not move. It is a copy, not a view.",
    "expect_shared": "By changing your result I changed {name}: they share the same memory.",
    "expect_unwritable": "One cannot write into {name} ({error}).",
    "expect_cells_share": "I wrote into one cell of {name}, and {count} changed: they have no place of "
    "their own in memory (expand).",
    "expect_cell_lost": "I wrote into one cell of {name}, and nothing changed there.",
    # graphs and gradients
    "expect_no_leaf": "{name} is no leaf: a computation made it, and the graph remembers.",
    "expect_gradient_missing": "{name} wants no gradient.",
    "expect_gradient_unwanted": "{name} wants a gradient.",
    "expect_graph": "{name} drags a graph along: it still has a grad_fn.",
    "expect_graph_cut": "{name} has no grad_fn: the computation does not go through torch, or the graph "
    "was cut.",
    "expect_gradient_fails": "The gradient cannot be computed ({error}).",
    "expect_gradient_lost": "{name} does not arrive: in the graph, the result does not depend on this "
    "input any more.",
    # costs
    "expect_loop": "Your function runs {before} {before:|line or operation|lines and operations} for n = "
    "{small}, and {after} for n = {large}: its cost grows with n, there is a Python loop.",
    "expect_slow_loop": "Your function keeps the processor busy {times:.0f} times as long for n = {large} "
    "as for n = {small}: there is a loop, even if it cannot be seen.",
    "expect_tracing": "While it was measured, your function touched Python's tracing (sys.settrace, "
    "sys.gettrace…): what it does cannot be counted any more.",
    "expect_mode": "While it was measured, your function pushed torch's counter of operations aside: what "
    "it does cannot be counted any more.",
    "expect_thread": "While it was measured, your function gave work to another thread or process: what is "
    "done there is not counted.",
    "expect_alarm": "While it was measured, your function set an alarm: what is done later is not counted.",
    # devices
    "expect_meta_fails": 'On a tensor without numbers (device="meta"), your function fails: does it make a '
    "tensor on the CPU, or read numbers? ({error})",
    "expect_accelerator_fails": "On another device than the CPU (a simulated accelerator), your function "
    "fails: does it make a tensor on the CPU, or go through NumPy? ({error})",
    "expect_other_elsewhere": "On another device than the CPU, your function does not give the same values.",
    # global state
    "expect_gradients_off": "After your function no gradient is computed any more: the gradient mode was "
    "not put back.",
    "expect_gradients_on": "After your function the gradient mode is on again, although its caller had "
    "turned it off.",
    "expect_default_dtype": "After your function the default dtype is {actual} instead of {expected}.",
    "expect_default_device": "After your function the default device is {actual} instead of {expected}.",
    "expect_drew": "Your function drew random numbers from the generator of {name}.",
    # an error among the facts
    "error_said": "{type}: {text}",
    "error_unsaid": "{type}",
    "expect_other_when_counted": "Called twice with the same arguments, your function does not give the "
    "same twice: its cost cannot be counted.",
}
