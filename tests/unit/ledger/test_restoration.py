"""A backup is restored while the keys remember a longer log."""

import shutil
from base64 import b64encode

import pytest

from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.ledger.entry import Kind, Tampered
from carefolio.ledger.log import Log, read_head
from carefolio.ledger.restoration import find_restoration, record_restore


@pytest.fixture
def restored(ledger, tmp_path):
    """Five entries, a backup, four more, a checkpoint; then the backup takes the database's place."""
    ledger.grow(5)
    ledger.checkpointer.make()
    ledger.database.backup(tmp_path / "backup.db")
    ledger.grow(4)
    ledger.checkpointer.make()
    swap_in(ledger, tmp_path / "backup.db")
    return ledger


def swap_in(ledger, copy):
    path = ledger.database.path
    ledger.database.close()
    for beside in path.parent.glob(path.name + "-*"):
        beside.unlink()
    shutil.copy(copy, path)
    ledger.database, ledger.log = SqliteDatabase(path), Log()
    ledger.checkpointer = ledger.restart()


@pytest.fixture(autouse=True)
def closing(ledger):
    yield
    ledger.database.close()


def record(ledger):
    return record_restore(ledger.database, ledger.keyring, ledger.log, "the operator")


def test_without_the_entry_it_is_a_cut_log(restored):
    report = restored.verify()
    assert not report.ok
    assert report.first == 6
    assert "Entries 6 to 9 are gone" in report.problems[0]
    with pytest.raises(Tampered):
        restored.checkpointer.make()


def test_with_the_entry_it_is_accepted_and_shown(restored):
    size, root, _ = restored.keyring.remembered()
    before = read_head(restored.database)
    assert record(restored) == 6
    restored.checkpointer.make()
    restored.grow(10)
    restored.checkpointer.make()
    report = restored.verify()
    assert report.ok, report.problems
    (restore,) = report.restores
    assert (restore.seq, restore.by) == (6, "the operator")
    assert (restore.from_size, restore.from_root) == (size, root)
    assert (restore.to_size, restore.to_root) == (5, before.root())


def test_a_crash_before_the_checkpoint_is_made_up_for(restored):
    record(restored)
    report = restored.verify()
    assert report.ok
    assert "next checkpoint" in report.remarks[0]
    restored.grow(10)
    assert restored.verify().ok
    restored.restart().make()
    assert restored.verify().remarks == []


def test_an_old_restore_does_not_account_for_a_new_cut(restored, tmp_path):
    record(restored)
    restored.checkpointer.make()
    restored.database.backup(tmp_path / "old.db")
    restored.grow(1)
    restored.checkpointer.make()
    swap_in(restored, tmp_path / "old.db")
    assert "Entries 7 to 7 are gone" in restored.verify().problems[0]
    with pytest.raises(Tampered):
        restored.checkpointer.make()


def test_keys_that_remember_nothing(ledger):
    ledger.grow(2)
    record(ledger)
    assert ledger.verify().restores[0].from_size == 0
    assert ledger.checkpointer.make()


def test_no_restore_that_accounts_for_it(ledger):
    ledger.grow(1)
    record(ledger)
    assert find_restoration(ledger.database, ledger.keyring, 9, bytes(32)) is None


def false_restore(ledger, to_size):
    size, root, _ = ledger.keyring.remembered()
    content = {"from_size": size, "from_root": b64encode(root).decode(), "to_size": to_size, "to_root": ""}
    return ledger.platform(Kind.RESTORE, **content, by="the operator")


@pytest.mark.parametrize("to_size", [4, 5])
def test_a_restore_of_another_log(restored, to_size):
    seq = false_restore(restored, to_size)
    with pytest.raises(Tampered):
        restored.checkpointer.make()
    report = restored.verify()
    assert not report.ok
    assert f"Entry {seq} tells of a restored log of {to_size} entries, which is not" in report.problems[0]


def test_a_restore_whose_entry_was_changed(restored):
    record(restored)
    restored.sql("UPDATE entry SET actor = 3 WHERE seq = 6")
    with pytest.raises(Tampered, match="its actor is not"):
        restored.checkpointer.make()
    assert not restored.verify().ok
