"""An import that breaks off anywhere, before or after a commit, is completed by running it again."""

from dataclasses import dataclass
from typing import Any

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.disclose import Moved
from carefolio.records.importing import groups, import_paths
from carefolio.workflows.registration.actions import suspend
from tests.unit.records.importing.cast import ada, ben, clara, figures, named, weight

ENTRIES = 14
WRITES = 6
"""Five groups of three entries at most, and the import's own entry in the ledger."""


class Killed(Exception):  # noqa: N818 - what happens to a process, not an error
    """The process is no more."""


class Faulty:
    """A database whose process dies at one of its writes: before it is durable, or after, when nobody is told."""

    def __init__(self, database, at, *, persisted, fault=Killed):
        self._database = database
        self._left = at
        self._persisted = persisted
        self._fault = fault
        self.struck = False

    def __getattr__(self, name):
        return getattr(self._database, name)

    def write_now(self, work, *, alone=True):
        self._left -= 1
        if self._left != 0:
            return self._database.write_now(work, alone=alone)
        self.struck = True
        if self._persisted:
            self._database.write_now(work, alone=alone)
        raise self._fault


@dataclass
class Opened:
    database: Any
    keyring: Any
    log: Any
    accounts: Any
    door: Any


def with_database(opened, database):
    return Opened(database, opened.keyring, opened.log, opened.accounts, opened.door)


@pytest.fixture
def full(house, monkeypatch):
    """Two people's bundles and a directory, in groups of three."""
    monkeypatch.setattr(groups, "LARGEST_GROUP", 3)
    tablet = {"resourceType": "Medication", "id": "m", "code": {"text": "Aspirin"}}
    house.put("0.json", clara(), {"resourceType": "Organization", "id": "o", "name": "Harbour Clinic"})
    house.put("ada.json", named("urn:uuid:ada", ada()), *[weight(f"a{n}", "urn:uuid:ada") for n in range(4)], tablet)
    house.put("ben.json", ben(), *[weight(f"b{n}", "Patient/ben") for n in range(4)], clara("c9"))
    return house


def complete(house):
    assert figures(house.take())[3] == 0
    assert figures(house.take()) == (0, 0, ENTRIES, 0)
    kinds = {kind: len(house.rows(kind)) for kind in ("Patient", "Observation", "Practitioner", "Medication")}
    assert kinds == {"Patient": 2, "Observation": 8, "Practitioner": 1, "Medication": 1}
    assert {row.version for kind in kinds for row in house.rows(kind)} == {1}
    charts = [row.owner for row in house.rows("Patient")]
    assert {row.owner for row in house.rows("Observation")} == set(charts)
    assert house.only("Medication")[0].owner == charts[0]
    charted = house.opened.database.read("SELECT number FROM owner WHERE kind = 'chart'")
    assert sorted(number for (number,) in charted) == sorted(charts)
    assert house.verified()


@pytest.mark.parametrize("persisted", [False, True])
@pytest.mark.parametrize("at", range(1, WRITES + 1))
def test_it_is_completed_after_a_death_at_any_write(full, at, persisted):
    faulty = Faulty(full.opened.database, at, persisted=persisted)
    try:
        full.take(opened=with_database(full.opened, faulty))
    except Killed:
        assert faulty.struck
    complete(full)


def test_the_writes_are_all_struck_by_the_test_above(full):
    counting = Faulty(full.opened.database, -1, persisted=False)
    full.take(opened=with_database(full.opened, counting))
    assert -1 - counting._left == WRITES


@pytest.mark.parametrize("at", range(1, WRITES))
def test_what_moved_meanwhile_is_prepared_anew(full, at):
    report = full.take(
        opened=with_database(full.opened, Faulty(full.opened.database, at, persisted=False, fault=Moved))
    )
    assert figures(report)[3] == 0
    complete(full)


@pytest.mark.parametrize("at", range(1, WRITES))
def test_two_imports_at_once_do_not_make_anything_twice(full, at):
    """The other one has written the very same group when ours comes."""
    twin = Faulty(full.opened.database, at, persisted=True, fault=Moved)
    report = full.take(opened=with_database(full.opened, twin))
    assert sum(figures(report)) == ENTRIES
    complete(full)


def test_what_moves_for_ever_is_given_up_with_a_word(full):
    class Restless(Faulty):
        def write_now(self, work, *, alone=True):
            raise Moved

    with pytest.raises(Failure) as given_up:
        full.take(opened=with_database(full.opened, Restless(full.opened.database, 1, persisted=False)))
    assert given_up.value.category is Category.BUSY
    complete(full)


def test_a_hospital_that_is_suspended_meanwhile_stops(full):
    def watch(now):
        if now.entries == 3:
            suspend(full.opened.door, full.anne)

    with pytest.raises(Failure) as stopped:
        import_paths(full.opened, full.anne, [full.files], watch)
    assert stopped.value.category is Category.FORBIDDEN
    suspend(full.opened.door, full.anne, suspended=False)
    complete(full)


def test_a_suspension_is_not_taken_for_a_fault_of_an_entry(house):
    house.put("a.json", weight("w1", None), weight("w1", None, status="amended"))
    with pytest.raises(Failure) as stopped:
        import_paths(house.opened, house.anne, [house.files], lambda _: suspend(house.opened.door, house.anne))
    assert stopped.value.category is Category.FORBIDDEN
    assert not house.rows("Observation")


def test_a_record_that_somebody_changes_between_our_look_and_our_write_keeps_both_changes(full):
    full.take()
    path = full.put("again.json", weight("a0", "urn:uuid:ada", status="amended"))
    row = full.rows("Observation")[0]

    class Between(Faulty):
        def write_now(self, work, *, alone=True):
            if not self.struck:
                self.struck = True
                full.update(row, full.content(row) | {"status": "preliminary"})
            return full.opened.database.write_now(work, alone=alone)

    report = full.take(path, opened=with_database(full.opened, Between(full.opened.database, 1, persisted=False)))
    assert figures(report) == (0, 1, 0, 0)
    row = full.rows("Observation")[0]
    assert (row.version, full.content(row)["status"]) == (3, "amended")
    assert full.verified()
