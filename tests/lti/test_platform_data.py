"""Data of persons that learning platforms brought: handed out with the rest, and deleted with it."""

from __future__ import annotations

import io
import json
import zipfile

PERSON = "/courses/tenseurs/people/{}/data/"


def test_who_came_from_a_platform_is_handed_out_and_deleted(connected, browse, school):
    """Identity, membership and lists of members that name a person are in the zip, and gone afterwards."""
    from notegrad.lti.models import (
        LtiContext,
        LtiIdentity,
        LtiLink,
        LtiMember,
        LtiPlatform,
        Passback,
        RosterRun,
    )

    ana, context = school.people["ana"], LtiContext.objects.get()
    identity = LtiIdentity.objects.create(platform=LtiPlatform.objects.get(), subject="s-77", user=ana)
    LtiMember.objects.create(context=context, identity=identity)
    Passback.objects.create(
        link=LtiLink.objects.get(), user=ana, state="sent", sent_score=12.0, sent_points=20.0
    )
    RosterRun.objects.create(context=context, state="done", added=["Ana"])
    answer = browse("theo").post(f"{PERSON.format(ana.pk)}export/", {"why": "demande"})
    person = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("person.json"))["platforms"]
    assert person["identities"][0]["subject"] == "s-77"
    assert (len(person["memberships"]), person["scores"][0]["sent_score"]) == (1, 12.0)
    sent = {"why": "départ", "confirm_username": ana.get_username()}
    assert browse("theo").post(f"{PERSON.format(ana.pk)}delete/", sent).status_code == 302
    for table in (LtiIdentity, LtiMember, Passback, RosterRun):
        assert not table.objects.exists(), table.__name__
