"""The application, as Django knows it: it adds its jobs to the worker's, and watches for new scores."""

from __future__ import annotations

from django.apps import AppConfig


class LtiConfig(AppConfig):
    """Learning platforms; their tables begin with `lti_`."""

    name = "notegrad.lti"
    label = "lti"

    def ready(self) -> None:
        """Connect jobs and signals, once the tables are known."""
        from notegrad.lti import score_triggers
        from notegrad.lti.platform_data import platform_data
        from notegrad.lti.platform_jobs import register_jobs
        from notegrad.server.privacy.further_data import bring

        register_jobs()
        bring(platform_data())
        score_triggers.connect()
