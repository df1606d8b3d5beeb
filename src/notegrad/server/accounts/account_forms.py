"""The forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from notegrad.server.models import User
from notegrad.server.spoken_form import SpokenForm


def _password(autocomplete: str) -> forms.CharField:
    return forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": autocomplete})
    )


class SignInForm(SpokenForm):
    """Who wants in."""

    username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = _password("current-password")


class NewPasswordForm(SpokenForm):
    """A new password; pasted and long ones are welcome."""

    new_password = _password("new-password")

    def __init__(self, *args: Any, user: User | None = None, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Refuses passwords that are short, common, or the person's own name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        person = self.user or User(username=data.get("username", ""), name=data.get("name", ""))
        if password := data.get("new_password"):
            try:
                password_validation.validate_password(password, person)
            except ValidationError as error:
                self.add_error("new_password", error)
        return data


class NewAccountForm(NewPasswordForm):
    """A new account."""

    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    username = forms.CharField(
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("name", "username", "new_password")

    def clean_username(self) -> str:
        """Refuses a name that is taken, in whatever case."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            self.refuse("username", "account_name_taken")
        return username


class ChangePasswordForm(NewPasswordForm):
    """A new password for who knows the old one."""

    password = _password("current-password")
    field_order = ("password", "new_password")

    def clean_password(self) -> str:
        """Refuses where the old one is wrong."""
        password: str = self.cleaned_data["password"]
        if self.user is None or not self.user.check_password(password):
            self.refuse("password", "account_wrong_password")
        return password
