"""Work on an event loop that lives no longer than the work: it leaves no connection behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from carefolio.base.database.port import Database

T = TypeVar("T")


async def hosted(database: Database, work: Coroutine[Any, Any, T]) -> T:
    """The work on the running event loop, which has connections of its own until then."""
    try:
        return await database.hosted(work)
    finally:
        await database.leave()


def run(database: Database, work: Coroutine[Any, Any, T]) -> T:
    """The work on an event loop of its own, waiting for it; for threads that have none."""
    return asyncio.run(hosted(database, work))
