"""search (https://hl7.org/fhir/R4/http.html#search), by GET and by POST; always a searchset, possibly empty."""

from __future__ import annotations

from urllib.parse import urlencode

from carefolio.api.answer import Answer, outcome
from carefolio.api.bundles import bundle, entry
from carefolio.api.request import Request
from carefolio.fhir.json import serialise
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.find import Findings
from carefolio.search.page import links
from carefolio.search.query import Query


async def answer(door: Door, request: Request) -> Answer:
    """Search by GET."""
    return await _search(door, request, request.admitted(door))


async def answer_post(door: Door, request: Request) -> Answer:
    """Search by POST: parameters that may not stand in an address."""
    caller = request.admitted(door)
    request.pairs = request.pairs + await request.form()
    request.check_format()
    return await _search(door, request, caller)


async def _search(door: Door, request: Request, caller: Caller) -> Answer:
    pairs = request.pairs
    how = Handling(request.prefer.get("handling") == "lenient", request.base)
    query, found = await door.search(caller, request.parts[0], pairs, how)
    here = next((value for name, value in pairs if name == "_page"), None)
    account = caller.principal.account
    following = door.finder.cursors.seal(account, found.following) if found.following else None
    address = f"{request.base}/{query.type}"
    said = [
        (relation, f"{address}?{urlencode(parameters)}" if parameters else address)
        for relation, parameters in links(query, here, following)
    ]
    return Answer(200, bundle("searchset", _entries(request.base, query, found), said, found.total))


def _entries(base: str, query: Query, found: Findings) -> list[bytes]:
    entries = [entry(f"{base}/{one.row.reference}", one.body, search={"mode": "match"}) for one in found.matches]
    entries += [entry(f"{base}/{one.row.reference}", one.body, search={"mode": "include"}) for one in found.included]
    if query.ignored:
        text = f"Passed over, because they are not known here: {', '.join(query.ignored)}."
        said = serialise(outcome("warning", "not-supported", text))
        entries.append(b'{"resource":' + said + b',"search":{"mode":"outcome"}}')
    return entries
