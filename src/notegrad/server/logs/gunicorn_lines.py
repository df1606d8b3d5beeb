"""The log of gunicorn itself, which goes where all other lines go."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.glogging import Logger

from notegrad.server.configuration import read_deployment
from notegrad.server.logs.setting import set_log


class GunicornLines(Logger):
    """A logger of gunicorn without handlers of its own; it writes no line for each request."""

    def setup(self, cfg: Any) -> None:
        """Set the log of this process, and let gunicorn's lines go through it."""
        set_log(read_deployment(os.environ))
        self.error_log.propagate = True
        self.error_log.setLevel(self.LOG_LEVELS.get(cfg.loglevel.lower(), self.error_log.level))
        self.access_log.disabled = True
