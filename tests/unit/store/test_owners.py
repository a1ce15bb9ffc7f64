"""Owners: charts and shelves by number, reference and code; consent versions; where somebody has written."""

from sqlite3 import IntegrityError

import pytest
from asyncpg import CheckViolationError

from carefolio.base.database import Taken
from carefolio.store import owners
from carefolio.store.owners import Owner
from tests import stores

ADA = Owner(4, "chart", "Patient/ada", 1, b"sealed", 1)
NORTH = Owner(5, "shelf", "Organization/north", 1, None, 1)


@pytest.fixture
def known(database):
    def work(tx):
        owners.add(tx, ADA, -77)
        owners.add(tx, NORTH, None)

    database.write_now(work)
    return database


def test_an_owner_is_found_by_number_reference_and_code(known):
    assert owners.of_number(known, 4) == owners.of_reference(known, "Patient/ada") == owners.of_code(known, -77) == ADA
    assert owners.of_number(known, 5) == owners.of_reference(known, "Organization/north") == NORTH


def test_who_is_not_there_is_none(known):
    assert owners.of_number(known, 6) is None
    assert owners.of_reference(known, "Patient/ADA") is None
    assert owners.of_code(known, 77) is None


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        (ADA._replace(number=4, ref="Patient/new"), None),
        (ADA._replace(number=9), None),
        (ADA._replace(number=9, ref="Patient/new"), -77),
    ],
)
def test_number_reference_and_code_are_given_once(known, owner, code):
    with pytest.raises(Taken):
        known.write_now(lambda tx: owners.add(tx, owner, code))


def test_kinds_are_three(known):
    with pytest.raises((IntegrityError, CheckViolationError)):
        known.write_now(lambda tx: owners.add(tx, ADA._replace(number=9, ref="Patient/new", kind="drawer"), None))


def test_shelves_need_no_code(known):
    known.write_now(lambda tx: owners.add(tx, NORTH._replace(number=6, ref="Organization/south"), None))
    assert owners.of_number(known, 6).code is None


def test_a_moved_consent_moves_the_epoch_and_no_other_chart(known):
    epoch = known.epoch()
    known.write_now(lambda tx: owners.move_consent(tx, 4))
    versions = known.write_now(lambda tx: [owners.consent_version(tx, number) for number in (4, 5, 6)])
    assert versions == [2, 1, 0]
    assert owners.of_number(known, 4).consent_version == 2
    assert stores.rose(epoch, known.epoch())


def test_presence_is_noted_once_by_hospital_and_by_account(known):
    for pairs in ({(5, 4), (5, 9)}, {(5, 4), (-5, 4)}, set()):
        known.write_now(lambda tx, pairs=pairs: owners.note_presence(tx, pairs))
    assert sorted(known.read("SELECT source, owner FROM presence")) == [(-5, 4), (5, 4), (5, 9)]
