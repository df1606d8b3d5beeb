"""The sentences of `notegrad doctor`, in French and in English: what is protected, what mends it."""

from __future__ import annotations

FRENCH = {
    "doctor_required": "{said} ; le cours l'exige : rien ne se corrige ici",
    "doctor_none": "le cours ne confine en rien le code des étudiants",
    "doctor_none_fix": "mettez sandbox.tier à auto dans otter_config.yml",
    "doctor_no_tier": "aucun confinement que le cours accepte ({wanted}) : rien ne se corrige ici",
    "doctor_no_tier_fix": "lancez-le en root avec un Python que tous peuvent lire (pas sous /root), ou "
    "permettez les espaces de noms : sudo sysctl user.max_user_namespaces=15000 "
    "kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0",
    "doctor_no_namespaces": "no-namespaces : un uid à part, Landlock et seccomp, mais un seul arbre de "
    "fichiers et de processus",
    "doctor_no_namespaces_fix": "dans un conteneur : ajoutez --cap-add=SYS_ADMIN --security-opt "
    "unmask=ALL, ou prenez une machine virtuelle",
    "doctor_tier": "{tier} : le plus fort que cette machine ait",
    "doctor_no_protections": "il n'y a pas de niveau où les avoir",
    "doctor_not_in_force": "pas en vigueur : {said}",
    "doctor_fix_landlock": "démarrez avec lsm=landlock,... (voir /sys/kernel/security/lsm), noyau 5.13 ou "
    "plus récent",
    "doctor_fix_seccomp": "prenez un noyau avec CONFIG_SECCOMP_FILTER, sur x86_64 ou aarch64",
    "doctor_fix_own_uid": "lancez-le en root, pour que chaque copie ait un uid à elle",
    "doctor_fix_full": "lancez-le là où le niveau full existe, en root",
    "doctor_no_cgroup_tier": "il n'y a pas de niveau où l'avoir",
    "doctor_no_cgroup": "la mémoire est limitée par processus, pas pour une copie entière",
    "doctor_no_cgroup_fix": "lancez-le en root là où /sys/fs/cgroup peut être écrit et où le contrôleur de "
    "mémoire est délégué",
    "doctor_cgroup": "version {version} : une limite de mémoire pour une copie entière",
    "doctor_memory": "{free_mb} Mo libres ; un correcteur en prend quelque 700, et chaque copie ce qu'il "
    "lui faut",
    "doctor_memory_fix": "corrigez avec --workers 1",
    "doctor_disk": "{free_mb} Mo libres dans {place}",
    "doctor_disk_fix": "faites de la place dans {place}, ou donnez un plus grand endroit à TMPDIR",
    "doctor_open_files": "{count} peuvent être ouverts à la fois",
    "doctor_open_files_fix": "ulimit -n {hard}",
    "protection_filesystem": "une racine minimale, en lecture seule",
    "protection_landlock": "version {abi} : seuls Python, les bibliothèques et ses propres places s'ouvrent",
    "protection_private_tmp": "un seul tmpfs, de taille limitée, contient tout ce qui s'écrit",
    "protection_network": "un espace réseau sans interface",
    "protection_processes": "un espace de pid ; rien au dehors ne se voit ni ne reçoit de signal",
    "protection_ipc": "des espaces System V, POSIX et de nom d'hôte à part",
    "protection_seccomp": "sockets, ptrace, bpf, io_uring, montages, espaces de noms, clés et horloges "
    "sont refusés",
    "protection_own_uid": "un uid du noyau que nulle autre copie n'a",
    "protection_capabilities": "aucune, et aucune à gagner",
    "protection_no_new_privs": "les programmes set-uid n'y gagnent rien",
    "protection_limits": "espace d'adresses, temps de calcul, processus, taille des fichiers, fichiers "
    "ouverts, pas de core",
}

ENGLISH = {
    "doctor_required": "{said}; the course requires it: nothing is graded here",
    "doctor_none": "the course confines student code in nothing",
    "doctor_none_fix": "set sandbox.tier to auto in otter_config.yml",
    "doctor_no_tier": "no confinement that the course accepts ({wanted}): nothing is graded here",
    "doctor_no_tier_fix": "run as root with a Python that everybody may read (not below /root), or allow "
    "user namespaces: sudo sysctl user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1 "
    "kernel.apparmor_restrict_unprivileged_userns=0",
    "doctor_no_namespaces": "no-namespaces: own uid, Landlock and seccomp, but one tree of files and "
    "processes",
    "doctor_no_namespaces_fix": "in a container: add --cap-add=SYS_ADMIN --security-opt unmask=ALL, or use "
    "a virtual machine",
    "doctor_tier": "{tier}: the strongest that this machine has",
    "doctor_no_protections": "there is no tier to have them in",
    "doctor_not_in_force": "not in force: {said}",
    "doctor_fix_landlock": "boot with lsm=landlock,... (see /sys/kernel/security/lsm), kernel 5.13 or later",
    "doctor_fix_seccomp": "use a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64",
    "doctor_fix_own_uid": "run as root, so that each submission has a uid of its own",
    "doctor_fix_full": "run where the tier full can be had, as root",
    "doctor_no_cgroup_tier": "there is no tier to have it in",
    "doctor_no_cgroup": "memory is limited for each process, not for a submission as a whole",
    "doctor_no_cgroup_fix": "run as root where /sys/fs/cgroup is writable and the memory controller is "
    "handed down",
    "doctor_cgroup": "version {version}: one memory limit for a whole submission",
    "doctor_memory": "{free_mb} MB free; a grader takes some 700 MB, and each submission what it takes",
    "doctor_memory_fix": "grade with --workers 1",
    "doctor_disk": "{free_mb} MB free in {place}",
    "doctor_disk_fix": "make room in {place}, or set TMPDIR to a larger place",
    "doctor_open_files": "{count} may be open at once",
    "doctor_open_files_fix": "ulimit -n {hard}",
    "protection_filesystem": "a read-only minimal root",
    "protection_landlock": "version {abi}: only Python, libraries and its own places can be opened",
    "protection_private_tmp": "one size-limited tmpfs holds every writable place",
    "protection_network": "a network namespace without interfaces",
    "protection_processes": "a pid namespace; nothing outside it can be seen or signalled",
    "protection_ipc": "own System V, POSIX and host-name namespaces",
    "protection_seccomp": "sockets, ptrace, bpf, io_uring, mounts, namespaces, keys, clocks refused",
    "protection_own_uid": "a kernel uid that no other submission has",
    "protection_capabilities": "none held, none to be gained",
    "protection_no_new_privs": "set-uid programs gain nothing",
    "protection_limits": "address space, CPU time, processes, file sizes, open files, no core files",
}
