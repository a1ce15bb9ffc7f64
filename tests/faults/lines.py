"""A command that kills itself before the n-th line of the code that is looked at.

As a program: ``python -m tests.faults.lines NUMBER FILES COMMAND…`` with FILES as ``keys.py,assembly.py``. Ends killed,
or prints nothing of its own and ends as the command does when there are fewer lines than that.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any


class Killer:
    """Counts the lines of some files, in all threads."""

    def __init__(self, number: int, files: tuple[str, ...]) -> None:
        self._left = number
        self._files = files

    def __call__(self, frame: FrameType, event: str, _: Any) -> Killer | None:
        """Python calls this for each function, and in those that are looked at for each line."""
        if event == "call":
            return self if frame.f_code.co_filename.endswith(self._files) else None
        if event == "line":
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def main(number: str, files: str, *command: str) -> None:
    """Run the command with the end set."""
    # Imported before it counts: lines of modules being read are no steps of the command.
    from carefolio.assembly import open_carefolio  # noqa: F401, PLC0415
    from carefolio.cli import main as run  # noqa: PLC0415

    killer = Killer(int(number), tuple(f"/{name}" for name in files.split(",")))
    threading.settrace(killer)
    sys.settrace(killer)
    sys.argv = ["carefolio", *command]
    run()


if __name__ == "__main__":
    main(*sys.argv[1:])
