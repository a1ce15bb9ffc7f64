"""A write that breaks off around its attachment leaves no record, and at the most an orphan that is swept."""

import subprocess
import sys
from contextlib import suppress

import pytest

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.blobs.files import Files
from carefolio.records import orphans
from carefolio.records.verify import verify
from tests.faults import attachments, faulty, outsider
from tests.faults.cast import found, opened
from tests.stores import ABOUT_SQLITE, processes_of


@pytest.fixture(autouse=True)
def in_time():
    yield
    clock.shift(0)


def stored(data):
    return [name for name in outsider.versions(data) if name.startswith("DocumentReference/")]


def kept(data):
    return [one.name for one in Files(data / "blobs").list()]


def swept_and_sound(carefolio, named):
    """Orphans go once they are old; what a record names stays, and everything verifies."""
    assert orphans.sweep(carefolio.door.parts) == 0
    clock.shift(2 * clock.DAY)
    orphans.sweep(carefolio.door.parts)
    clock.shift(0)
    assert len(list(carefolio.blobs.list())) == named
    assert verify(carefolio.database, carefolio.keyring, blobs=carefolio.blobs).problems == []


@pytest.mark.parametrize(("mode", "left"), [(attachments.BEFORE, 0), (attachments.AFTER, 1)])
def test_a_store_that_fails(tmp_path, mode, left):
    data = tmp_path / "data"
    cast = found(data)
    with opened(data) as carefolio:
        attachments.put_into(carefolio, mode)
        with pytest.raises(Failure, match="on purpose"):
            attachments.write(carefolio, cast.hospital_token, cast.ada.ref)
        attachments.heal(carefolio)
        assert (len(stored(data)), len(kept(data))) == (0, left)
        attachments.write(carefolio, cast.hospital_token, cast.ada.ref)
        assert (len(stored(data)), len(kept(data))) == (1, left + 1)
        swept_and_sound(carefolio, 1)


@pytest.mark.parametrize(("mode", "left"), [(attachments.KILLED_BEFORE, 0), (attachments.KILLED_AFTER, 1)])
def test_killed_around_it(tmp_path, mode, left):
    data = tmp_path / "data"
    cast = found(data)
    command = [sys.executable, "-m", "tests.faults.attachments", str(data), cast.hospital_token, cast.ada.ref, mode]
    done = subprocess.run(command, capture_output=True, env=processes_of(data), check=False, timeout=60)
    assert done.returncode == -9, done.stderr
    assert (len(stored(data)), len(kept(data))) == (0, left)
    with opened(data) as carefolio:
        attachments.write(carefolio, cast.hospital_token, cast.ada.ref)
        swept_and_sound(carefolio, 1)


@ABOUT_SQLITE
@pytest.mark.parametrize("mode", [faulty.FAILED, faulty.PERSISTED])
def test_a_commit_that_fails_after_it(tmp_path, mode):
    """Whether the row is there or not: it never names an attachment that is not."""
    data = tmp_path / "data"
    cast = found(data)
    with opened(data) as carefolio:
        fault = faulty.put_into(carefolio)
        for number in range(1, 30):
            fault.arm(number, mode)
            with suppress(Exception):  # whatever the caller is told, what is stored has to be sound
                attachments.write(carefolio, cast.hospital_token, cast.ada.ref)
            fault.arm(0, mode)
        rows = len(stored(data))
        assert rows <= len(kept(data))
        swept_and_sound(carefolio, rows)
