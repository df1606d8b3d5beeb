"""Settings of django-allauth for the providers that the deployment names."""

from __future__ import annotations

from typing import Any

from notegrad.server.configuration import Deployment, SignInProvider

APPS = (
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
)
MIDDLEWARE = (
    "allauth.account.middleware.AccountMiddleware",
    "notegrad.server.sso.provider_faults.ProviderFaults",
)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def settings_of(deployment: Deployment) -> dict[str, Any]:
    """Django's settings with which these providers sign people in, and nothing else of allauth's is there."""
    return {
        "ACCOUNT_ADAPTER": "notegrad.server.sso.allauth_adapters.AccountAdapter",
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*"],
        "SOCIALACCOUNT_ADAPTER": "notegrad.server.sso.allauth_adapters.SocialAdapter",
        "SOCIALACCOUNT_AUTO_SIGNUP": True,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_EMAIL_REQUIRED": False,
        "SOCIALACCOUNT_QUERY_EMAIL": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": True,  # a form's redirect to the provider would break the page's policy
        "SOCIALACCOUNT_PROVIDERS": {
            "openid_connect": {"APPS": [_oidc(line) for line in deployment.sso if line.kind == "oidc"]},
            "saml": {"APPS": [_saml(line) for line in deployment.sso if line.kind == "saml"]},
        },
    }


def _oidc(line: SignInProvider) -> dict[str, Any]:
    return {
        "provider_id": line.id,
        "name": line.name,
        "client_id": line.client_id,
        "secret": line.secret,
        "settings": {"server_url": line.server_url, "oauth_pkce_enabled": True},
    }


def _saml(line: SignInProvider) -> dict[str, Any]:
    return {
        "provider_id": line.entity_id,
        "name": line.name,
        "client_id": line.id,
        "settings": {
            "attribute_mapping": {"uid": line.subject_attribute, "name": line.name_attribute},
            "idp": {"entity_id": line.entity_id, "metadata_url": line.metadata_url},
            "advanced": {"want_assertion_signed": True, "reject_idp_initiated_sso": True},
        },
    }
