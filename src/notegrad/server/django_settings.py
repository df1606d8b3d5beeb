"""Django's settings, all of them from the deployment."""

from __future__ import annotations

import os

from notegrad.server.configuration import database_of, read_deployment, secret_key_of
from notegrad.server.logs.setting import log_setting
from notegrad.server.sso import allauth_settings

DEPLOYMENT = read_deployment(os.environ)

SECRET_KEY = secret_key_of(DEPLOYMENT)
DEBUG = False
ALLOWED_HOSTS = DEPLOYMENT.allowed_hosts
ROOT_URLCONF = "notegrad.server.urls"
WSGI_APPLICATION = "notegrad.server.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "server.User"
DATABASES = {"default": database_of(DEPLOYMENT)}

INSTALLED_APPS = [
    "notegrad.server.apps.ServerConfig",
    "notegrad.lti.lti_application.LtiConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
]
MIDDLEWARE = [
    "notegrad.server.middleware.request_id",
    "notegrad.server.middleware.client_addresses",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "notegrad.server.middleware.policies",
    "notegrad.lti.frames.partitioned_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "notegrad.server.middleware.bearer_tokens",
    "notegrad.server.request_rates.request_rates",
    "notegrad.lti.frames.framing",
    "notegrad.server.middleware.request_limits",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
            "builtins": ["notegrad.server.templatetags.saying"],
        },
    }
]

# dates are kept in UTC and shown in the course's zone
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a whole class may sit behind one address
AXES_LOCKOUT_CALLABLE = "notegrad.server.accounts.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # who signed in when, and from where, is nobody's business
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
# in the frame of a learning platform a cookie must say None; it is partitioned there (lti/frames.py)
SESSION_COOKIE_SAMESITE = "None" if DEPLOYMENT.is_https else "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DEPLOYMENT.is_https
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "notegrad.server.faults.csrf_failure"
CSRF_TRUSTED_ORIGINS = [DEPLOYMENT.url] if DEPLOYMENT.is_https else []
IS_BEHIND_PROXY = DEPLOYMENT.is_https  # this server speaks plain HTTP itself
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = DEPLOYMENT.is_https
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if DEPLOYMENT.is_https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# other names of the same domain belong to other people: their policy is not ours to set
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

REQUESTS_PER_PERSON = DEPLOYMENT.requests_per_person
REQUESTS_PER_ADDRESS = DEPLOYMENT.requests_per_address
METRICS_TOKEN = DEPLOYMENT.metrics_token
EMAIL_HOST, EMAIL_PORT = DEPLOYMENT.smtp_host, DEPLOYMENT.smtp_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = DEPLOYMENT.smtp_user, DEPLOYMENT.smtp_password
EMAIL_USE_TLS, EMAIL_USE_SSL = DEPLOYMENT.smtp_security == "starttls", DEPLOYMENT.smtp_security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = DEPLOYMENT.mail_from

REMOTE_USER_HEADER = DEPLOYMENT.remote_user_header
REMOTE_NAME_HEADER = DEPLOYMENT.remote_name_header
REMOTE_PROVIDER = DEPLOYMENT.remote_provider
PROXY_ADDRESSES = DEPLOYMENT.proxy_addresses
if REMOTE_USER_HEADER:
    AUTHENTICATION_BACKENDS.append("notegrad.server.sso.remote_user.ProxyBackend")
if DEPLOYMENT.sso:
    INSTALLED_APPS.extend(allauth_settings.APPS)
    MIDDLEWARE.extend(allauth_settings.MIDDLEWARE)
    AUTHENTICATION_BACKENDS.append(allauth_settings.BACKEND)
    globals().update(allauth_settings.settings_of(DEPLOYMENT))
PUBLIC_URL = DEPLOYMENT.url
LTI_PRIVATE_HOSTS = DEPLOYMENT.lti_private_hosts
# forms that a platform's page sends here: their own signature proves them
CROSS_SITE_PATHS = ("/lti/login/", "/lti/launch/")

UPLOAD_BYTES = DEPLOYMENT.upload_mb * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # fields; files are limited by the whole request
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = log_setting(DEPLOYMENT)
