"""The tables, a file a subject."""

from __future__ import annotations

from notegrad.server.models.assignment_rows import Assignment, BundleVersion, Extension, Hold, Regrade
from notegrad.server.models.audit import AuditEntry
from notegrad.server.models.blob import Blob
from notegrad.server.models.hand_ins import (
    AnonymousResult,
    ClassFile,
    ClassReport,
    HandIn,
    Override,
    Problem,
    Rehearsal,
    ResultVersion,
)
from notegrad.server.models.job import GradingWorker, Job
from notegrad.server.models.people import Course, Enrolment, Invitation, RemoteIdentity, Token, User

__all__ = [
    "AnonymousResult",
    "Assignment",
    "AuditEntry",
    "Blob",
    "BundleVersion",
    "ClassFile",
    "ClassReport",
    "Course",
    "Enrolment",
    "Extension",
    "GradingWorker",
    "HandIn",
    "Hold",
    "Invitation",
    "Job",
    "Override",
    "Problem",
    "Regrade",
    "Rehearsal",
    "RemoteIdentity",
    "ResultVersion",
    "Token",
    "User",
]
