"""Accounts: found by what stands behind them, once each; names and codes stand nowhere in the clear."""

import pytest

from carefolio.base.database import Taken
from carefolio.identity.accounts import NewAccount
from tests import stores
from tests.stores import bytes_of

ADA = NewAccount("ada@example.org", "patient", "Ada Quinn", person="Patient/ada", chart=4)
BEN = NewAccount("ben@example.org", "doctor", "Ben Osei", person="Practitioner/ben", code="DOC-22222-22222", shelf=6)
NORTH = NewAccount(None, "hospital", "North", organization="Organization/north", verified=True, shelf=5, hospital=5)
KIM = NewAccount("kim@example.org", "staff", "Kim Roe", person="Practitioner/kim", organization="Organization/north")


@pytest.fixture
def numbers(add):
    return {new.name: add(new) for new in (ADA, BEN, NORTH, KIM)}


def test_an_account_is_found_by_what_stands_behind_it(database, accounts, numbers):
    ada, ben, north = (accounts.of_number(database, numbers[name]) for name in ("Ada Quinn", "Ben Osei", "North"))
    assert accounts.of_email(database, "ada@example.org") == accounts.of_person(database, "Patient/ada") == ada
    assert accounts.of_person(database, "Practitioner/ben") == accounts.of_email(database, "BEN@Example.ORG") == ben
    assert accounts.of_hospital(database, "Organization/north") == north
    assert (ada.role, ada.person, ada.chart, ada.verified, ada.suspended, ada.version) == (
        "patient", "Patient/ada", 4, False, False, 1,
    )  # fmt: skip
    assert (ben.name, ben.code, ben.shelf) == ("Ben Osei", "DOC-22222-22222", 6)
    assert (north.email, north.verified, north.hospital, north.code) == (None, True, 5, "")


def test_who_is_not_there_is_none(database, accounts, numbers):
    assert accounts.of_number(database, 99) is None
    assert accounts.of_email(database, "eve@example.org") is None
    assert accounts.of_hospital(database, "Organization/south") is None
    assert accounts.of_person(database, "Patient/eve") is None


def test_a_chart_s_account_is_its_patient_s(database, accounts, numbers):
    assert accounts.of_chart(database, 4).name == "Ada Quinn"
    assert accounts.of_chart(database, 9) is None
    assert accounts.of_chart(database, 0) is None


def test_people_of_a_role_come_the_oldest_first(database, accounts, numbers, add):
    add(NewAccount("abe@example.org", "doctor", "Abe Young", person="Practitioner/abe"))
    assert [one.name for one in accounts.of_role(database, "doctor")] == ["Ben Osei", "Abe Young"]
    assert list(accounts.of_role(database, "researcher")) == []


def test_a_role_s_workplaces_are_those_of_whoever_is_verified_and_not_shut_out(database, accounts, numbers, add):
    def places(role="staff"):
        return accounts.workplaces(database, role)

    def change(name, **more):
        database.write_now(lambda tx: accounts.change(tx, numbers[name], **more))

    add(NewAccount("alone@example.org", "staff", "Al One", verified=True))
    assert places() == frozenset()
    change("Kim Roe", verified=True)
    assert (places(), places("pharmacist")) == ({"Organization/north"}, frozenset())
    change("Kim Roe", suspended=True)
    assert places() == frozenset()


@pytest.mark.parametrize(
    "taken",
    [
        NewAccount("ada@example.org", "doctor", "Another"),
        NewAccount("Ada@Example.org", "doctor", "Another"),
        NewAccount("eve@example.org", "patient", "Another", chart=4),
        NewAccount("eve@example.org", "doctor", "Another", code="DOC-22222-22222"),
        NewAccount(None, "hospital", "Another", organization="Organization/north"),
    ],
)
def test_email_chart_code_and_hospital_have_one_account(numbers, add, taken):
    with pytest.raises(Taken):
        add(taken)


def test_several_hospitals_systems_need_no_email(add):
    assert add(NORTH) != add(NewAccount(None, "hospital", "South", organization="Organization/south"))


def test_names_and_codes_are_sealed_and_codes_are_blind(database, keyring, numbers, tmp_path):
    blind = database.one("SELECT code_blind FROM account WHERE email = 'ben@example.org'")
    content = bytes_of(tmp_path)
    assert b"ben@example.org" in content
    assert not any(name.encode() in content for name in ("Ada", "Quinn", "Osei", "Kim Roe", "22222"))
    assert blind == (keyring.blind.value("code=DOC-22222-22222"),)


def test_a_change_holds_at_once_and_touches_one_account(database, accounts, numbers):
    epoch = database.epoch()
    ben, kim = numbers["Ben Osei"], numbers["Kim Roe"]
    database.write_now(lambda tx: accounts.change(tx, ben, verified=True))
    verified = database.epoch()
    database.write_now(lambda tx: accounts.change(tx, ben, suspended=True))
    assert stores.rose(epoch, verified)
    assert stores.rose(verified, database.epoch())
    changed = accounts.of_number(database, ben)
    assert (changed.verified, changed.suspended, changed.version) == (True, True, 3)
    assert accounts.of_number(database, kim).version == 1
    database.write_now(lambda tx: accounts.change(tx, ben, verified=False, suspended=False))
    assert (accounts.of_number(database, ben).verified, accounts.of_number(database, ben).suspended) == (False, False)


def test_a_new_account_moves_the_epoch(database, add):
    epoch = database.epoch()
    add(ADA)
    assert stores.rose(epoch, database.epoch())
