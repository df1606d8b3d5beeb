"""Sentences on graders and on workers of a cluster, in French and in English."""

from __future__ import annotations

FRENCH = {
    "grader_late": "le correcteur n'a pas répondu en {limit_s:g} s et a été arrêté",
    "grader_gone": "le processus du correcteur n'est plus là ({why})",
    "grader_killed": "le processus du correcteur est mort (arrêté par {signal})",
    "grader_died": "le processus du correcteur est mort (code de retour {status})",
    "grader_died_silently": "le processus du correcteur est mort sans code de retour",
    "grader_nonsense": "le processus du correcteur a répondu ce qui ne se lit pas ({why})",
    "grader_unexpected": "le processus du correcteur a envoyé un message inattendu, {kind}",
    "no_grader_starts": "Aucun correcteur n'a pu démarrer en {count} {count:|essai|essais} : {why}",
    "machine_unfit": "Cette machine ne peut pas protéger la correction comme le cours le demande "
    "(« notegrad doctor » dit ce qui manque, et comment le réparer) : {why}",
    "failed_times": "{count} {count:|essai|essais}, au dernier : {why}",
    "cluster_worker_left": "le worker {worker} du cluster est parti ; ce qu'il corrigeait l'est ailleurs",
    "cluster_lost_task": "le cluster a perdu cette copie ({why})",
    "cluster_other_version": "le worker {worker} du cluster a {package} {has}, cette machine a {wants} : les "
    "résultats différeraient ; installez partout les mêmes versions "
    "(pip install -c constraints.txt notegrad)",
    "cluster_bundle_damaged": "le lot est arrivé abîmé",
    "cluster_scheduler_gone": "L'ordonnanceur du cluster ne répond plus : redonnez la même commande quand il "
    "répondra, elle reprend où elle était",
    "cluster_nobody_left": "Il n'y a plus de worker dans le cluster, et aucun n'est revenu en {limit_s:g} s "
    ": lancez-en et redonnez la même commande, elle reprend où elle était",
    "judge_not_forked": "le processus du juge n'a pas pu être créé ({why})",
    "judge_not_started": "le processus du juge n'a pas démarré ({why})",
    "sim_too_late": "L'accélérateur simulé vient trop tard : ce processus a déjà dérivé.",
}

ENGLISH = {
    "grader_late": "the grader did not answer within {limit_s:g} s and was stopped",
    "grader_gone": "the grader's process is gone ({why})",
    "grader_killed": "the grader's process died (killed by {signal})",
    "grader_died": "the grader's process died (exit status {status})",
    "grader_died_silently": "the grader's process died without a status",
    "grader_nonsense": "the grader's process answered nonsense ({why})",
    "grader_unexpected": "the grader's process sent an unexpected {kind}",
    "no_grader_starts": "No grader could be started in {count} {count:|try|tries}: {why}",
    "machine_unfit": "This machine cannot protect the grading as the course asks (`notegrad doctor` says "
    "what is missing, and how to mend it): {why}",
    "failed_times": "{count} {count:|try|tries}, in the last: {why}",
    "cluster_worker_left": "the cluster's worker {worker} has left; what it was grading is graded elsewhere",
    "cluster_lost_task": "the cluster lost it ({why})",
    "cluster_other_version": "the cluster's worker {worker} has {package} {has}, this machine has {wants}: "
    "results would differ; install the same versions on both (pip install -c constraints.txt notegrad)",
    "cluster_bundle_damaged": "the bundle arrived damaged",
    "cluster_scheduler_gone": "The cluster's scheduler does not answer any more: give the same command again "
    "when it does, it goes on where it was",
    "cluster_nobody_left": "No worker is left in the cluster, and none came back within {limit_s:g} s: start "
    "workers and give the same command again, it goes on where it was",
    "judge_not_forked": "the judge's process could not be forked ({why})",
    "judge_not_started": "the judge's process did not start ({why})",
    "sim_too_late": "The simulated accelerator came too late: this process has used autograd before.",
}
