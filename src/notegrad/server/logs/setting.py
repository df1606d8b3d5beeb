"""The setting of the log, as logging.config takes it; the same for web processes, workers and commands."""

from __future__ import annotations

import logging.config
from typing import Any

from notegrad.server.configuration import Deployment

FORMATTERS = {"plain": "PlainLines", "json": "ObjectLines"}


def log_setting(deployment: Deployment) -> dict[str, Any]:
    """The setting: everything to stderr, of ours from INFO, of libraries from WARNING."""
    formatter = f"notegrad.server.logs.lines.{FORMATTERS[deployment.log_format]}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"notegrad.server": {"level": "INFO"}, "notegrad.lti": {"level": "INFO"}},
    }


def set_log(deployment: Deployment) -> None:
    """Write log lines as the deployment says, from now on."""
    logging.config.dictConfig(log_setting(deployment))
