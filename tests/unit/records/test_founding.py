"""What registration says of people in the directory: begun, revised, read."""

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Principal, Role
from carefolio.records.directory import directory_record, directory_row, referring
from carefolio.records.disclose import Moved
from carefolio.records.founding import Founding
from carefolio.records.verify import verify
from tests.stores import settings_of

BEN = {"resourceType": "Practitioner", "active": True, "name": [{"family": "Osei"}]}


@pytest.fixture
def door(tmp_path):
    opened = open_carefolio(settings_of(tmp_path), create=True)
    yield opened.door
    assert verify(opened.database, opened.keyring).problems == []
    opened.close()


@pytest.fixture
def ben(door):
    founding = Founding(door.parts, door.scribe)
    home = founding.shelf("Practitioner/ben")
    founding.add(home, BEN, "ben")
    founding.add(home, {"resourceType": "PractitionerRole", "practitioner": {"reference": "Practitioner/ben"}}, "role")
    door.parts.database.write_now(founding.put)
    return "Practitioner/ben"


def founding(door):
    return Founding(door.parts, door.scribe, Principal(account=1, role=Role.DOCTOR))


def refused(call):
    with pytest.raises(Failure) as failure:
        call()
    return failure.value.category


def test_a_revised_record_is_a_newer_version(door, ben):
    revising = founding(door)
    revising.revise(ben, lambda old: old | {"gender": "male"})
    door.parts.database.write_now(revising.put)
    assert directory_record(door.parts, ben)["gender"] == "male"
    assert directory_row(door.parts, ben).version == 2


def test_the_same_again_is_no_version(door, ben):
    revising = founding(door)
    revising.revise(ben, lambda old: old | {"active": True})
    assert revising.plan.writes == []


def test_what_was_changed_meanwhile_is_planned_anew(door, ben):
    first, second = founding(door), founding(door)
    for revising, gender in ((first, "male"), (second, "other")):
        revising.revise(ben, lambda old, gender=gender: old | {"gender": gender})
    door.parts.database.write_now(first.put)
    with pytest.raises(Moved):
        door.parts.database.write_now(second.put)


def test_what_breaks_fhir_s_rules_is_not_written(door, ben):
    broken = {"gender": "yes"}
    assert refused(lambda: founding(door).revise(ben, lambda old: old | broken)) is Category.UNPROCESSABLE
    home = founding(door).existing(ben)
    assert refused(lambda: founding(door).add(home, BEN | broken)) is Category.UNPROCESSABLE


def test_what_is_not_there_or_no_directory_s_is_absent(door, ben):
    assert refused(lambda: founding(door).revise("Practitioner/nobody", dict)) is Category.ABSENT
    assert refused(lambda: directory_row(door.parts, "Patient/ada")) is Category.ABSENT
    assert directory_record(door.parts, "Practitioner/nobody") == directory_record(door.parts, "") == {}


def test_who_is_named_is_found(door, ben):
    assert referring(door.parts, "PractitionerRole", "practitioner", ben) == ["PractitionerRole/role"]
    assert referring(door.parts, "PractitionerRole", "practitioner", "Practitioner/nobody") == []
