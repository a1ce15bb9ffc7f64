"""From the running URLconf to addresses with Blanche's ids in them, each with a twin whose ids name nothing.

A pattern with a place that no recipe fills fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.portal.matrix.aviary import Cage, Visitor

Values = dict[str, str]
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:\[[^]]*\]|[^()\[\]])*\)")
_NARROWED = (
    "?kind=results",
    "?kind=measurements&hospital=none",
    "?since=2020-01-01&until=2030-01-01",
    "?page={cursor}&before={cursor}",
    "?hospital={hospital}&since=nonsense",
)
QUERIES = {
    "chart:timeline": _NARROWED,
    "chart:trends": ("?page={cursor}",),
    "chart:trend": ("?page={cursor}", "?since=2020-01-01"),
    "trail:looked": ("?who=Patient/{patient}", "?who={doctor}&sort=read", "?page=999999", "?since=2020-01-01"),
    "trail:mine": ("?who=Patient/{patient}", "?page=999999", "?sort=emergency"),
    "notices:list": ("?before=999999", "?before={step}"),
    "asking:patients": ("?patients={cursor}", "?requests={cursor}"),
    "asking:patient": (
        "?kind=results",
        "?year=2026",
        "?hospital=Organization/{hospital}",
        "?after=Observation/{record}",
    ),
    "asking:ask": ("?what=parts&kind=results",),
    "sharing:gift": ("?from={chosen}",),
    "sharing:gift_records": ("?from={chosen}", "?kind=results"),
    "sharing:choose": ("?from={chosen}",),
    "sharing:change": ("?from={chosen}",),
    "oversight:people": ("?text={word}", "?text=Kanarien", "?role=patient", "?text={email}", "?state=waiting&before=9"),
    "oversight:emergencies": ("?state=open", "?before=999999", "?state=nonsense"),
    "visits:list": ("?week=2026-01-05", "?week=nonsense"),
    "visits:doctor": ("?week=2027-01-04",),
    "visits:book": ("?start={start}",),
    "visits:follow": ("?week=2027-01-04",),
    "visits:follow-book": ("?start={start}",),
    "visits:move": ("?week=2027-01-04",),
    "visits:move-check": ("?start={start}",),
    "account_login": ("?next=/charts/{patient}/", "?next=//evil.example/"),
}
WHOLE_PATHS = {
    "account_confirm_email": ("accounts/confirm-email/{account}:1:nonsense/",),
    "account_reset_password_from_key": ("accounts/password/reset/key/{account}-set-password/",),
}
"""Patterns that are regular expressions."""


@dataclass(frozen=True)
class Address:
    """One address of a route: Blanche's ``path`` and its ``twin``; ``key`` is the record's where it is one's."""

    route: str
    path: str
    twin: str
    key: str = ""


def addresses(cage: Cage, route: dict[str, Any], visitor: Visitor, keys: Sequence[str]) -> list[Address]:
    """All addresses of a route for a visitor; ``keys`` are of the records that are asked for one by one."""
    name, pattern = str(route["name"]), str(route["pattern"])
    general = _general(cage)
    nothing = {one: value if one in _SAME else _nothing(value) for one, value in general.items()}
    found = []
    for key, values in _values(cage, name, pattern, visitor, keys):
        kept = _kept(cage, name, values)
        twin = {place: value if place in kept else _nothing(value) for place, value in values.items()}
        for path, other in zip(
            _paths(name, pattern, values, general), _paths(name, pattern, twin, nothing), strict=True
        ):
            found.append(Address(name, path, other, key))
    return found


_OF_ONE = {"charting:file": "DocumentReference", "charting:deleted": "gone"}
"""Routes that only records of a sort have: by the key of one."""
_SAME = frozenset({"type_", "type", "id_", "form", "doctor", "hospital", "start", "token", "code"})
"""Places whose twin is the same: types of records, the directory's."""


