"""The sentences on a sandbox that does not start or end as it should, in French and in English, for staff."""

from __future__ import annotations

FRENCH = {
    "sandbox_no_such_tier": "le niveau de confinement « {wanted} » n'existe pas ; prenez auto ou l'un "
    "de : {tiers}",
    "sandbox_unsafe": "le niveau none ne confine en rien le code des étudiants ; ajoutez --unsafe si "
    "c'est vraiment ce que vous voulez",
    "sandbox_no_tier": "cette machine ne peut pas confiner le code des étudiants comme configuré "
    "(niveau {wanted}) : {reasons}",
    "sandbox_needs_full": "full demande root avec CAP_SYS_ADMIN et un noyau 5.12 ou plus récent qui "
    "permette montages et espaces de noms",
    "sandbox_needs_userns": "userns demande des espaces de noms sans privilège (sysctl "
    "user.max_user_namespaces au-dessus de 0, aucune règle d'AppArmor ou de conteneur contre eux), un "
    "/proc sans parties masquées et un noyau 5.12 ou plus récent",
    "sandbox_needs_no_namespaces": "no-namespaces demande root avec CAP_SETUID, CAP_SETGID et "
    "CAP_KILL pour donner au code des étudiants un uid à lui, un noyau avec seccomp et Landlock "
    "(5.13, « landlock » dans /sys/kernel/security/lsm) pour les fichiers, et un Python que tous "
    "peuvent lire (pas sous un dossier fermé comme /root)",
    "sandbox_open_place": "{place} appartient au cours ou à ses résultats, là où le code des "
    "étudiants peut lire ({around}) : rien ne l'y cache ; mettez-le ailleurs, dans un dossier "
    "personnel par exemple",
    "sandbox_place_among_packages": "{place} appartient au cours ou à ses résultats, parmi les "
    "paquets de Python ({around}) : sans espaces de noms rien ne l'y cache ; mettez-le ailleurs, dans "
    "un dossier personnel par exemple",
    "sandbox_required": "le cours exige {missing} (sandbox.require), que le niveau {tier} n'a pas sur "
    "cette machine ; notegrad doctor dit pourquoi et que faire",
    "sandbox_without": "des protections ne se retirent qu'avec unsafe=True",
    "sandbox_not_started": "le bac à sable n'a pas démarré : {why}",
    "sandbox_gone": "le bac à sable ne répond plus ({why}) ; relancez la commande",
    "sandbox_tree_refused": "le bac à sable n'a pas pu lancer une copie : {reason}",
    "sandbox_no_descriptor": "le bac à sable n'a pas pu lancer une copie : sa réponse est venue sans "
    "descripteur",
    "sandbox_no_group": "aucun groupe de contrôle n'a pu être fait pour une copie : {why}",
    "sandbox_not_set_up": "le processus d'une copie n'a pas pu être préparé : {why}",
    "sandbox_process_absent": "le processus d'une copie n'a pas démarré : {why}",
    "sandbox_ended_early": "le processus d'une copie s'est arrêté avant de commencer : {why}",
    "sandbox_ended": "le processus d'une copie s'est arrêté avant de commencer",
}

ENGLISH = {
    "sandbox_no_such_tier": "the sandbox tier “{wanted}” does not exist; use auto or one of: {tiers}",
    "sandbox_unsafe": "the tier none confines student code in nothing; pass --unsafe if you really want that",
    "sandbox_no_tier": "this machine cannot confine student code as configured (tier {wanted}): {reasons}",
    "sandbox_needs_full": "full needs root with CAP_SYS_ADMIN and a kernel of 5.12 or later that "
    "allows mounts and namespaces",
    "sandbox_needs_userns": "userns needs unprivileged user namespaces (sysctl "
    "user.max_user_namespaces above 0, no AppArmor or container rule against them), a /proc without "
    "masked parts and a kernel of 5.12 or later",
    "sandbox_needs_no_namespaces": "no-namespaces needs root with CAP_SETUID, CAP_SETGID and "
    "CAP_KILL, to give student code its own uid, a kernel with seccomp and Landlock (5.13, “landlock” "
    "in /sys/kernel/security/lsm) for files, and a Python that everybody may read (not one below a "
    "closed folder such as /root)",
    "sandbox_open_place": "{place} belongs to the course or to its results, and lies where student "
    "code may read ({around}): it cannot be hidden there; move it elsewhere, to a home for example",
    "sandbox_place_among_packages": "{place} belongs to the course or to its results, and lies among "
    "Python's packages ({around}): it cannot be hidden there without namespaces; move it elsewhere, "
    "to a home say",
    "sandbox_required": "the course requires {missing} (sandbox.require), not to be had in tier "
    "{tier} on this machine; notegrad doctor says why and what to do",
    "sandbox_without": "protections are left off only with unsafe=True",
    "sandbox_not_started": "the sandbox did not start: {why}",
    "sandbox_gone": "the sandbox does not answer ({why}); run the command again",
    "sandbox_tree_refused": "the sandbox could not start a submission: {reason}",
    "sandbox_no_descriptor": "the sandbox could not start a submission: its reply came without a descriptor",
    "sandbox_no_group": "no control group could be made for a submission: {why}",
    "sandbox_not_set_up": "a submission's process could not be set up: {why}",
    "sandbox_process_absent": "a submission's process did not start: {why}",
    "sandbox_ended_early": "a submission's process ended before it began: {why}",
    "sandbox_ended": "a submission's process ended before it began",
}
