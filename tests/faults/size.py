"""How large a drill is: the full grid, or what its variable in the environment says."""

from __future__ import annotations

import os


def of(name: str, full: int) -> int:
    """``DRILL_<NAME>``, a number of its own, or the full one."""
    return int(os.environ.get(f"DRILL_{name}", str(full)))
