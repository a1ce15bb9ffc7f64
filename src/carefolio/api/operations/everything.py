"""Patient/$everything (https://hl7.org/fhir/R4/patient-operation-everything.html): all of a chart that may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from carefolio.api.answer import Answer
from carefolio.api.bundles import entry, head
from carefolio.api.request import Request
from carefolio.base.failures import malformed
from carefolio.records.door import Door
from carefolio.records.read import Found

AT_ONCE = 20_000
_GATHERED = 100


async def answer(door: Door, request: Request) -> Answer:
    """The whole chart, or ``_count`` records of it with a link to the next ones."""
    id_ = request.parts[1]
    caller = request.admitted(door)
    account = caller.principal.account
    count, page = _window(request)
    after = door.finder.cursors.open_number(account, page) if page else 0
    found = await door.everything(caller, id_, count, after)
    address = f"{request.base}/Patient/{id_}/$everything"
    links = [("self", f"{address}?{urlencode(request.pairs)}" if request.pairs else address)]
    if found.following:
        query = {"_count": count, "_page": door.finder.cursors.seal(account, found.following)}
        links.append(("next", f"{address}?{urlencode(query)}"))
    total = len(found.matches) if not found.following and not page else None
    return Answer(200, pieces=_pieces(request.base, found.matches, head("searchset", links, total)))


def _pieces(base: str, found: list[Found], begins: bytes) -> Iterator[bytes]:
    yield begins + b',"entry":['
    for start in range(0, len(found), _GATHERED):
        gathered = found[start : start + _GATHERED]
        entries = [entry(f"{base}/{one.row.reference}", one.body, search={"mode": "match"}) for one in gathered]
        yield (b"," if start else b"") + b",".join(entries)
    yield b"]}"


def _window(request: Request) -> tuple[int, str]:
    count, page = AT_ONCE, ""
    for name, value in request.pairs:
        if name == "_count":
            if not (value.isascii() and value.isdecimal()) or len(value) > len(str(AT_ONCE)) or int(value) == 0:
                raise malformed(f"_count is a whole number from 1 to {AT_ONCE}.")
            count = min(int(value), AT_ONCE)
        elif name == "_page":
            page = value
        elif name != "_pretty":
            raise malformed(f"$everything takes _count and _page, not {name}.")
    return count, page
