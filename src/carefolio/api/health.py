"""Is it alive, can it read and write: for balancers and for people who wonder."""

from __future__ import annotations

from carefolio.api.answer import Answer
from carefolio.base.failures import unavailable
from carefolio.records.door import Door


async def alive(door: Door) -> Answer:
    """The process answers."""
    return Answer(200, b'{"status":"alive"}')


async def ready(door: Door) -> Answer:
    """A durable write went through just now."""
    try:
        await door.parts.database.write(lambda tx: tx.one("SELECT value FROM epoch"))
    except Exception as problem:
        raise unavailable("This endpoint cannot write just now.") from problem
    return Answer(200, b'{"status":"ready"}')
