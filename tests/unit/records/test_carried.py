"""What a workflow keeps inside somebody else's record outlives what its sender sends."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.carried import FEE, TALLY, carried

POST = {"resourceType": "PractitionerRole", "id": "p1"}
OTHER = {"url": "https://north.example/floor", "valueString": "3"}
FIFTY = {"url": FEE, "extension": [{"url": "kind", "valueCode": "video"}]}
RATED = {"url": TALLY, "extension": [{"url": "count", "valueInteger": 5}]}
STANDING = POST | {"extension": [OTHER, FIFTY, RATED]}


def test_what_is_left_out_stays():
    assert carried(STANDING, POST, "")["extension"] == [FIFTY, RATED]
    assert carried(STANDING, POST | {"extension": [OTHER]}, "") == STANDING


def test_what_is_sent_as_it_stands_is_as_it_was_sent():
    assert carried(STANDING, STANDING, "") is STANDING
    assert carried({}, POST, "") is POST


@pytest.mark.parametrize("old", [{}, POST, STANDING])
def test_another_value_is_refused(old):
    wrong = RATED | {"extension": [{"url": "count", "valueInteger": 1000}]}
    with pytest.raises(Failure, match="kept here") as refused:
        carried(old, POST | {"extension": [FIFTY, wrong]}, "PractitionerRole.extension")
    assert refused.value.category is Category.UNPROCESSABLE
    assert refused.value.issues[0].path == "PractitionerRole.extension"


def test_other_types_are_their_senders():
    place = {"resourceType": "Location", "extension": [RATED]}
    assert carried({}, place, "") is place