def _kept(cage: Cage, name: str, values: Values) -> set[str]:
    """Places that name nothing of Blanche's: they stay as they are in the twin."""
    kept = set(_SAME) | {"place"} | ({"key"} if name.startswith(("chart:", "home:")) else set())
    kept |= {"id"} if values.get("type") == "Practitioner" else set()
    return kept | ({"chart"} if values.get("chart") != cage.blanche.id else set())


def _general(cage: Cage) -> Values:
    """What queries are filled with."""
    whole = cage.visitors["doctor: whole"].person
    assert whole is not None
    return {
        "patient": cage.blanche.id,
        "cursor": f"{cage.records['pulse']['id']}",
        "hospital": cage.north.organization.partition("/")[2],
        "record": str(cage.records["pulse"]["id"]),
        "doctor": whole.person,
        "step": cage.steps[0],
        "chosen": cage.chosen,
        "account": str(cage.blanche.account),
        "email": cage.blanche.email,
        "word": cage.blanche.name,
        "start": cage.start,
    }


def _nothing(value: str) -> str:
    """Another of the same shape, which names nothing."""
    if value.isdecimal():
        return str(int(value) + 98_000_000)
    if "/" in value:
        type_, _slash, _id = value.partition("/")
        return f"{type_}/{uuid4()}"
    return str(uuid4()) if "-" in value else value


def _paths(name: str, pattern: str, values: Values, general: Values) -> Iterator[str]:
    if name in WHOLE_PATHS:
        yield from ("/" + one.format(**general) for one in WHOLE_PATHS[name])
        return
    assert "(?P<" not in pattern, f"{name} needs a whole path"
    path = "/" + _PLACE.sub(lambda found: values[found[1]], pattern).replace("^", "").replace("$", "")
    yield path
    yield from (path + query.format(**general) for query in QUERIES.get(name, ()))


def _values(cage: Cage, name: str, pattern: str, visitor: Visitor, keys: Sequence[str]) -> Iterator[tuple[str, Values]]:
    """What fills the places of a pattern."""
    places = set(_PLACE.findall(pattern))
    if not places or name in WHOLE_PATHS:
        yield "", {}
        return
    area = name.partition(":")[0]
    recipe = _RECIPES.get(area)
    assert recipe is not None, f"no recipe for {name}"
    if name in _OF_ONE:
        keys = (_OF_ONE[name],)
    for key, values in recipe(cage, places, visitor, keys):
        if name == "oversight:report":
            values = values | {"seq": str(cage.report)}
        if name == "oversight:pharmacist":
            values = values | {"id_": _pharmacy(cage)}
        assert places <= set(values), f"no recipe fills {places - set(values)} of {name}"
        yield key, values


def _of_chart(cage: Cage, places: set[str], visitor: Visitor, keys: Sequence[str]) -> Iterator[tuple[str, Values]]:
    charts = dict.fromkeys([cage.blanche.id, visitor.chart or cage.blanche.id])
    for chart in ({"chart": id_, "place": "0"} for id_ in charts):
        if "rid" in places:
            yield from ((key, chart | _named(cage.records[key])) for key in keys)
            yield from (("consent", chart | {"type_": "Consent", "rid": id_}) for id_ in _contracts(cage))
        elif "key" in places:
            yield from (("", chart | {"key": word}) for word in ("loinc-8867-4", "x-bm9uc2Vuc2U"))
        elif "number" in places:
            yield from (("", chart | {"number": step}) for step in cage.steps[:3])
        else:
            yield "", chart


def _contracts(cage: Cage) -> list[str]:
    """One that holds, one that waits for an answer, one that is over."""
    return [cage.consents[f"doctor: {called}"] for called in ("whole", "asking", "withdrawn")]


def _named(record: dict[str, Any]) -> Values:
    return {"type_": str(record["resourceType"]), "rid": str(record["id"])}


