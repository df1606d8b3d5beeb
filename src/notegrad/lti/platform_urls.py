"""Every route of learning platforms."""

from __future__ import annotations

from django.urls import path

from notegrad.lti.platform_pages import (
    connected_courses,
    deep_linking,
    launch_choice,
    launching,
    register_page,
    registering,
    scores_page,
)

_COURSE = "courses/<slug:course>/platforms/"
_ASSIGNMENT = "courses/<slug:course>/assignments/<slug:slug>/"

urlpatterns = [
    # platforms, and those who come from them
    path("lti/keys.json", launching.keys, name="lti_keys"),
    path("lti/login/", launching.login, name="lti_login"),
    path("lti/launch/", launching.launch, name="lti_launch"),
    path("lti/canvas.json", register_page.canvas, name="lti_canvas"),
    path("lti/register/", registering.register, name="lti_register"),
    path("lti/link/", launch_choice.link, name="lti_link"),
    path("lti/connect/", launch_choice.connect, name="lti_connect"),
    path("lti/deep-linking/", deep_linking.choose, name="lti_deep_linking"),
    # staff
    path(_COURSE, connected_courses.course, name="lti_course"),
    path(f"{_COURSE}<int:context>/roster/", connected_courses.read_roster, name="lti_roster"),
    path(f"{_COURSE}<int:context>/disconnect/", connected_courses.disconnect, name="lti_disconnect"),
    path(f"{_COURSE}links/<int:link>/", connected_courses.change_link, name="lti_change_link"),
    path(f"{_ASSIGNMENT}scores-sent/", scores_page.passbacks, name="lti_scores"),
    path(f"{_ASSIGNMENT}scores-sent/again/", scores_page.send_again, name="lti_again"),
    # administrators
    path("platforms/", register_page.platforms, name="lti_platforms"),
    path("platforms/new/", register_page.new_platform, name="lti_new_platform"),
    path("platforms/invitation/", registering.invite, name="lti_invite"),
    path("platforms/keys/", register_page.change_keys, name="lti_change_keys"),
    path("platforms/<int:number>/", register_page.platform, name="lti_platform"),
]
