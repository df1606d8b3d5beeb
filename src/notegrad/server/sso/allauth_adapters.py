"""Adapters for django-allauth: nobody is matched by e-mail, nobody signs up but through a provider."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from notegrad.server.faults import refusal_page
from notegrad.server.sso.new_people import free_login


@receiver(pre_save, sender=SocialAccount)
def keep_no_claims(instance: SocialAccount, **_: Any) -> None:
    """Keep who a person is there, and nothing else that the provider tells of them at each sign-in."""
    instance.extra_data = {}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: those of this page are made by invitation, and never by allauth."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account with a password there."""
        del request
        return False

    def add_message(self, *_: Any, **__: Any) -> None:
        """Say nothing: pages say it themselves."""


class SocialAdapter(DefaultSocialAccountAdapter):
    """People of providers: identity is (provider, subject), and each new one is a new account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Who comes through a provider has an account."""
        del request, sociallogin
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Forget addresses before they are compared with anybody's."""
        del request
        sociallogin.email_addresses = []

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The name as the provider says it; no address is kept, since none was confirmed here."""
        del request
        user = sociallogin.user
        given = " ".join(str(data.get(part) or "") for part in ("first_name", "last_name")).strip()
        user.name = (str(data.get("name") or "") or given)[:150]
        user.username = free_login(sociallogin.account.provider, str(sociallogin.account.uid))
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """Keep the person, without a password; in one transaction with the identity."""
        del form
        sociallogin.user.set_unusable_password()
        sociallogin.save(request)
        return sociallogin.user

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Refuses with our own sentence; raises allauth's way of answering at once."""
        from allauth.core.exceptions import ImmediateHttpResponse

        response: HttpResponse = refusal_page(request, 403, "sso_refused")
        raise ImmediateHttpResponse(response)
