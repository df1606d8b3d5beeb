"""The whole page by one command: key, tables, an administrator's link, web processes and grading workers."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.server.commands.children import ChildCommand, keep_alive
from notegrad.server.commands.setting_up import migrate, set_up
from notegrad.server.configuration import Deployment
from notegrad.server.logs.setting import set_log

WEB_TIMEOUT_S = 60
DRAIN_S = 30
RECYCLE_REQUESTS = 2_000


def serve(deployment: Deployment, *, say: Callable[[Message], None]) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises InputError where database or address cannot be had."""
    set_log(deployment)
    require_free(deployment.bind)
    set_up()
    migrate()
    say(Message("serve_data", folder=deployment.data))
    link = first_administrator_link(deployment)
    if link:
        say(Message("serve_first", link=link))
    say(Message("serve_open", url=deployment.url))
    from django.db import connections

    connections.close_all()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keep_alive(
        child_commands(deployment),
        stop,
        lambda command, pid: say(Message("serve_process", name=command.name, pid=pid)),
    )


def require_free(bind: str) -> None:
    """Raises InputError where the address cannot be listened on, before anything is started."""
    host, colon, port = bind.rpartition(":")
    if not (colon and port.isdigit()):
        raise InputError(Message("bind_no_address", bind=bind))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        try:
            tried.bind((host.strip("[]"), int(port)))
        except (OSError, OverflowError) as error:
            raise InputError(Message("bind_taken", bind=bind, error=error)) from None


def first_administrator_link(deployment: Deployment) -> str:
    """The link that makes the first administrator, or nothing where there is one."""
    from notegrad.server.accounts.links import make_administrator_link
    from notegrad.server.models import User

    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return ""
    return deployment.url + make_administrator_link()


def child_commands(deployment: Deployment) -> tuple[ChildCommand, ...]:
    """The web processes, and the workers: one for two cores unless the deployment says otherwise."""
    workers = max(1, (os.cpu_count() or 2) // 2) if deployment.workers == "auto" else deployment.workers
    web = (
        *(sys.executable, "-P", "-m", "gunicorn", "notegrad.server.wsgi:application"),
        *("--bind", deployment.bind, "--workers", str(deployment.web_processes)),
        *(
            "--worker-class",
            "notegrad.server.commands.web_worker.DeadlineWorker",
            "--threads",
            str(deployment.web_threads),
        ),
        *("--timeout", str(WEB_TIMEOUT_S), "--graceful-timeout", str(DRAIN_S), "--no-control-socket"),
        *("--max-requests", str(RECYCLE_REQUESTS), "--max-requests-jitter", str(RECYCLE_REQUESTS // 4)),
        *("--log-level", "warning", "--logger-class", "notegrad.server.logs.gunicorn_lines.GunicornLines"),
    )
    grading = (sys.executable, "-P", "-m", "notegrad", "worker")
    return (
        ChildCommand(name="web", command=web),
        *(ChildCommand(name=f"worker {n}", command=grading) for n in range(1, workers + 1)),
    )
