"""Groups end early enough, and the writer is left alone between them."""

from carefolio.base import clock
from carefolio.records.importing import groups
from carefolio.records.importing.groups import Committer, Group
from carefolio.records.importing.sender import sender_of
from tests.unit.records.importing.cast import ada, figures, weight


def test_large_resources_make_small_groups(house, monkeypatch):
    monkeypatch.setattr(groups, "LARGEST_BYTES", 1)
    assert figures(house.bring(ada(), weight("w1"), weight("w2"))) == (3, 0, 0, 0)
    assert len({row.updated for row in house.rows("Observation")}) == 2


def test_two_groups_in_a_row_leave_a_pause(house):
    waits = []
    committer = Committer(house.opened, sender_of(house.opened, house.anne), waits.append)
    assert committer.commit(Group())
    assert waits == []
    assert committer.commit(Group())
    assert 0 < waits[0] <= 0.002


def test_what_was_prepared_for_longer_does_not_wait(house):
    waits = []
    committer = Committer(house.opened, sender_of(house.opened, house.anne), waits.append)
    committer.commit(Group())
    until = clock.stopwatch() + groups.PAUSE_NANOSECONDS
    while clock.stopwatch() <= until:
        pass
    committer.commit(Group())
    assert waits == []
