"""history of one record (https://hl7.org/fhir/R4/http.html#history), newest version first, in pages."""

from __future__ import annotations

from carefolio.api.answer import Answer
from carefolio.api.bundles import bundle, entry
from carefolio.api.request import Request
from carefolio.base.clock import instant
from carefolio.base.failures import malformed
from carefolio.records.door import Door

PAGE = 50
PAGE_MAX = 1_000
_NEWEST = 2**31


async def answer(door: Door, request: Request) -> Answer:
    """Versions below ``_before``, ``_count`` of them at the most."""
    caller = request.admitted(door)
    type_, id_, _ = request.parts
    count, before = _window(request)
    found = await door.history(caller, type_, id_, (before, count + 1))
    shown = found[:count]
    address = f"{request.base}/{type_}/{id_}"
    links = [("self", f"{address}/_history?_count={count}")]
    if len(found) > count:
        links.append(("next", f"{address}/_history?_count={count}&_before={shown[-1].version}"))
    entries = [
        entry(
            address,
            version.body,
            request={"method": _method(version.version, version.body), "url": f"{type_}/{id_}"},
            response={
                "status": "200" if version.body else "204",
                "etag": f'W/"{version.version}"',
                "lastModified": instant(version.updated),
            },
        )
        for version in shown
    ]
    return Answer(200, bundle("history", entries, links))


def _method(version: int, body: bytes) -> str:
    if not body:
        return "DELETE"
    return "POST" if version == 1 else "PUT"


def _window(request: Request) -> tuple[int, int]:
    count, before = PAGE, _NEWEST
    for name, value in request.pairs:
        if name not in ("_count", "_before", "_pretty"):
            raise malformed(f"A history takes no parameter {name}.")
        if name == "_pretty":
            continue
        if not (value.isascii() and value.isdecimal()) or len(value) > len(str(_NEWEST)) or int(value) == 0:
            raise malformed(f"{name} is a whole number above 0.")
        if name == "_count":
            count = min(int(value), PAGE_MAX)
        else:
            before = int(value)
    return count, before
