"""Saved data: a copy whose ledger is not what its head says is no backup."""

from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.failures import Failure
from carefolio.base.settings import read_settings
from carefolio.records.archive import data
from carefolio.workflows.registration.actions import add_hospital
from carefolio.workflows.registration.rules import NewHospital


@pytest.fixture
def carefolio(tmp_path):
    with closing(open_carefolio(read_settings(tmp_path / "data", environ={}), create=True)) as opened:
        add_hospital(opened.door, NewHospital("North"))
        yield opened


def test_a_copy_says_what_it_holds(carefolio, tmp_path):
    manifest = data.save(carefolio.database, tmp_path / "saved")
    assert (manifest.store, manifest.entries) == (
        carefolio.keyring.store, carefolio.database.one("SELECT size FROM ledger_head")[0],
    )  # fmt: skip
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "saved").iterdir())


def test_a_ledger_that_does_not_give_its_root_is_no_backup(carefolio, tmp_path):
    carefolio.database.write_now(lambda tx: tx.execute("UPDATE entry SET leaf = zeroblob(32) WHERE seq = 1").rowcount)
    with pytest.raises(Failure, match="ledger verify"):
        data.save(carefolio.database, tmp_path / "saved")
    assert not (tmp_path / "saved" / "manifest.json").exists()
