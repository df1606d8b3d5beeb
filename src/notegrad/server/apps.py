"""The application, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """The upload page; its tables begin with `server_`."""

    name = "notegrad.server"
    label = "server"
