"""What is done while a statement fails: each kind of write and disclosure once. And a program that dies in it.

As a program: ``python -m tests.faults.steps DATA TOKENS NUMBER``: does them, is killed
by the NUMBER-th statement, and prints a line of JSON for each that was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from carefolio.assembly import Carefolio
from carefolio.records.changes import Change, Method, Outcome
from carefolio.records.entries import Caller
from carefolio.records.read import Found
from carefolio.records.repeat import Repeatable
from tests.faults import faulty
from tests.faults.cast import Cast, consent, observation, opened

Acknowledged = dict[str, str]
"""``kind`` write or body, ``version`` as ``Type/id/_history/n``, ``sha256`` of the JSON, ``request`` its id."""


class Steps:
    """One pass: each step begins from what the one before it left."""

    def __init__(self, carefolio: Carefolio, tokens: dict[str, str], told: Callable[[Acknowledged], None]) -> None:
        self._carefolio = carefolio
        self._tokens = tokens
        self._told = told
        self._number = 0
        self.failures: list[BaseException] = []

    def _caller(self, who: str) -> Caller:
        self._number += 1
        return self._carefolio.door.admit(self._tokens[who], f"request-{self._tokens['run']}-{self._number}")

    async def _try(self, attempt: Awaitable[Any], caller: Caller) -> Any:
        """Do it, and tell what was acknowledged; a failure is kept for the judge."""
        try:
            done = await asyncio.wait_for(attempt, 30)
        except Exception as problem:  # noqa: BLE001 - whichever it is, the caller was told that it failed
            self.failures.append(problem)
            return None
        for one in done if isinstance(done, list) else [done]:
            if isinstance(one, (Outcome, Found)):
                kind = "write" if isinstance(one, Outcome) else "body"
                version = f"{one.row.reference}/_history/{one.row.version}"
                digest = sha256(one.body).hexdigest()
                self._told({"kind": kind, "version": version, "sha256": digest, "request": caller.request})
        return done

    async def _write(self, who: str, *changes: Change, key: str = "") -> Any:
        caller = self._caller(who)
        repeatable = Repeatable(key, b"digest") if key else None
        return await self._try(self._carefolio.door.write(caller, changes, repeatable), caller)

    async def run(self) -> None:
        """Create, under a key; update; read; history; a contract from its proposal to its end; delete."""
        ada, ben, door = self._tokens["ada_ref"], self._tokens["ben_ref"], self._carefolio.door
        made = await self._write("hospital", Change(Method.CREATE, "Observation", resource=observation(ada)), key="k1")
        if made is None:
            made = await self._write(
                "hospital", Change(Method.CREATE, "Observation", resource=observation(ada)), key="k1"
            )
        id_ = made[0].row.id if made else "none"
        changed = observation(ada, 2) | {"id": id_}
        await self._write("hospital", Change(Method.UPDATE, "Observation", id_, resource=changed))
        asked = await self._write("ben", Change(Method.CREATE, "Consent", resource=consent(ada, ben)))
        contract = asked[0].row.id if asked else "none"
        active = consent(ada, ben) | {"id": contract, "status": "active"}
        await self._write("ada", Change(Method.UPDATE, "Consent", contract, resource=dict(active)))
        reading = self._caller("ben")
        await self._try(door.read(reading.token, reading.request, "Observation", id_), reading)
        looking = self._caller("hospital")
        await self._try(door.history(looking, "Observation", id_, (9, 9)), looking)
        ended = active | {"status": "inactive"}
        await self._write("ada", Change(Method.UPDATE, "Consent", contract, resource=ended))
        await self._write("hospital", Change(Method.DELETE, "Observation", id_))


def tokens_of(cast: Cast, run: int) -> dict[str, str]:
    """What a pass needs to know of the cast."""
    return {
        "hospital": cast.hospital_token,
        "ada": cast.ada.token,
        "ada_ref": cast.ada.ref,
        "ben": cast.ben.token,
        "ben_ref": cast.ben.ref,
        "run": str(run),
    }


def _say(one: Acknowledged) -> None:
    sys.stdout.write(json.dumps(one) + "\n")
    sys.stdout.flush()


def main(data: str, tokens: str, number: str) -> None:
    """Run with the fault; ends by being killed, or prints ``done`` when there are fewer statements than that."""
    with opened(Path(data)) as carefolio:
        faulty.put_into(carefolio).arm(int(number), faulty.KILLED)
        asyncio.run(Steps(carefolio, json.loads(tokens), _say).run())
        sys.stdout.write("done\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
