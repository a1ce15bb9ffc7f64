"""A doctor's hours as the directory holds them: one Schedule for each doctor, and back.

| element | holds |
|---|---|
| `actor` | the Practitioner |
| `active` | whether anything can be booked |
| `planningHorizon` | the first and the last day of the hours, where there is one |
| extension `schedule-zone` | the zone of the doctor's clock |
| extension `schedule-ahead`, `schedule-notice` | days ahead at the most, minutes before at the least |
| extension `schedule-hours`, for each line | `weekday` (`mon` …), `from`, `to`, `minutes`, `mode` (each), `booking` |
| extension `schedule-extra`, for each | `day`, and as above |
| extension `schedule-off`, for each | `first`, `last`, and `from`, `to` for a part of each day |

https://hl7.org/fhir/R4/schedule.html has no elements for hours: it expects the slots to be there, free or not. Here a
Slot is written when it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from carefolio.base.failures import Failure
from carefolio.workflows.scheduling.rules import USUAL_AHEAD, Extra, Hours, Off, Plan, Sort, refuse_plan
from carefolio.workflows.scheduling.walls import MINUTES_A_DAY

Resource = dict[str, Any]

_BASE: Final = "https://carefolio.org/fhir/StructureDefinition/schedule-"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR: Final = 60
_MIDNIGHT: Final = "23:59:59"
"""The end of a day: FHIR's time has no 24:00."""


def schedule_of(plan: Plan, doctor: str, name: str, before: Resource | None = None) -> Resource:
    """The Schedule that holds these hours of ``Practitioner/id``; what else stands in the one ``before`` stays."""
    old = before or {}
    others = [one for one in old.get("extension", []) if not one.get("url", "").startswith(_BASE)]
    resource: Resource = old | {
        "resourceType": "Schedule",
        "extension": [*others, *_extensions(plan)],
        "active": plan.active,
        "actor": [{"reference": doctor, "display": name}],
    }
    resource.pop("planningHorizon", None)
    held = {key: day.isoformat() for key, day in (("start", plan.first), ("end", plan.last)) if day}
    return resource | ({"planningHorizon": held} if held else {})


def plan_of(schedule: Resource) -> Plan:
    """The hours that a Schedule holds; none for one that was made elsewhere, or that a program wrote and nobody can
    read.
    """
    try:
        plan = _plan(schedule)
        refuse_plan(plan)
        plan.clock  # noqa: B018 - a zone that there is not raises here
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, Failure):
        return Plan(active=False)
    return plan


def _plan(schedule: Resource) -> Plan:
    found = [one for one in schedule.get("extension", []) if one.get("url", "").startswith(_BASE)]
    single = {_name(one): next(_values(one), None) for one in found if not one.get("extension")}
    horizon = schedule.get("planningHorizon", {})
    return Plan(
        zone=single.get("zone") or "UTC",
        hours=tuple(_hours(_parts(one)) for one in found if _name(one) == "hours"),
        extra=tuple(_extra(_parts(one)) for one in found if _name(one) == "extra"),
        off=tuple(_day_off(_parts(one)) for one in found if _name(one) == "off"),
        ahead=int(single.get("ahead") or USUAL_AHEAD),
        notice=int(single.get("notice") or 0),
        first=_date(horizon.get("start")),
        last=_date(horizon.get("end")),
        active=schedule.get("active") is not False,
    )


# ── to FHIR ──


def _extensions(plan: Plan) -> Iterator[Resource]:
    yield {"url": f"{_BASE}zone", "valueCode": plan.zone}
    yield {"url": f"{_BASE}ahead", "valuePositiveInt": plan.ahead}
    yield {"url": f"{_BASE}notice", "valueUnsignedInt": plan.notice}
    for hours in plan.hours:
        weekday = {"url": "weekday", "valueCode": _WEEKDAYS[hours.weekday]}
        yield _nested("hours", [weekday, *_stretch(hours.begin, hours.end), *_sort(hours.sort)])
    for extra in plan.extra:
        day = {"url": "day", "valueDate": extra.day.isoformat()}
        yield _nested("extra", [day, *_stretch(extra.begin, extra.end), *_sort(extra.sort)])
    for off in plan.off:
        days = [
            {"url": "first", "valueDate": off.first.isoformat()},
            {"url": "last", "valueDate": off.last.isoformat()},
        ]
        part = () if (off.begin, off.end) == (0, MINUTES_A_DAY) else _stretch(off.begin, off.end)
        yield _nested("off", [*days, *part])


def _nested(name: str, parts: Iterable[Resource]) -> Resource:
    return {"url": f"{_BASE}{name}", "extension": list(parts)}


def _stretch(begin: int, end: int) -> Iterator[Resource]:
    yield {"url": "from", "valueTime": _time(begin)}
    yield {"url": "to", "valueTime": _time(end)}


def _sort(sort: Sort) -> Iterator[Resource]:
    yield {"url": "minutes", "valuePositiveInt": sort.minutes}
    for mode in sort.modes:
        yield {"url": "mode", "valueCode": mode}
    yield {"url": "booking", "valueCode": sort.booking}


def _time(minute: int) -> str:
    return _MIDNIGHT if minute == MINUTES_A_DAY else f"{minute // _HOUR:02}:{minute % _HOUR:02}:00"


# ── from FHIR ──


def _name(extension: Resource) -> str:
    return str(extension.get("url", "")).removeprefix(_BASE)


def _values(extension: Resource) -> Iterator[Any]:
    return (value for key, value in extension.items() if key.startswith("value"))


def _parts(extension: Resource) -> dict[str, list[Any]]:
    """The nested values by their names."""
    found: dict[str, list[Any]] = {}
    for one in extension.get("extension", []):
        found.setdefault(one.get("url", ""), []).extend(_values(one))
    return found


def _hours(parts: Mapping[str, list[Any]]) -> Hours:
    return Hours(_WEEKDAYS.index(parts["weekday"][0]), _minute(parts["from"][0]), _minute(parts["to"][0]), _kind(parts))


def _extra(parts: Mapping[str, list[Any]]) -> Extra:
    day = date.fromisoformat(parts["day"][0])
    return Extra(day, _minute(parts["from"][0]), _minute(parts["to"][0]), _kind(parts))


def _day_off(parts: Mapping[str, list[Any]]) -> Off:
    first, last = date.fromisoformat(parts["first"][0]), date.fromisoformat(parts["last"][0])
    return Off(first, last, _minute(parts.get("from", ["00:00"])[0]), _minute(parts.get("to", [_MIDNIGHT])[0]))


def _kind(parts: Mapping[str, list[Any]]) -> Sort:
    return Sort(int(parts["minutes"][0]), tuple(parts["mode"]), parts["booking"][0])


def _minute(text: str) -> int:
    if text == _MIDNIGHT:
        return MINUTES_A_DAY
    hour, minute = text.split(":")[:2]
    return int(hour) * _HOUR + int(minute)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
