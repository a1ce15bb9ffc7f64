"""A hospital's systems send its doctors' posts again and again: their fees stay as they are."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.fees import fees_of
from tests.workflows.payments.conftest import FIFTY

SPECIALITY = {"coding": [{"system": "http://snomed.info/sct", "code": "394579002"}]}


@pytest.fixture
def post(practice):
    """A post of Ben's that North Hospital sends; with his fee in it."""
    made = {"resourceType": "PractitionerRole", "practitioner": {"reference": practice.ref("Ben")}, "active": True}
    _first, told = post_of(practice.door.parts, practice.ref("Ben"))
    sent = Change(Method.CREATE, "PractitionerRole", "", made | {"specialty": [SPECIALITY]})
    id_ = practice.write("North", sent)[0].row.id
    assert post_of(practice.door.parts, practice.ref("Ben"))[0] == f"PractitionerRole/{id_}" or told
    practice.do(actions.set_fees, "Ben", {"video": FIFTY})
    return made | {"specialty": [SPECIALITY], "id": id_}


def fees(practice):
    return fees_of(reading.fees_resource(practice.door, practice.ref("Ben")))


def test_a_feed_that_knows_nothing_of_them_leaves_them(practice, post):
    reference, held = post_of(practice.door.parts, practice.ref("Ben"))
    assert reference == f"PractitionerRole/{post['id']}"
    assert fees(practice) == {"video": FIFTY}
    practice.write("North", Change(Method.UPDATE, "PractitionerRole", post["id"], post | {"active": False}))
    assert fees(practice) == {"video": FIFTY}
    practice.write("North", Change(Method.UPDATE, "PractitionerRole", post["id"], held | {"active": True}))
    assert fees(practice) == {"video": FIFTY}
    cheap = [one | {"url": one["url"]} for one in held["extension"]]
    cheap[0] = cheap[0] | {"extension": [cheap[0]["extension"][0], {"url": "amount", "valueMoney": {"value": 1}}]}
    with pytest.raises(Failure, match="kept here") as refused:
        practice.write("North", Change(Method.UPDATE, "PractitionerRole", post["id"], post | {"extension": cheap}))
    assert refused.value.category is Category.UNPROCESSABLE


def test_another_post_does_not_take_them_away(practice, post):
    other = {name: value for name, value in post.items() if name != "id"}
    practice.write("North", Change(Method.UPDATE, "PractitionerRole", "a-second-post", other | {"id": "a-second-post"}))
    assert fees(practice) == {"video": FIFTY}
    practice.do(actions.set_fees, "Ben", {"phone": FIFTY})
    assert fees(practice) == {"phone": FIFTY}
