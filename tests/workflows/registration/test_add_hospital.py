"""A hospital is registered."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.identity.tokens import NEVER
from carefolio.ledger.entry import Kind
from carefolio.records.founding import identified
from carefolio.workflows.registration.actions import add_hospital
from carefolio.workflows.registration.rules import HospitalType, NewHospital

NORTH = "https://example.org/hospitals|north"


def test_its_systems_get_a_token_that_holds_until_it_is_revoked(door, principal):
    made = add_hospital(door, NewHospital("North Hospital"))
    who = principal(made.token)
    assert (who.role, who.organization, who.expires) == (Role.HOSPITAL, made.organization, NEVER)
    assert who.shelf == who.hospital != 0


def test_its_shelf_and_directory_record_come_with_their_entries(door, told):
    made = add_hospital(door, NewHospital("North Hospital", HospitalType.CLINIC, NORTH))
    assert identified(door.parts.database, door.keyring, "Organization", NORTH) == made.organization
    (created,) = told(Kind.RECORD_CREATED)
    assert created["writes"][0][0] == f"{made.organization}/_history/1"
    assert created["operator"] is True
    assert [entry["organization"] for entry in told(Kind.ACCOUNT_CREATED)] == [made.organization]
    assert len(told(Kind.TOKEN_ISSUED)) == 1


def test_an_identifier_names_one_organisation(door, told):
    add_hospital(door, NewHospital("North Hospital", identifier=NORTH))
    with pytest.raises(Failure) as refused:
        add_hospital(door, NewHospital("Another North", identifier=NORTH))
    assert refused.value.category is Category.CONFLICT
    assert len(told(Kind.ACCOUNT_CREATED)) == 1


def test_two_hospitals_may_have_the_same_name(door):
    first, second = (add_hospital(door, NewHospital("General Hospital")) for _ in range(2))
    assert first.organization != second.organization


@pytest.mark.parametrize("new", [NewHospital("  "), NewHospital("x" * 201), NewHospital("North", identifier="north")])
def test_nonsense_is_refused_and_leaves_nothing(door, told, new):
    with pytest.raises(Failure) as refused:
        add_hospital(door, new)
    assert refused.value.category is Category.MALFORMED
    assert told(Kind.RECORD_CREATED) == []
