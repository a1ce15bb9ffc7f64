"""The ledger's and the machine's state, for auditors and admins."""

import pytest

import carefolio as product
from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.workflows.oversight.watch import Watch
from tests.stores import settle
from tests.workflows.oversight.cast import DORA, GUS, STRANGERS

TAMPER = "UPDATE entry SET body = ? WHERE seq = 2"


@pytest.fixture
def watch(carefolio):
    return Watch(carefolio.door, carefolio.settings)


def finished(watch, by):
    """The verification, once it has ended."""
    until = clock.now() + 30 * clock.SECOND
    while clock.now() < until:
        verification = watch.ledger(by).verification
        if verification.ended:
            return verification
    raise AssertionError("the verification does not end")


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_sees_or_starts_anything(watch, people, who):
    for call in (watch.ledger, watch.verify_now, watch.health):
        with pytest.raises(Failure) as refused:
            call(people(who))
        assert refused.value.category is Category.FORBIDDEN


@pytest.mark.parametrize("who", [DORA, GUS])
def test_the_ledger_is_seen_with_its_checkpoint(carefolio, watch, people, who):
    seen = watch.ledger(people(who))
    assert (seen.checkpoint_size, seen.checkpoint_note, seen.checkpoint_time) == (0, "", 0)
    assert seen.verification is None
    carefolio.checkpointer.make()
    seen = watch.ledger(people(who))
    assert seen.checkpoint_size == seen.entries > 0
    assert seen.root in seen.checkpoint_note
    assert 0 < seen.checkpoint_time <= clock.now()


def test_a_verification_runs_beside_and_its_outcome_is_kept(watch, people):
    began = watch.verify_now(people(GUS))
    assert began.began
    ended = finished(watch, people(DORA))
    seen = watch.ledger(people(GUS))
    assert (ended.ok, ended.problems) == (True, ())
    assert (ended.done, ended.total, ended.root) == (seen.entries, seen.entries, seen.root)
    again = watch.verify_now(people(GUS))
    assert again.began >= ended.began
    assert finished(watch, people(GUS)).ok


def test_one_runs_at_a_time(watch, people):
    first = watch.verify_now(people(GUS))
    second = watch.verify_now(people(DORA))
    assert second.began == first.began or finished(watch, people(GUS)).ended
    assert finished(watch, people(GUS)).ok


def test_what_is_wrong_is_told(carefolio, watch, people):
    database = carefolio.database
    settle(database)
    (body,) = database.one("SELECT body FROM entry WHERE seq = 2")
    database.write_now(lambda tx: tx.execute(TAMPER, (b"\0",)).rowcount)
    watch.verify_now(people(GUS))
    found = finished(watch, people(GUS))
    database.write_now(lambda tx: tx.execute(TAMPER, (body,)).rowcount)
    assert not found.ok
    assert "Entry 2" in found.problems[0]


@pytest.mark.parametrize("who", [DORA, GUS])
def test_the_machine_is_seen_in_numbers(carefolio, watch, people, who):
    mail = carefolio.settings.data / "mail"
    mail.mkdir()
    (mail / "1.eml").write_bytes(b"12345")
    seen = watch.health(people(who))
    assert seen.sizes["mail"] == 5
    assert seen.sizes["database"] > 0
    assert seen.sizes["keys"] > 0
    assert 0 < seen.disk_free <= seen.disk_total
    assert seen.memory > 1_000_000
    assert (seen.people["admin"], seen.people["doctor"]) == (2, 2)
    assert (seen.figures.charts, seen.figures.entries) == (1, watch.ledger(people(who)).entries)
    assert (seen.version, seen.region) == (product.__version__, "local")
    assert 0 < seen.started <= clock.now()
