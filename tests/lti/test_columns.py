"""Columns of gradebooks: found by both names, made only when wanted, and each link's students in its own."""

from __future__ import annotations

from tests.lti.test_scores_sent import decide, enter
from tests.support.lti_platform import AGS, CLAIM, TEACHER
from tests.support.server_world import grade_all, notebook


def test_a_column_is_found_by_both_names_and_made_only_when_wanted(connected, browse, school, do_jobs):
    """Another link's column of the same resource is not ours; without a teacher's wish none is made, then one."""
    from notegrad.lti.line_items import resource_id_of
    from notegrad.lti.models import LtiLink

    ours = resource_id_of(school.assignment)
    connected.add_item(resourceId=ours, label="sans lien")
    connected.add_item(resourceId=ours, resourceLinkId="l-other", label="autre lien")
    for sub in ("u-ana", "u-bob"):
        connected.launch(browse(), sub)
        school.hand_in(enter(school, sub), notebook("12"))
    grade_all()
    decide(browse, "publish/")
    do_jobs()
    assert (connected.posts, len(connected.items)) == ([], 2)
    page = browse("iris").get("/courses/tenseurs/assignments/tp0/scores-sent/").content.decode()
    assert "Il n’y a pas de colonne pour ce lien" in page
    link = LtiLink.objects.get()
    browse("theo").post(f"/courses/tenseurs/platforms/links/{link.pk}/", {"what": "column"})
    do_jobs()
    made = connected.items[f"{connected.url}/items/3"]
    assert (made["resourceId"], made["resourceLinkId"], made["scoreMaximum"]) == (ours, "l-1", 20.0)
    assert {column for column, _ in connected.posts} == {made["id"]}
    assert len(connected.items) == 3
    LtiLink.objects.update(found_item="")  # as after a restore: it is found again, and not made twice
    decide(browse, "scores-sent/again/")
    school.hand_in("u-ana", notebook("13"))
    grade_all()
    do_jobs()
    assert len(connected.items) == 3


def test_each_link_gets_the_score_of_its_own_students(connected, browse, school, do_jobs):
    """Two courses there share an assignment: a student's score goes where that student is, and only there."""
    from notegrad.lti.models import LtiContext, LtiLink, LtiPlatform

    second = LtiContext.objects.create(
        platform=LtiPlatform.objects.get(), deployment_id="1", context_id="c-2", course=school.course
    )
    LtiLink.objects.create(context=second, resource_link_id="l-2", assignment=school.assignment)
    columns = {}
    for sub, context, link in (("u-ana", "c-1", "l-1"), ("u-bob", "c-2", "l-2")):
        columns[sub] = connected.add_item(label=link)
        endpoint = {"scope": [f"{AGS}scope/score"], "lineitem": columns[sub]}
        where = {f"{CLAIM}context": {"id": context}, f"{CLAIM}resource_link": {"id": link}}
        connected.launch(browse(), sub, **where, **{f"{AGS}claim/endpoint": endpoint})
        school.hand_in(enter(school, sub), notebook("12"))
    connected.launch(browse(), "u-theo", **{f"{CLAIM}roles": [TEACHER], f"{AGS}claim/endpoint": None})
    school.hand_in(enter(school, "u-theo"), notebook("20"))
    grade_all()
    decide(browse, "publish/")
    do_jobs()
    assert sorted((column, score["userId"]) for column, score in connected.posts) == sorted(
        (column, sub) for sub, column in columns.items()
    )
