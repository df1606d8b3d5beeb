"""The check-up of a deployment: what works here, tried and not guessed; the rows of `doctor --server`."""

from __future__ import annotations

import shutil
import smtplib
import ssl
import stat
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now

from notegrad.messages import Message
from notegrad.sandbox.outside.checkup import Check, Verdict
from notegrad.server.configuration import KEY_FILE, Deployment
from notegrad.server.operation import postgres_dump
from notegrad.server.operation.queue_state import failed_jobs, queue_numbers

MIN_FREE_MB = 2_000
MAX_SKEW_S = 5.0
PATIENCE_S = 8.0
LONG_WAIT_S = 600.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ServerCheckup:
    """The check-up of one deployment; each method is a row, or none where there is nothing to check."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    def rows(self) -> Iterator[Check]:
        """The rows; those that need tables come only where the tables are there."""
        yield self.address()
        yield self.secrets()
        yield self.disk()
        database = self.database()
        yield database
        if database.verdict == "FAIL":
            return
        yield self.clock()
        yield self.backups()
        yield self.workers()
        yield self.failed()
        yield self.page()
        yield self.letters()

    def said(self, row: str, verdict: Verdict, key: str, /, **facts: object) -> Check:
        """A row: the sentence `checkup_KEY`, and where it is no pass `checkup_KEY_fix`."""
        meaning = Message(f"checkup_{key}", **facts)
        fix = None if verdict in ("PASS", "SKIPPED") else Message(f"checkup_{key}_fix", **facts)
        return Check(name=row, verdict=verdict, meaning=meaning, fix=fix)

    def address(self) -> Check:
        """Whether what people type is protected by TLS."""
        url = self.deployment.url
        if self.deployment.is_https:
            return self.said("address", "PASS", "https", url=url)
        if urlsplit(url).hostname in LOOPBACK:
            return self.said("address", "PASS", "loopback", url=url)
        return self.said("address", "CAUTION", "plain_http", url=url)

    def secrets(self) -> Check:
        """Whether others on this machine can read the key or the data."""
        folder = Path(self.deployment.data)
        readable = [
            path
            for path in (folder, folder / KEY_FILE)
            if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
        ]
        if readable:
            names = " ".join(map(str, readable))
            return self.said("secrets", "FAIL", "secrets_readable", files=names)
        return self.said("secrets", "PASS", "secrets_kept", folder=folder)

    def disk(self) -> Check:
        """Whether the disk of the data folder has room."""
        free_mb = shutil.disk_usage(self.deployment.data).free // 1_000_000
        enough = free_mb >= MIN_FREE_MB
        return self.said(
            "disk", "PASS" if enough else "CAUTION", "disk", megabytes=free_mb, wanted=MIN_FREE_MB
        )

    def database(self) -> Check:
        """Whether the database answers, with the tables of this version."""
        try:
            with connection.cursor() as cursor:
                question = (
                    "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
                )
                cursor.execute(question)
                version = str(cursor.fetchone()[0]).partition(" ")[0]
        except DatabaseError as error:
            return self.said("database", "FAIL", "database_silent", why=" ".join(str(error).split()))
        executor = MigrationExecutor(connection)
        facts = {"name": connection.display_name, "version": version}
        if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return self.said("database", "FAIL", "database_old", count=len(missing), **facts)
        return self.said("database", "PASS", "database", **facts)

    def clock(self) -> Check:
        """Whether this machine and the database have the same time: dates and leases are the database's."""
        there = MigrationRecorder.Migration.objects.annotate(now=Now()).values_list("now", flat=True)[0]
        skew_s = abs((datetime.now(UTC) - there).total_seconds())
        verdict: Verdict = "PASS" if skew_s <= MAX_SKEW_S else "CAUTION"
        return self.said("clock", verdict, "clock", seconds=f"{skew_s:.1f}")

    def backups(self) -> Check:
        """Whether a backup can be made here: a PostgreSQL needs a client that is not older than it."""
        if connection.vendor == "sqlite":
            return self.said("backup", "PASS", "backup_here")
        try:
            told = subprocess.run(
                (postgres_dump.DUMP, "--version"), capture_output=True, text=True, check=False
            ).stdout
        except FileNotFoundError:
            return self.said("backup", "CAUTION", "backup_no_client")
        client = int(next((word for word in told.split() if word[0].isdigit()), "0").partition(".")[0])
        server = connection.pg_version // 10_000
        if client < server:
            return self.said("backup", "CAUTION", "backup_old_client", client=client, server=server)
        return self.said("backup", "PASS", "backup_here")

    def workers(self) -> Check:
        """Whether somebody grades, for each queue in which jobs wait."""
        numbers = queue_numbers()
        alone = sorted(name for name in numbers.oldest_wait_s if not numbers.workers.get(name))
        if alone or not numbers.workers.get("cpu"):
            return self.said("workers", "CAUTION", "workers_none", queues=", ".join(alone) or "cpu")
        oldest_s = max(numbers.oldest_wait_s.values(), default=0.0)
        verdict: Verdict = "PASS" if oldest_s <= LONG_WAIT_S else "CAUTION"
        return self.said(
            "workers", verdict, "workers", count=sum(numbers.workers.values()), seconds=round(oldest_s)
        )

    def failed(self) -> Check:
        """Whether jobs failed for good."""
        count = failed_jobs().count()
        return self.said(
            "jobs", "CAUTION" if count else "PASS", "jobs_failed" if count else "jobs", count=count
        )

    def page(self) -> Check:
        """Whether the page answers at the address that people type, through the proxy where there is one."""
        url = f"{self.deployment.url}/health"
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - the operator's own address
                body, status = answer.read(1_000).decode("utf-8", "replace"), answer.status
        except (urllib.error.URLError, OSError, ValueError) as error:
            why = " ".join(str(getattr(error, "reason", "") or error).split())
            return self.said("page", "CAUTION", "page_silent", url=url, why=why)
        if status != 200 or "ok" not in body:
            return self.said("page", "CAUTION", "page_silent", url=url, why=status)
        return self.said("page", "PASS", "page", url=url)

    def letters(self) -> Check:
        """Whether the mail server takes our name and password; no letter is sent."""
        known = self.deployment
        if not known.smtp_host:
            return self.said("letters", "SKIPPED", "letters_off")
        try:
            with _mail_server(known) as server:
                if known.smtp_user:
                    server.login(known.smtp_user, known.smtp_password)
        except (OSError, smtplib.SMTPException) as error:
            why = " ".join(str(error).split())
            return self.said("letters", "CAUTION", "letters_refused", host=known.smtp_host, why=why)
        return self.said("letters", "PASS", "letters", host=known.smtp_host)


def _mail_server(known: Deployment) -> Any:
    address = known.smtp_host, known.smtp_port
    if known.smtp_security == "tls":
        return smtplib.SMTP_SSL(*address, timeout=PATIENCE_S, context=ssl.create_default_context())
    server = smtplib.SMTP(*address, timeout=PATIENCE_S)
    if known.smtp_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
