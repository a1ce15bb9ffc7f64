"""Files that fail on purpose, and a program that dies while it keeps an attachment.

As a program: ``python -m tests.faults.attachments DATA TOKEN PATIENT MODE``: writes a document and is killed before or
after its attachment is kept.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from carefolio.assembly import Carefolio
from carefolio.base.failures import unavailable
from carefolio.blobs.files import Files
from carefolio.blobs.port import Upload
from carefolio.records.changes import Change, Method, Outcome
from tests.faults.cast import opened

LONG = "QUJDREVG" * 20_000
BEFORE, AFTER, KILLED_BEFORE, KILLED_AFTER = "failed", "failed-but-persisted", "killed", "killed-when-persisted"


class Faulty(Files):
    """Real files; what is put goes wrong before it is kept or after."""

    def __init__(self, folder: Path, mode: str) -> None:
        super().__init__(folder)
        self.mode = mode

    def put(self, upload: Upload) -> None:
        """Keep it or not, then fail or die."""
        if self.mode in (AFTER, KILLED_AFTER):
            super().put(upload)
        if self.mode in (KILLED_BEFORE, KILLED_AFTER):
            os.kill(os.getpid(), signal.SIGKILL)
        raise unavailable("on purpose")


def put_into(carefolio: Carefolio, mode: str) -> None:
    """From now on the installation keeps attachments through this."""
    folder = carefolio.settings.blobs_folder
    assert folder is not None
    object.__setattr__(carefolio.door.parts, "blobs", Faulty(folder, mode))


def heal(carefolio: Carefolio) -> None:
    """As it was."""
    folder = carefolio.settings.blobs_folder
    assert folder is not None
    object.__setattr__(carefolio.door.parts, "blobs", Files(folder))


def write(carefolio: Carefolio, token: str, patient: str) -> Outcome:
    """A document with a long attachment."""
    resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": patient},
        "content": [{"attachment": {"data": LONG}}],
    }
    caller = carefolio.door.admit(token, "fault")
    change = Change(Method.CREATE, "DocumentReference", resource=resource)
    return asyncio.run(carefolio.door.write(caller, [change]))[0]


if __name__ == "__main__":
    with opened(Path(sys.argv[1])) as installation:
        put_into(installation, sys.argv[4])
        write(installation, sys.argv[2], sys.argv[3])
