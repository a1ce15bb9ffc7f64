"""Where tests put their files: in memory where there is room for them, and on a disk what has to be on one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY, ENOUGH = Path("/dev/shm"), 4 << 30  # noqa: S108 - the folders made in it are ours alone
DISK = Path("/var/tmp")  # noqa: S108 - the folders made in it are ours alone
"""Its files outlast a restart, so it is a disk."""


def roomy() -> Path | None:
    """Memory as a folder: a commit waits for no disk there, and a new database's many files are there at once."""
    fits = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return MEMORY if fits and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC else None  # some tests run what they wrote


def disk() -> Path | None:
    """Where what is flushed is on a disk, for tests that kill; the usual place where there is none of that name."""
    return DISK if DISK.is_dir() else None
