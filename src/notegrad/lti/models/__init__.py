"""The tables of learning platforms, a file a subject."""

from __future__ import annotations

from notegrad.lti.models.connections import LtiContext, LtiIdentity, LtiLink, LtiMember, RosterRun
from notegrad.lti.models.passback_rows import Passback
from notegrad.lti.models.platform_rows import LtiKey, LtiLogin, LtiPlatform

__all__ = [
    "LtiContext",
    "LtiIdentity",
    "LtiKey",
    "LtiLink",
    "LtiLogin",
    "LtiMember",
    "LtiPlatform",
    "Passback",
    "RosterRun",
]
