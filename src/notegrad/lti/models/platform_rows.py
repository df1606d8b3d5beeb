"""Platforms as an administrator registers them, our own keys, and logins that are under way."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class LtiPlatform(models.Model):
    """A platform: one registration of this page there, named by issuer and client id.

    `deployment_ids` and `frame_origins` hold one entry a line. `key_set` is what the platform published at
    `key_set_at`. With `teachers_may_create` a teacher who comes from there may make a course here.
    """

    name = models.CharField(max_length=100)
    issuer = models.CharField(max_length=255)
    client_id = models.CharField(max_length=255)
    deployment_ids = models.TextField()
    login_url = models.URLField(max_length=500)
    token_url = models.URLField(max_length=500)
    key_set_url = models.URLField(max_length=500)
    audience = models.CharField(max_length=500, default="", blank=True)
    frame_origins = models.TextField(default="", blank=True)
    teachers_may_create = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    key_set = models.JSONField(default=dict)
    key_set_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "client_id"], name="one_registration")
        ]
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def deployments(self) -> set[str]:
        """The ids of the deployments that are known."""
        return {line.strip() for line in self.deployment_ids.splitlines() if line.strip()}


class LtiKey(models.Model):
    """A key pair of ours: platforms read its public half, the private one signs; withdrawn, neither."""

    private_pem = models.TextField()
    public_pem = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)


class LtiLogin(models.Model):
    """A login that a browser has begun: its state, its nonce, and what would begin it again; used up once."""

    state = models.CharField(max_length=64, unique=True)
    nonce = models.CharField(max_length=64, unique=True)
    platform = models.ForeignKey(LtiPlatform, on_delete=models.CASCADE, related_name="logins")
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    used_at = models.DateTimeField(null=True)
