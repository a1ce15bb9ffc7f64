"""Charting's actions, one an intention, all through the door.

Who writes: a patient in their own chart; whoever a contract lets add records; the doctor of a visit, under its mandate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, forbidden
from carefolio.base.ids import new_id
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method, Outcome
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.mandates import CONSULTATION, Under
from carefolio.records.read import Found
from carefolio.records.repeat import Repeatable
from carefolio.records.timeline import Slice, Wanted
from carefolio.records.visits import Visit, visit_in
from carefolio.workflows.charting import rules
from carefolio.workflows.charting.fields import Form
from carefolio.workflows.charting.forms import HEIGHT, MASS_INDEX, WEIGHT
from carefolio.workflows.charting.hints import ASKED, Hint, hints, measure, measured
from carefolio.workflows.charting.ordering import STANDS, Result, Test, equal_recent, open_equal
from carefolio.workflows.charting.rules import Setting, Values

Resource = dict[str, Any]
_VISITS = "50"
_RESULTS = 100
_BOTH = 2
_LAST_TWO = 2
_BEYOND = 2**31
"""Above every version."""
_MEASURED = frozenset(one.code.key for one in (WEIGHT, HEIGHT) if one.code)
_INDEX = frozenset({MASS_INDEX.code.key} if MASS_INDEX.code else ())
_NARROWED = "Your access does not let you add records of this kind here."


class Way(StrEnum):
    """What lets somebody write in a chart."""

    OWN = "own"
    CONTRACT = "contract"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Standing:
    """By what somebody writes; ``visit`` where it is one."""

    way: Way
    visit: Visit | None = None

    @property
    def under(self) -> Under | None:
        """The mandate of the visit, which has to be as it was."""
        if self.visit is None:
            return None
        return Under(CONSULTATION, unmoved=(("Appointment", self.visit.id, self.visit.version),))


async def standing(door: Door, caller: Caller, chart: str) -> Standing:
    """By what the caller may write in the chart of ``Patient/chart``; raises absent where by nothing."""
    principal = caller.principal
    owner = door.naming.chart(principal, f"Patient/{chart}")
    if owner is not None and principal.chart == owner.number:
        return Standing(Way.OWN)
    if owner is not None and _may_write(caller) and door.viewer.of(caller, owner.number).adds:
        return Standing(Way.CONTRACT)
    visit = await _visit(door, caller, chart)
    if visit is None:
        raise absent()
    return Standing(Way.VISIT, visit)


def _may_write(caller: Caller) -> bool:
    return caller.principal.role is not Role.DOCTOR or caller.principal.verified


async def _visit(door: Door, caller: Caller, chart: str) -> Visit | None:
    """A visit of theirs with that patient that lets them write now; the search stands in the trail."""
    if caller.principal.role is not Role.DOCTOR or not caller.principal.verified:
        return None
    now = clock.now()
    pairs = [
        ("patient", f"Patient/{chart}"),
        ("practitioner", caller.principal.person),
        ("status", "arrived,fulfilled,booked"),
        ("date", f"ge{clock.moment(now - rules.WRITE_UP - clock.DAY):%Y-%m-%d}"),
        ("_sort", "-date"),
        ("_count", _VISITS),
    ]
    _query, found = await door.search(caller, "Appointment", pairs, Handling())
    visits = (one for one in map(visit_in, found.matches) if one.ours)
    me = caller.principal.person
    return next((one for one in visits if one.doctor.reference == me and rules.lets_write(one, now)), None)


async def add(
    door: Door, caller: Caller, form: Form, values: Values, setting: Setting, repeatable: Repeatable | None = None
) -> list[Outcome]:
    """Write what a filled-in form makes, all or nothing; the same under the same key is written once."""
    if caller.principal.role not in form.roles:
        raise forbidden("This form is not for your account.")
    return await write(door, caller, rules.resources(form, values, setting, new_id), repeatable)


async def write(
    door: Door, caller: Caller, made: Sequence[Resource], repeatable: Repeatable | None = None
) -> list[Outcome]:
    """Write new records in a patient's chart: what their contract opens, else what a visit does."""
    chart = _chart_of(made)
    by = await standing(door, caller, chart)
    try:
        return await door.write(caller, _changes(made), repeatable, by.under)
    except Failure as failure:
        if by.way is not Way.CONTRACT or failure.category is not Category.UNPROCESSABLE or not _is_closed(failure):
            raise
    visit = await _visit(door, caller, chart)
    if visit is None:
        raise forbidden(_NARROWED)
    return await door.write(caller, _changes(made), repeatable, Standing(Way.VISIT, visit).under)


def _changes(made: Sequence[Resource]) -> list[Change]:
    """Under ids of their own, so that they can name one another."""
    return [Change(Method.UPDATE, one["resourceType"], one["id"], dict(one)) for one in made]


def _is_closed(failure: Failure) -> bool:
    return any(issue.code == "not-found" for issue in failure.issues)


def _chart_of(made: Sequence[Resource]) -> str:
    about = made[0].get("subject") or made[0].get("patient") or {}
    return str(about.get("reference", "")).removeprefix("Patient/")


# ── correcting ──


async def correct(door: Door, caller: Caller, made: Resource, version: int) -> None:
    """Put a corrected record in the place of the version that the caller looked at; a mass index that was worked out of
    it is worked out anew in the same transaction.
    """
    change = Change(Method.UPDATE, made["resourceType"], made["id"], made, if_match=version)
    await door.write(caller, [change, *await _worked_out_of(door, caller, made)])


