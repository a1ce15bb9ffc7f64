"""batch and transaction (https://hl7.org/fhir/R4/http.html#transaction).

A transaction's writes are one: all of them or none; its reads come after them. A batch's entries are requests of their
own, each with its own outcome.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from carefolio.api.answer import Answer
from carefolio.api.problems import answer_of, internal
from carefolio.api.read import refuse_parameters
from carefolio.api.request import FHIR_JSON, Request, read_pairs
from carefolio.api.update import ID
from carefolio.api.write import read_if_match
from carefolio.base.clock import instant
from carefolio.base.failures import Failure, not_supported, too_costly, too_large, unprocessable
from carefolio.base.logs import where
from carefolio.fhir.json import parse, serialise
from carefolio.fhir.parameters import TYPES
from carefolio.records.changes import Change, Method, Outcome
from carefolio.records.door import Door
from carefolio.records.entries import Caller

ENTRIES_MAX = 5_000
ANSWER_LIMIT = 32 * 1024 * 1024
"""An entry that begins when the answer is so long already is not done."""
LOG = logging.getLogger("carefolio.api")
Entry = dict[str, Any]
_WRITES = ("DELETE", "POST", "PUT")
"""In this order FHIR has them done."""
_CONDITIONS = ("ifMatch", "ifNoneMatch", "ifNoneExist", "ifModifiedSince")
_STATUS = {200: "200 OK", 201: "201 Created", 204: "204 No Content", 304: "304 Not Modified"}


@dataclass(slots=True)
class _Page:
    """The answer, as far as it is written: its length in bytes."""

    written: int = 0

    def write(self, entry: bytes) -> bytes:
        """Count an entry."""
        self.written += len(entry)
        return entry

    def check(self) -> None:
        """Raise (413) when there is no room for another entry."""
        if self.written >= ANSWER_LIMIT:
            raise too_costly("The answer to this bundle is 32 MB long already: this entry was not done, send it anew.")


async def answer(door: Door, request: Request) -> Answer:
    """Do what the bundle asks for."""
    refuse_parameters(request)
    caller = request.admitted(door)
    bundle = await request.resource()
    kind, entries = bundle.get("type"), bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or kind not in ("batch", "transaction"):
        raise unprocessable("This address takes a Bundle of type batch or transaction.", "Bundle.type", "value")
    if not isinstance(entries, list) or not all(_well_formed(entry) for entry in entries):
        raise unprocessable("Every entry is an object with a request made of texts.", "Bundle.entry", "structure")
    if len(entries) > ENTRIES_MAX:
        raise too_large(f"A bundle may hold {ENTRIES_MAX} entries at most; send several.")
    answers = await (_batch(request, entries) if kind == "batch" else _transaction(door, request, caller, entries))
    body = b",".join(answers)
    filled = b',"entry":[' + body + b"]" if answers else b""
    return Answer(200, b'{"resourceType":"Bundle","type":"%s-response"%s}' % (str(kind).encode(), filled))


def _well_formed(entry: object) -> bool:
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict):
        return False
    needed = all(isinstance(request.get(name), str) for name in ("method", "url"))
    return needed and all(isinstance(request.get(name, ""), str) for name in _CONDITIONS)


async def _transaction(door: Door, request: Request, caller: Caller, entries: list[Entry]) -> list[bytes]:
    numbered = list(enumerate(entries))
    writes = [pair for method in _WRITES for pair in numbered if pair[1]["request"]["method"] == method]
    reads = [pair for pair in numbered if pair[1]["request"]["method"] in ("GET", "HEAD")]
    if len(writes) + len(reads) < len(entries):
        raise unprocessable("An entry's method is GET, POST, PUT or DELETE.", "Bundle.entry.request.method", "value")
    changes = [_change(place, entry) for place, entry in writes]
    for change in changes:
        change.size = len(request.body) // len(changes)
    outcomes = await door.write(caller, changes, request.repeatable()) if changes else []
    whole = request.prefer.get("return") == "representation"
    page = _Page()
    answers = {
        place: page.write(_written(outcome, whole=whole)) for (place, _), outcome in zip(writes, outcomes, strict=True)
    }
    for place, entry in reads:
        answers[place] = page.write(await _dispatched(request, entry, place, page))
    return [answers[place] for place, _ in numbered]


async def _batch(request: Request, entries: list[Entry]) -> list[bytes]:
    request.key_within(0)  # refuses a key that is none before anything is done
    page = _Page()
    return [page.write(await _dispatched(request, entry, place, page)) for place, entry in enumerate(entries)]


def _change(place: int, entry: Entry) -> Change:
    """The wish of one entry; raises a Failure that names the entry."""
    path = f"Bundle.entry[{place}]"
    request = entry["request"]
    method, (type_, id_) = request["method"], _address(request["url"], f"{path}.request.url")
    if (method == "POST") != (not id_):
        raise unprocessable(f"{method} takes an address like {'Type' if id_ else 'Type/id'}.", f"{path}.request.url")
    if method == "DELETE":
        return Change(Method.DELETE, type_, id_, if_match=read_if_match(request.get("ifMatch")), path=path)
    resource = entry.get("resource")
    if not isinstance(resource, dict):
        raise unprocessable("This entry needs a resource.", f"{path}.resource", "required")
    if method == "PUT" and resource.get("id") != id_:
        raise unprocessable("The resource's id is not the one in the request.", f"{path}.resource.id", "value")
    return Change(
        Method.CREATE if method == "POST" else Method.UPDATE,
        type_,
        id_,
        resource,
        if_match=read_if_match(request.get("ifMatch")),
        if_none_exist=request.get("ifNoneExist"),
        path=f"{path}.resource",
        full_url=str(entry.get("fullUrl", "")),
    )


def _address(url: str, path: str) -> tuple[str, str]:
    type_, _, id_ = url.strip("/").partition("/")
    if type_ not in TYPES or (id_ and not ID.fullmatch(id_)):
        raise unprocessable("A transaction writes to addresses like Type and Type/id.", path, "not-supported")
    return type_, id_


def _written(outcome: Outcome, *, whole: bool) -> bytes:
    row = outcome.row
    status = 204 if not outcome.body else 201 if outcome.created else 200
    response = {
        "status": _STATUS[status],
        "location": f"{row.type}/{row.id}/_history/{row.version}",
        "etag": f'W/"{row.version}"',
        "lastModified": instant(row.updated),
    }
    if outcome.remarks:
        issues = [{"severity": "information", "code": "informational", "diagnostics": r} for r in outcome.remarks]
        response["outcome"] = {"resourceType": "OperationOutcome", "issue": issues}  # type: ignore[assignment]
    resource = b'"resource":' + outcome.body + b"," if whole and outcome.body else b""
    return b"{" + resource + b'"response":' + serialise(response) + b"}"


async def _dispatched(request: Request, entry: Entry, place: int, page: _Page) -> bytes:
    """One entry as a request of its own; whatever goes wrong with it stays its own."""
    await asyncio.sleep(0)  # whoever else waits goes between two entries
    try:
        page.check()
        answer_ = await _single(request, entry, place)
    except Failure as failure:
        answer_ = answer_of(failure)
    except Exception as problem:  # noqa: BLE001 - the other entries go on; the fault is told as ours
        LOG.error("request %s failed: %s", request.id, where(problem))  # noqa: TRY400 - a trace may quote a record
        answer_ = answer_of(internal())
    response: dict[str, Any] = {"status": _STATUS.get(answer_.status, str(answer_.status))}
    for header, name in (("Location", "location"), ("ETag", "etag")):
        if header in answer_.headers:
            response[name] = answer_.headers[header]
    body = b"".join(answer_.pieces) if answer_.pieces is not None else answer_.body
    if answer_.status >= 400:  # noqa: PLR2004 - HTTP's own boundary
        response["outcome"] = parse(body)
        body = b""
    resource = b'"resource":' + body + b"," if body else b""
    return b"{" + resource + b'"response":' + serialise(response) + b"}"


async def _single(request: Request, entry: Entry, place: int) -> Answer:
    wish = entry["request"]
    path, _, query = wish["url"].partition("?")
    parts = tuple(unquote(part) for part in path.strip("/").split("/") if part)
    if not parts:
        raise not_supported("A bundle inside a bundle is not supported.")
    headers = {"content-type": FHIR_JSON}
    for name, header in (
        ("ifMatch", "if-match"),
        ("ifNoneExist", "if-none-exist"),
        ("ifNoneMatch", "if-none-match"),
    ):
        if isinstance(wish.get(name), str):
            headers[header] = wish[name]
    key = request.key_within(place)
    if key is not None:
        headers["idempotency-key"] = key
    pairs = read_pairs(query)
    body = serialise(entry["resource"]) if isinstance(entry.get("resource"), dict) else b"{}"
    inner = replace(request, method=wish["method"], parts=parts, pairs=pairs, headers=headers, body=body)
    return await request.dispatch(inner)