def _of_asking(cage: Cage, places: set[str], _visitor: Visitor, _keys: Sequence[str]) -> Iterator[tuple[str, Values]]:
    if "consent" in places:
        yield from (("consent", {"consent": id_}) for id_ in _contracts(cage))
    else:
        yield "", {"patient": cage.blanche.id}


def _of_sharing(cage: Cage, places: set[str], _visitor: Visitor, _keys: Sequence[str]) -> Iterator[tuple[str, Values]]:
    whole = cage.visitors["doctor: whole"].person
    assert whole is not None
    chosen = {"key": cage.chosen}
    if "type" in places:
        yield "", {"type": "Practitioner", "id": whole.id} | chosen
        yield "", {"type": "Patient", "id": cage.blanche.id} | chosen
        return
    yield from (("consent", {"id": id_} | chosen) for id_ in _contracts(cage))


def _of_messaging(cage: Cage, places: set[str], _visitor: Visitor, _k: Sequence[str]) -> Iterator[tuple[str, Values]]:
    whole = cage.visitors["doctor: whole"].person
    assert whole is not None
    if "task" in places:
        yield "talk", {"task": cage.wish}
    else:
        yield from (("talk", {"other": other}) for other in (cage.blanche.id, whole.id))


def _of_visits(cage: Cage, places: set[str], _visitor: Visitor, _k: Sequence[str]) -> Iterator[tuple[str, Values]]:
    whole = cage.visitors["doctor: whole"].person
    assert whole is not None
    values = {"doctor": whole.id, "patient": cage.blanche.id}
    yield from (("visit", values | {"visit": id_}) for id_ in (cage.visits if "visit" in places else [""]))


def _of_oversight(cage: Cage, _p: set[str], _visitor: Visitor, _k: Sequence[str]) -> Iterator[tuple[str, Values]]:
    hospital = cage.north.organization.partition("/")[2]
    yield "", {"number": str(cage.blanche.account), "id_": hospital, "seq": str(cage.emergency)}


def _pharmacy(cage: Cage) -> str:
    chosen = cage.visitors["pharmacist: chosen"].person
    assert chosen is not None
    return chosen.actor.organization.partition("/")[2]


def _of_drafts(cage: Cage, _p: set[str], _visitor: Visitor, _k: Sequence[str]) -> Iterator[tuple[str, Values]]:
    for form in ("details", "sharing/give", f"sharing/chosen/{cage.chosen}", f"ask-{cage.blanche.id}"):
        yield "", {"form": form}


def _of_prescribing(
    cage: Cage, places: set[str], _visitor: Visitor, _keys: Sequence[str]
) -> Iterator[tuple[str, Values]]:
    doctor = cage.visitors["doctor: adding"].person
    assert doctor is not None
    general = {"patient": cage.blanche.id, "token": cage.paper, "doctor": doctor.id, "number": "1"}
    yield "prescription" if "id" in places else "", general | {"id": str(cage.records["prescription"]["id"])}


def _of_home(_c: Cage, _p: set[str], _visitor: Visitor, _k: Sequence[str]) -> Iterator[tuple[str, Values]]:
    yield from (("", {"key": key}) for key in ("second-factor", "nonsense"))


def _of_payments(cage: Cage, _p: set[str], _visitor: Visitor, _k: Sequence[str]) -> Iterator[tuple[str, Values]]:
    for bill in (cage.bill, str(cage.records["Invoice"]["id"])):
        yield "", {"bill": bill, "visit": cage.visit, "code": cage.receipt}


_RECIPES = {
    "chart": _of_chart,
    "charting": _of_chart,
    "trail": _of_chart,
    "asking": _of_asking,
    "consultation": _of_visits,
    "messaging": _of_messaging,
    "sharing": _of_sharing,
    "visits": _of_visits,
    "oversight": _of_oversight,
    "drafts": _of_drafts,
    "home": _of_home,
    "pharmacy": _of_prescribing,
    "prescribing": _of_prescribing,
    "payments": _of_payments,
    "reviewing": _of_payments,
}