async def _worked_out_of(door: Door, caller: Caller, made: Resource) -> list[Change]:
    if not _codes(made) & _MEASURED or "valueQuantity" not in made:
        return []
    chart = str(made["subject"]["reference"]).removeprefix("Patient/")
    kinds = (Slice("Observation", _INDEX),)
    page = await _page(door, caller, chart, Wanted(kinds=kinds, count=_RESULTS))
    me, changes = f"Observation/{made['id']}", list[Change]()
    for one in page:
        body = parse(one.body)
        parts = [part.get("reference", "") for part in body.get("derivedFrom", ())]
        if me in parts and len(parts) == _BOTH and one.row.author == caller.principal.account:
            (other,) = (part for part in parts if part != me)
            found = await door.read(caller.token, caller.request, "Observation", other.partition("/")[2])
            index = rules.with_mass_index(body, made, parse(found.body))
            changes.append(Change(Method.UPDATE, "Observation", body["id"], index, if_match=one.version))
    return changes


# ── undoing a deletion ──


async def deleted(door: Door, caller: Caller, chart: str, reference: str) -> tuple[Found, Found]:
    """The mark of a deletion in this chart and what the caller deleted; raises absent where there is none."""
    type_, _slash, id_ = reference.partition("/")
    versions = await door.history(caller, type_, id_, (_BEYOND, _LAST_TWO))
    owner = door.naming.chart(caller.principal, f"Patient/{chart}")
    is_gone = len(versions) == _LAST_TWO and not versions[0].body
    mine = is_gone and versions[0].row.author == caller.principal.account
    if not mine or owner is None or versions[0].row.owner != owner.number:
        raise absent()
    return versions[0], versions[1]


async def put_back(door: Door, caller: Caller, chart: str, reference: str) -> Outcome:
    """Undo a deletion: what stood before it becomes the newest version. Raises absent where the caller deleted
    nothing that they wrote.
    """
    mark, before = await deleted(door, caller, chart, reference)
    type_, _slash, id_ = reference.partition("/")
    change = Change(Method.UPDATE, type_, id_, parse(before.body), if_match=mark.version)
    return (await door.write(caller, [change]))[0]


# ── tests and hints ──


@dataclass(frozen=True, slots=True)
class Before:
    """What makes a test redundant, the newest first: results that stand, and orders that nothing came of yet."""

    results: Sequence[Found] = ()
    orders: Sequence[Found] = ()

    @property
    def mark(self) -> str:
        """What was shown to whoever orders all the same: what is newer is shown before the order is taken."""
        return ",".join(sorted(one.row.reference for one in (*self.results, *self.orders)))


async def before(door: Door, caller: Caller, chart: str, test: Test) -> Before:
    """Results and orders that make this test redundant now, as far as the caller may see them."""
    now = clock.now()
    of_orders = (Slice("ServiceRequest", test.alike),)
    ordered = await _page(door, caller, chart, Wanted(of_orders, since=now - STANDS - clock.DAY, count=_RESULTS))
    since = min([now - test.period - clock.DAY, *(one.row.low for one in ordered)])
    of_results = (Slice("Observation", test.codes), Slice("DiagnosticReport", test.alike))
    made = await _page(door, caller, chart, Wanted(of_results, since=since, count=_RESULTS))
    found = {one.row.reference: one for one in (*made, *ordered)}
    results, orders = [_result(one) for one in made], [_result(one) for one in ordered]
    return Before(
        [found[one.reference] for one in equal_recent(test, results, now)],
        [found[one.reference] for one in open_equal(test, orders, results, now)],
    )


async def order(door: Door, caller: Caller, made: Resource, repeatable: Repeatable | None = None) -> Outcome:
    """Write an order; only doctors do."""
    if caller.principal.role is not Role.DOCTOR:
        raise forbidden("Only a doctor orders tests.")
    return (await write(door, caller, [made | {"id": new_id()}], repeatable))[0]


async def hints_about(door: Door, caller: Caller, chart: str, *, adult: bool, sex: str = "") -> list[tuple[Hint, int]]:
    """Hints to the newest measurements that the caller may see, each with the clinical date (µs UTC) of its value; for
    somebody of this administrative sex, as FHIR writes it.
    """
    if not adult:
        return []
    page = await _page(door, caller, chart, Wanted(kinds=(Slice("Observation", ASKED),), count=_RESULTS))
    newest: dict[str, tuple[str, Found]] = {}
    for one in page:
        for code in _codes(parse(one.body)) & ASKED:
            newest.setdefault(measure(code), (code, one))
    return [
        (hint, one.row.low)
        for _measure, (code, one) in sorted(newest.items())
        for hint in hints(measured(parse(one.body), code), adult=adult, sex=sex)
    ]


async def _page(door: Door, caller: Caller, chart: str, wanted: Wanted) -> list[Found]:
    """Nothing for a chart that is closed to them: the doctor of a visit may write where they may not read."""
    try:
        return (await door.timeline(caller, f"Patient/{chart}", wanted)).found
    except Failure as failure:
        if failure.category is not Category.ABSENT:
            raise
        return []


def _result(found: Found) -> Result:
    body = parse(found.body)
    row = found.row
    return Result(row.reference, _codes(body), str(body.get("status", "")), row.low, row.high)


def _codes(body: Resource) -> frozenset[str]:
    codings = body.get("code", {}).get("coding", ())
    return frozenset(f"{one.get('system', '')}|{one.get('code', '')}" for one in codings)
