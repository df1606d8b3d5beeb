"""The routes of django-allauth that its providers need; what they lead back to are pages of ours."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

_TO_SIGN_IN = RedirectView.as_view(pattern_name="sign_in")
_ELSEWHERE = (
    "account_login",
    "account_signup",
    "account_inactive",
    "account_logout",
    "account_reauthenticate",
)

urlpatterns = [
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("", include("allauth.socialaccount.providers.saml.urls")),
    *(path(f"{name}/", _TO_SIGN_IN, name=name) for name in _ELSEWHERE),
    path("signup/", _TO_SIGN_IN, name="socialaccount_signup"),
    path("connections/", _TO_SIGN_IN, name="socialaccount_connections"),
    path("cancelled/", _TO_SIGN_IN, name="socialaccount_login_cancelled"),
    path("error/", _TO_SIGN_IN, name="socialaccount_login_error"),
]
