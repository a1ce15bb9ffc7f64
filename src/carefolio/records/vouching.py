"""What the platform itself looks at to answer for a paper that somebody holds in their hand.

Nobody is shown what comes out of here: a page says of it whether a signature holds, and nothing that the record holds
about its patient. What asks may look at one record whose id it was given by a mark of our own key.
"""

from __future__ import annotations

from typing import Any

from carefolio.records.parts import Parts
from carefolio.records.vault import open_resource
from carefolio.store import records
from carefolio.store.rows import Flag, State

Resource = dict[str, Any]


def newest(parts: Parts, type_: str, id_: str) -> Resource | None:
    """The newest version of a record that a workflow wrote; None where there is none."""
    row = records.current_at(parts.database, type_, id_)[1]
    counts = row is not None and row.state == State.LIVE and row.flags & Flag.KEPT
    return open_resource(parts.keyring, row) if row is not None and counts else None
