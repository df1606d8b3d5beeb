"""People and courses: who is who, and which part each person has in which course."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now

ROLES = ("student", "assistant", "teacher")


class User(AbstractUser):
    """A person; `is_superuser` makes an administrator of the whole page. Nobody is matched by e-mail."""

    name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return self.name or self.get_username()


class Course(models.Model):
    """A course; `language` and `time_zone` are those in which it speaks to its students.

    What it holds about people is deleted `retention_days` after `ends_on`, where both are set.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default="fr")
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    ends_on = models.DateField(null=True, blank=True)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.title


class Enrolment(models.Model):
    """A person's part in a course; leaving makes it inactive, and deletes nothing.

    `number`, `email`, `login` and `group` are as the course's list says: they identify in files, and are no
    account's.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolments")
    role = models.CharField(max_length=12, choices=[(role, role) for role in ROLES])
    source = models.CharField(max_length=20, default="invitation")
    number = models.CharField(max_length=100, default="")
    email = models.CharField(max_length=254, default="")
    login = models.CharField(max_length=150, default="")
    group = models.CharField(max_length=100, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "user"], name="one_enrolment")]


class RemoteIdentity(models.Model):
    """A person as a reverse proxy names them: (provider, subject), never an e-mail address."""

    provider = models.CharField(max_length=60)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="remote_identities")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "subject"], name="one_remote_identity")
        ]


class Token(models.Model):
    """A token with which a program acts for a person through the API; only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())


class Invitation(models.Model):
    """A link that makes an account, or enrols one, or gives one a new password; only its hash is kept.

    Without a course it makes an administrator; with `user` it sets that person's password, and with both it
    is the link of one person of a course's list, who may also take the place with an account that is there
    already. `uses_left` None: as often as wanted until it expires.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="password_links")
    role = models.CharField(max_length=12, default="student")
    uses_left = models.PositiveIntegerField(null=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
