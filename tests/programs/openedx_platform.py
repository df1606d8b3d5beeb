"""Open edX's platform code (lti-consumer-xblock) in a plain Django: `python -m tests.programs.openedx_platform TOOL FOLDER`.

Its views, models, services and checks are the package's own; what the LMS around them would give (courses,
enrolments, the gradebook) is replaced below. It writes its port into FOLDER/port, and shows what it holds at
/state.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

LOCATION = "block-v1:Lyon+IA+2026+type@lti_consumer+block@tp0"
PEOPLE = {
    1: ("ana", "Ana Élève", "student"),
    2: ("bob", "Bob B.", "student"),
    3: ("theo", "Théo P.", "staff"),
}
grades: list[tuple[str, float, float]] = []
gone: set[int] = set()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def set_up(url: str, folder: Path) -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="platform" * 8,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "openedx.sqlite3")}
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "config_models",
            "waffle",
            "lti_consumer",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            "edx_django_utils.cache.middleware.TieredCacheMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        LTI_API_BASE=url,
        LTI_BASE=url,
        LMS_ROOT_URL=url,
        LMS_BASE=url.partition("//")[2],
        PLATFORM_NAME="Open edX d’essai",
        FEATURES={},
        USE_TZ=True,
    )
    django.setup()
    replace_the_lms()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)


def replace_the_lms() -> None:
    """What the rest of Open edX gives to this package, without it."""
    from lti_consumer.plugin import compat, views

    block = SimpleNamespace(
        weight=1.0,
        display_name="TP 0",
        has_score=True,
        accept_grades_past_due=True,
        is_past_due=lambda: False,
        max_score=lambda: 1.0,
        scope_ids=SimpleNamespace(usage_id=LOCATION, user_id=None),
        lti_1p3_passport_id="",
        set_user_module_score=lambda user, score, most, _comment: grades.append((user, score, most)),
    )
    members = {
        number: {
            "id": number,
            "username": name,
            "email": f"{name}@example.org",
            "name": whole,
            "roles": ["student"] if role == "student" else ["staff"],
        }
        for number, (name, whole, role) in PEOPLE.items()
    }
    compat.load_enough_xblock = lambda _location: block
    compat.load_block_as_user = lambda _location: block
    compat.save_xblock = lambda _block: None
    compat.get_user_from_external_user_id = lambda external: external
    compat.user_has_studio_write_access = lambda *_: True
    compat.user_course_access = compat.user_has_access = lambda *_, **__: True
    compat.get_course_by_id = lambda key: SimpleNamespace(id=key)
    compat.get_course_members = lambda _key: {n: dict(m) for n, m in members.items() if n not in gone}
    compat.merge_course_forum_roles = lambda _course, found: found
    compat.nrps_pii_disallowed = lambda: False
    compat.batch_get_or_create_externalids = lambda _users: {
        number: SimpleNamespace(external_user_id=f"ext-{name}") for number, (name, *_) in PEOPLE.items()
    }
    views.get_lti_pii_sharing_state_for_course = lambda _key: True


def register(tool: str) -> Any:
    from lti_consumer.models import Lti1p3Passport, LtiConfiguration
    from opaque_keys.edx.keys import UsageKey

    passport = Lti1p3Passport.objects.create(lti_1p3_tool_keyset_url=f"{tool}/lti/keys.json")
    configuration = LtiConfiguration.objects.create(
        version="lti_1p3",
        config_store="CONFIG_ON_DB",
        location=UsageKey.from_string(LOCATION),
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=f"{tool}/lti/login/",
        lti_1p3_launch_url=f"{tool}/lti/launch/",
        lti_advantage_ags_mode="programmatic",
        lti_advantage_enable_nrps=True,
        lti_advantage_deep_linking_enabled=True,
        lti_advantage_deep_linking_launch_url=f"{tool}/lti/launch/",
    )
    passport._generate_lti_1p3_keys_if_missing()
    return configuration


def start(request: Any) -> Any:
    """Where the LMS's page would send a person who clicks the link."""
    from django.http import HttpResponseRedirect
    from lti_consumer.api import get_lti_1p3_content_url, get_lti_1p3_launch_start_url
    from lti_consumer.data import Lti1p3LaunchData

    number = int(request.GET["who"])
    name, whole, role = PEOPLE[number]
    data = Lti1p3LaunchData(
        user_id=number,
        user_role=role,
        config_id=configuration().config_id,
        resource_link_id=LOCATION,
        external_user_id=f"ext-{name}",
        name=whole,
        email=f"{name}@example.org",
        context_id="course-v1:Lyon+IA+2026",
        context_type=["course_offering"],
        context_title="IA à Lyon",
    )
    if request.GET.get("deep"):
        return HttpResponseRedirect(get_lti_1p3_launch_start_url(data, deep_link_launch=True))
    return HttpResponseRedirect(get_lti_1p3_content_url(data))


def configuration() -> Any:
    from lti_consumer.models import LtiConfiguration

    return LtiConfiguration.objects.get()


def state(request: Any) -> Any:
    """What the platform holds; `gone` takes somebody out of its course."""
    from django.http import JsonResponse
    from lti_consumer.models import LtiAgsLineItem, LtiAgsScore, LtiDlContentItem

    if "gone" in request.GET:
        gone.add(int(request.GET["gone"]))
    scores = LtiAgsScore.objects.order_by("pk").values(
        "user_id", "score_given", "score_maximum", "grading_progress"
    )
    items = LtiAgsLineItem.objects.values("label", "resource_id", "score_maximum")
    return JsonResponse(
        {
            "client_id": configuration().lti_1p3_client_id,
            "passport": str(configuration().lti_1p3_passport.passport_id),
            "grades": grades,
            "scores": list(scores),
            "items": list(items),
            "links": [item.attributes for item in LtiDlContentItem.objects.all()],
        }
    )


def routes() -> list[Any]:
    from django.urls import include, path

    return [
        path("start", start),
        path("state", state),
        path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer")),
    ]


if __name__ == "__main__":
    tool, folder = sys.argv[1], Path(sys.argv[2])
    server = make_server("127.0.0.1", 0, lambda *_: [b""], server_class=Threads, handler_class=Quiet)
    set_up(f"http://127.0.0.1:{server.server_port}", folder)
    register(tool)
    urlpatterns = routes()
    from django.core.wsgi import get_wsgi_application

    server.set_app(get_wsgi_application())
    (folder / "port.new").write_text(json.dumps(server.server_port))
    (folder / "port.new").rename(folder / "port")
    server.serve_forever()
