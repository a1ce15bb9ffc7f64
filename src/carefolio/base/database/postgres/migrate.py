"""Migrations: numbered SQL files, each applied once, all that are missing in one transaction."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from carefolio.base.failures import broken

_GATE = 7_305_000
_VERSION = "SELECT max(number) FROM migration"
_EXISTS = "SELECT to_regclass('migration') IS NOT NULL"


def migrations() -> list[tuple[int, str]]:
    """All migrations as (number, SQL), in order."""
    folder = files("carefolio.base.database.postgres") / "migrations"
    found = [(int(file.name[:4]), file.read_text()) for file in folder.iterdir() if file.name.endswith(".sql")]
    return sorted(found)


async def migrate(connection: Any) -> None:
    """Bring the schema up to date. A crash leaves the old schema whole; several processes may try at once."""
    steps = migrations()
    if await _version(connection) == steps[-1][0]:
        return
    async with connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock({_GATE})")
        version = await _version(connection)
        if version > steps[-1][0]:
            raise broken("The database was made by a newer Carefolio; upgrade this one.")
        for number, sql in steps:
            if number > version:
                await connection.execute(sql)
                await connection.execute("INSERT INTO migration (number) VALUES ($1)", number)


async def is_made(connection: Any) -> bool:
    """Whether the tables are there, of whichever version."""
    return bool(await connection.fetchval(_EXISTS))


async def _version(connection: Any) -> int:
    if not await is_made(connection):
        return 0
    return await connection.fetchval(_VERSION) or 0
