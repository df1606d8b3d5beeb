"""Courses, links and people of platforms, and what they are here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from notegrad.lti.models.platform_rows import LtiPlatform
from notegrad.server.models import Assignment, Course, User

MEMBER_STATES = ("in", "gone")


class LtiIdentity(models.Model):
    """A person of a platform, by the platform's own number, and their account here; no e-mail address."""

    platform = models.ForeignKey(LtiPlatform, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="lti_identities")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["platform", "subject"], name="one_identity")]


class LtiContext(models.Model):
    """A course of a platform, connected with one of ours; several of theirs may share one of ours."""

    platform = models.ForeignKey(LtiPlatform, on_delete=models.CASCADE, related_name="contexts")
    deployment_id = models.CharField(max_length=255)
    context_id = models.CharField(max_length=255)
    title = models.CharField(max_length=200, default="")
    course = models.ForeignKey(Course, null=True, on_delete=models.SET_NULL, related_name="lti_contexts")
    members_url = models.URLField(max_length=1000, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "deployment_id", "context_id"], name="one_context")
        ]

    def __str__(self) -> str:
        return self.title or self.context_id


class LtiLink(models.Model):
    """A link in a platform's course, and the assignment that it opens; many may open the same.

    `line_item` is the gradebook's column as a launch named it, `found_item` one that was found or made by us;
    it is made only where `may_create_item` says so, by who has it until `column_until`.
    """

    context = models.ForeignKey(LtiContext, on_delete=models.CASCADE, related_name="links")
    resource_link_id = models.CharField(max_length=255)
    title = models.CharField(max_length=200, default="")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.SET_NULL, related_name="lti_links")
    line_item = models.URLField(max_length=1000, default="")
    line_items = models.URLField(max_length=1000, default="")
    found_item = models.URLField(max_length=1000, default="")
    scopes = models.JSONField(default=list)
    may_create_item = models.BooleanField(default=False)
    column_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["context", "resource_link_id"], name="one_resource_link")
        ]

    def __str__(self) -> str:
        return self.title or self.resource_link_id


class LtiMember(models.Model):
    """A person in a platform's course: there now, or gone by its last roster."""

    context = models.ForeignKey(LtiContext, on_delete=models.CASCADE, related_name="members")
    identity = models.ForeignKey(LtiIdentity, on_delete=models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=4, default="in", choices=[(state, state) for state in MEMBER_STATES])
    role = models.CharField(max_length=12, default="student")
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["context", "identity"], name="one_member")]


class RosterRun(models.Model):
    """A reading of a platform's roster: whom it added, who is gone, who was not taken in, and why."""

    context = models.ForeignKey(LtiContext, on_delete=models.CASCADE, related_name="roster_runs")
    state = models.CharField(max_length=8, default="waiting")  # waiting, done, partly, failed
    added = models.JSONField(default=list)
    gone = models.JSONField(default=list)
    failed = models.JSONField(default=list)
    kept = models.PositiveIntegerField(default=0)
    reason = models.JSONField(default=dict)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
