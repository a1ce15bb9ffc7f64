"""What may stand in a log: where something went wrong and of which kind, never the values it went wrong with."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb


def where(problem: BaseException) -> str:
    """The kind of an exception and the lines it came through; its message is left out, since it may quote a record."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(problem.__traceback__)]
    return f"{type(problem).__name__} at {' > '.join(frames)}"
