"""Every route of the upload page."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from notegrad.server.accounts import tokens_page
from notegrad.server.accounts.invitation import invitation
from notegrad.server.accounts.sign_in import account, choose_language, sign_in, sign_out
from notegrad.server.api import api
from notegrad.server.mail import email_pages
from notegrad.server.operation import operation_page
from notegrad.server.privacy import data_pages
from notegrad.server.sso import remote_user
from notegrad.server.staff import (
    audit_page,
    class_page,
    class_report,
    courses,
    decisions,
    extensions_page,
    gradebook_page,
    manage,
    overriding,
    preview_page,
    regrading,
    roster_page,
    uploading,
)
from notegrad.server.student import assignment_page, attempt_page, home, problems
from notegrad.server.style_sheet import health, style_sheet

_COURSE = "courses/<slug:course>/"
_ASSIGNMENT = f"{_COURSE}assignments/<slug:slug>/"
_ATTEMPT = "attempts/<int:number>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("health", health, name="health"),
    path("style-<slug:digest>.css", style_sheet, name="style"),
    # accounts
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("language/", choose_language, name="language"),
    path("account/", account, name="account"),
    path("password/", email_pages.forgotten, name="forgotten"),
    path("account/email/", email_pages.email, name="email"),
    path("account/email/<str:token>/", email_pages.confirm_email, name="confirm_email"),
    path("sign-in/remote/", remote_user.remote_sign_in, name="remote_sign_in"),
    path("account/tokens/", tokens_page.tokens, name="tokens"),
    path("invitation/<str:token>/", invitation, name="invitation"),
    # programs
    path("api/", api.urls),
    # students
    path(_COURSE, home.course, name="course"),
    path(_ASSIGNMENT, assignment_page.assignment, name="assignment"),
    path(f"{_ASSIGNMENT}upload/", assignment_page.upload, name="upload"),
    path(_ATTEMPT, attempt_page.attempt, name="attempt"),
    path(f"{_ATTEMPT}state/", attempt_page.attempt_state, name="attempt_state"),
    path(f"{_ATTEMPT}file/", attempt_page.handed_in_file, name="file"),
    path(f"{_ATTEMPT}receipt/", attempt_page.receipt, name="receipt"),
    path(f"{_ATTEMPT}problem/", problems.signal, name="signal"),
    path(f"{_ATTEMPT}problem/<int:problem>/", problems.answer, name="answer"),
    path(f"{_ATTEMPT}feedback/", attempt_page.feedback, name="feedback"),
    # staff
    path("new-course/", courses.new_course, name="new_course"),
    path(f"{_COURSE}people/", courses.people, name="people"),
    path(f"{_COURSE}people/list/", roster_page.roster, name="roster"),
    path(f"{_COURSE}people/list/links/", roster_page.roster_links, name="roster_links"),
    path(f"{_COURSE}people/<int:user>/", courses.person, name="person"),
    path(f"{_COURSE}new-assignment/", courses.new_assignment, name="new_assignment"),
    path(f"{_ASSIGNMENT}manage/", manage.manage, name="manage"),
    path(f"{_ASSIGNMENT}preview/", preview_page.preview, name="preview"),
    path(f"{_ASSIGNMENT}bundle/", manage.new_bundle, name="new_bundle"),
    path(f"{_ASSIGNMENT}publish/", manage.publish, name="publish"),
    path(f"{_ASSIGNMENT}class/", class_page.class_page, name="class"),
    path(f"{_ASSIGNMENT}gradebook/", gradebook_page.gradebook, name="gradebook"),
    path(f"{_ASSIGNMENT}gradebook/own/", gradebook_page.own_file, name="own_file"),
    path(f"{_ASSIGNMENT}gradebook/filled/<int:file>/", gradebook_page.filled, name="filled"),
    path(f"{_ASSIGNMENT}gradebook/pages/", gradebook_page.make_pages, name="make_pages"),
    path(f"{_ASSIGNMENT}files/<int:file>/", gradebook_page.class_file, name="class_file"),
    path(f"{_ASSIGNMENT}extensions/", extensions_page.extensions, name="extensions"),
    path(f"{_ASSIGNMENT}report/", class_report.class_report, name="report"),
    path(f"{_ASSIGNMENT}report/make/", class_report.make_report, name="make_report"),
    path(f"{_ASSIGNMENT}class/<int:user>/", class_page.student, name="student"),
    path(f"{_ASSIGNMENT}class/<int:user>/decide/", decisions.decide, name="decide"),
    path(f"{_ASSIGNMENT}class/<int:user>/upload/", uploading.staff_upload, name="staff_upload"),
    path(f"{_ASSIGNMENT}class/<int:user>/hold/", decisions.hold, name="hold"),
    path(f"{_ASSIGNMENT}regrade/", regrading.try_regrade, name="try_regrade"),
    path(f"{_ASSIGNMENT}regrade/<int:regrade>/", regrading.regrade, name="regrade"),
    path(f"{_ASSIGNMENT}regrade/<int:regrade>/end/", regrading.end_regrade, name="end_regrade"),
    path(f"{_ATTEMPT}again/", class_page.grade_again, name="grade_again"),
    path(f"{_ATTEMPT}override/", overriding.override, name="override"),
    path(f"{_COURSE}audit/", audit_page.audit, name="audit"),
    # operation
    path("operation/", operation_page.operation, name="operation"),
    path("operation/jobs/<int:job>/again/", operation_page.job_again, name="job_again"),
    path("metrics", operation_page.metrics, name="metrics"),
    # data of persons
    path(f"{_COURSE}data/", data_pages.course_data, name="course_data"),
    path(f"{_COURSE}people/<int:user>/data/", data_pages.person_data, name="person_data"),
    path(f"{_COURSE}people/<int:user>/data/export/", data_pages.export_person, name="export_person"),
    path(f"{_COURSE}people/<int:user>/data/delete/", data_pages.delete_of_person, name="delete_person"),
    # learning platforms
    path("", include("notegrad.lti.platform_urls")),
]

if settings.DEPLOYMENT.sso:
    urlpatterns += [
        path("sso/", include("notegrad.server.sso.allauth_urls")),
    ]

handler400 = "notegrad.server.faults.bad_request"
handler403 = "notegrad.server.faults.denied"
handler404 = "notegrad.server.faults.not_found"
handler500 = "notegrad.server.faults.our_fault"
