"""AuditEvent (https://hl7.org/fhir/R4/auditevent.html): a view of the ledger's entries that nobody can write."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from carefolio.api.answer import Answer, resource_answer
from carefolio.api.bundles import bundle, entry
from carefolio.api.request import Request
from carefolio.base import clock
from carefolio.base.clock import instant
from carefolio.base.failures import malformed
from carefolio.fhir.json import serialise
from carefolio.ledger.entry import Kind
from carefolio.ledger.reading import NEWEST
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.trail import Asked, Step
from carefolio.search.query import DateTest, Prefix
from carefolio.search.values import date_test

COUNT = 50
COUNT_MAX = 500
_KNOWN = ("patient", "date", "agent", "_count", "_page")
_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_INTERACTIONS = "http://hl7.org/fhir/restful-interaction"
_OURS = "https://carefolio.org/fhir/CodeSystem/ledger-entry"
_REASONS = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_REFUSED = "4"
_SUBTYPES = MappingProxyType(
    {
        Kind.DISCLOSED_READ: "read",
        Kind.DISCLOSED_SEARCH: "search-type",
        Kind.DISCLOSED_HISTORY: "history-instance",
        Kind.RECORD_CREATED: "create",
        Kind.RECORD_UPDATED: "update",
        Kind.RECORD_DELETED: "delete",
    }
)
_ACTIONS = MappingProxyType({Kind.RECORD_CREATED: "C", Kind.RECORD_UPDATED: "U", Kind.RECORD_DELETED: "D"})
_TESTS: MappingProxyType[Prefix, Callable[[int, DateTest], bool]] = MappingProxyType(
    {
        Prefix.EQ: lambda at, test: test.low <= at <= test.high,
        Prefix.NE: lambda at, test: not test.low <= at <= test.high,
        Prefix.GT: lambda at, test: at > test.high,
        Prefix.SA: lambda at, test: at > test.high,
        Prefix.LT: lambda at, test: at < test.low,
        Prefix.EB: lambda at, test: at < test.low,
        Prefix.GE: lambda at, test: at >= test.low,
        Prefix.LE: lambda at, test: at <= test.high,
        Prefix.AP: lambda at, test: test.low <= at <= test.high,
    }
)


async def answer_search(door: Door, request: Request) -> Answer:
    """Entries of a chart, or the caller's own, newest first."""
    return await _search(door, request, request.admitted(door))


async def answer_search_post(door: Door, request: Request) -> Answer:
    """The same search by POST."""
    caller = request.admitted(door)
    request.pairs = request.pairs + await request.form()
    return await _search(door, request, caller)


async def _search(door: Door, request: Request, caller: Caller) -> Answer:
    asked = read_asked(door, request, caller)
    found = await door.looked_at(caller, asked)
    address = f"{request.base}/AuditEvent"
    kept = [pair for pair in request.pairs if pair[0] != "_page"]
    links = [("self", f"{address}?{urlencode(request.pairs)}" if request.pairs else address)]
    if found.before:
        page = door.finder.cursors.seal(caller.principal.account, b"%d" % found.before)
        links.append(("next", f"{address}?{urlencode([*kept, ('_page', page)])}"))
    entries = [entry(f"{address}/{s.seq}", serialise(event_of(s)), search={"mode": "match"}) for s in found.steps]
    return Answer(200, bundle("searchset", entries, links))


async def answer_read(door: Door, request: Request) -> Answer:
    """One entry."""
    step = await door.step_of(request.admitted(door), request.parts[1])
    return resource_answer(200, event_of(step), {"ETag": 'W/"1"'})


def read_asked(door: Door, request: Request, caller: Caller) -> Asked:
    """The parameters of the search; raises a Failure (400) for one that is not known or not well formed."""
    given: dict[str, str] = {}
    tests: list[DateTest] = []
    for name, value in request.pairs:
        if name == "date":
            tests.append(date_test("date", value, clock.now()))
        elif name in _KNOWN and name not in given:
            given[name] = value
        elif name != "_pretty" and request.prefer.get("handling") != "lenient":
            raise malformed(f"AuditEvent is searched by {', '.join(_KNOWN)}, each once but date; not by {name}.")
    patient = given.get("patient", "")
    account = caller.principal.account
    return Asked(
        patient=patient if not patient or patient.startswith("Patient/") else f"Patient/{patient}",
        agent=given.get("agent", ""),
        within=lambda at: all(_TESTS[test.prefix](at, test) for test in tests),
        count=_count(given.get("_count", str(COUNT))),
        before=door.finder.cursors.open_number(account, given["_page"]) if "_page" in given else NEWEST,
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not int(text[:9]) > 0:
        raise malformed("_count is a whole number above 0.")
    return min(int(text[:9]), COUNT_MAX)


def event_of(step: Step) -> dict[str, Any]:
    """The AuditEvent that an entry is shown as."""
    entry_, content = step.entry, step.entry.content
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": str(step.seq),
        "meta": {"versionId": "1", "lastUpdated": instant(entry_.time)},
        "type": {"system": _TYPES, "code": "rest"},
        "subtype": _subtypes(entry_.kind),
        "action": _ACTIONS.get(entry_.kind, "E" if entry_.kind is Kind.BREAK_GLASS else "R"),
        "recorded": instant(entry_.time),
        "outcome": _REFUSED if entry_.kind is Kind.REFUSED else "0",
        "agent": _agents(step),
        "source": {"site": content.get("region", ""), "observer": {"display": "Carefolio"}},
    }
    purpose = _purpose(content)
    if purpose:
        event["purposeOfEvent"] = purpose
    named = [*content.get("records", []), *(write[0] for write in content.get("writes", []))]
    if named:
        event["entity"] = [{"what": {"reference": reference}} for reference in named]
    return event


def _subtypes(kind: Kind) -> list[dict[str, str]]:
    ours = {"system": _OURS, "code": kind.name.lower().replace("_", "-")}
    standard = _SUBTYPES.get(kind)
    return [{"system": _INTERACTIONS, "code": standard}, ours] if standard else [ours]


def _agents(step: Step) -> list[dict[str, Any]]:
    """Who did it, in which role, allowed by which contract; then the organisation they did it for."""
    content = step.entry.content
    who = {name: value for name, value in (("reference", content.get("who")), ("display", step.name)) if value}
    agent: dict[str, Any] = {"requestor": True}
    if who:
        agent["who"] = who
    if content.get("role"):
        agent["role"] = [{"text": content["role"]}]
    if content.get("contracts"):
        agent["policy"] = content["contracts"]
    organization = content.get("organization")
    if not organization:
        return [agent]
    return [agent, {"requestor": False, "who": {"reference": organization}}]


def _purpose(content: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if content.get("purpose"):
        found.append({"coding": [{"system": _REASONS, "code": content["purpose"]}]})
    reason = content.get("reason")
    if reason:
        coding = {name: reason[name] for name in ("system", "code") if reason.get(name)}
        found.append({"coding": [coding], "text": reason["text"]})
    return found
