"""Tests that can be ordered, and after how long one is worth doing again: nobody is pricked twice for the same number.

The periods are ours, after the intervals that the UK's Royal College of Pathologists recommends as the least between
two requests ("National minimum retesting intervals in pathology", 2021); a doctor who has a reason orders all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from carefolio.base import clock
from carefolio.workflows.charting.codes import LOINC, Code, concept, loinc

Resource = dict[str, Any]

COUNTS: Final = frozenset({"final", "amended", "corrected", "appended"})
"""An Observation or a DiagnosticReport in one of these states is a result."""
OPEN: Final = frozenset({"active", "on-hold"})
"""An order in one of these states may still be answered."""
STANDS: Final = 90 * clock.DAY
"""For so long an order is expected to be answered."""
AHEAD: Final = 14 * clock.HOUR
"""A day begins so much earlier where it begins first: what is dated today there is no later than now."""
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Test:
    """A test; ``alike`` are LOINC codes of results that say the same, its own among them, for ``days``. ``parts`` are
    those of each part of a panel: only all of them together say the same.
    """

    __test__ = False
    key: str
    words: str
    code: Code
    days: int
    alike: frozenset[str]
    parts: tuple[frozenset[str], ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """All codes under which something of it may stand."""
        return self.alike.union(*self.parts)

    @property
    def period(self) -> int:
        """For how long a result stands, in µs."""
        return self.days * clock.DAY


@dataclass(frozen=True, slots=True)
class Result:
    """What a chart holds of a test, a result or an order: ``codes`` as ``system|code``; ``low`` and ``high``, the first
    and the last moment of its clinical date (µs UTC; no ``high``: it has none). A date alone is a day in UTC.
    """

    reference: str
    codes: frozenset[str]
    status: str
    low: int
    high: int


def _test(key: str, words: str, days: int, code: tuple[str, str], *others: str) -> Test:
    return Test(key, words, loinc(*code), days, _codes(code[0], *others))


def _panel(test: Test, *parts: str) -> Test:
    return replace(test, parts=tuple(_codes(*part.split()) for part in parts))


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(f"{LOINC}|{one}" for one in codes)


_CREATININE: Final = "14682-9 38483-4 2160-0"
_POTASSIUM: Final = "2823-3 6298-4"
TESTS: Final[Mapping[str, Test]] = MappingProxyType(
    {
        one.key: one
        for one in (
            _panel(
                _test("blood-count", "Full blood count", 3, ("58410-2", "Full blood count"), "57021-8"),
                *("718-7", "4544-3 20570-8", "789-8", "6690-2", "777-3"),
            ),
            _panel(
                _test(
                    *("chemistry", "Salts and kidneys", 3, ("51990-0", "Basic metabolic panel")),
                    *("24320-4", "24321-2", "24323-8"),
                ),
                *("2951-2 2947-0", _POTASSIUM, "2075-0 2069-3", "2028-9 20565-8", "17861-6 49765-1"),
                *("22664-7 6299-2 3094-0", _CREATININE, "14771-0 1558-6 15074-8 2345-7 2339-0"),
            ),
            _test("potassium", "Potassium", 1, ("2823-3", "Potassium"), "6298-4"),
            _test("creatinine", "Creatinine", 3, ("14682-9", "Creatinine"), "38483-4", "2160-0"),
            _test("liver", "Liver test (ALT)", 3, ("1742-6", "Alanine aminotransferase")),
            _test("crp", "Inflammation test (CRP)", 1, ("1988-5", "C reactive protein")),
            _test("glucose", "Fasting blood sugar", 1, ("14771-0", "Fasting glucose"), "1558-6"),
            _test("hba1c", "Long-term blood sugar (HbA1c)", 60, ("4548-4", "HbA1c"), "17856-6", "59261-8"),
            _panel(
                _test("fats", "Blood fats", 90, ("57698-3", "Lipid panel"), "24331-1"),
                *("14647-2 2093-3", "14646-4 2085-9", "22748-8 18262-6 13457-7", "14927-8 2571-8"),
            ),
            _test("thyroid", "Thyroid signal (TSH)", 28, ("3016-3", "Thyroid-stimulating hormone")),
            _test("ferritin", "Iron store (ferritin)", 90, ("2276-4", "Ferritin")),
            _test("vitamin-d", "Vitamin D", 365, ("1989-3", "25-hydroxyvitamin D3"), "14635-7", "62292-8"),
            _test("psa", "Prostate test (PSA)", 365, ("2857-1", "Prostate specific antigen")),
            _test("strain", "Heart strain test (NT-proBNP)", 7, ("33762-6", "NT-proBNP")),
            _test("urine", "Urine test", 2, ("24357-6", "Urinalysis"), "24356-8"),
        )
    }
)
"""By key, in the order in which they are offered."""


def equal_recent(test: Test, results: Iterable[Result], now: int) -> list[Result]:
    """Results that make the test redundant now (µs UTC): the same test, not older than its period, the newest first.
    What has no date, or a later one, is none.
    """
    found = [one for one in results if one.status in COUNTS and _is_within(one, test.period, now)]
    return sorted(_equal(test, found), key=_newest)


def open_equal(test: Test, orders: Iterable[Result], results: Iterable[Result], now: int) -> list[Result]:
    """Orders of the same test that nothing came of yet, the newest first."""
    counted = [one for one in results if one.status in COUNTS]
    found = [one for one in orders if one.status in OPEN and _is_within(one, STANDS, now)]
    return sorted(
        (one for one in found if test.alike & one.codes and not _is_answered(test, one, counted)), key=_newest
    )


def _is_within(one: Result, period: int, now: int) -> bool:
    return bool(one.high) and one.high >= now - period and one.low <= now + AHEAD


def _newest(one: Result) -> tuple[int, str]:
    return -one.low, one.reference


def _equal(test: Test, results: Iterable[Result]) -> frozenset[Result]:
    """Those that say what the test would: under a code of its own, or under those of all its parts."""
    found = tuple(results)
    of_parts = [_bearing(codes, found) for codes in test.parts]
    return _bearing(test.alike, found).union(*(of_parts if all(of_parts) else ()))


def _bearing(codes: frozenset[str], results: Iterable[Result]) -> frozenset[Result]:
    return frozenset(one for one in results if not codes.isdisjoint(one.codes))


def _is_answered(test: Test, order: Result, results: Iterable[Result]) -> bool:
    return bool(_equal(test, (one for one in results if one.high >= order.low)))


def order(test: Test, patient: str, requester: Resource, why: tuple[str, str], day: str) -> Resource:
    """The ServiceRequest; ``why``: the reason for the test, and that for ordering it in spite of a recent result."""
    reason, again = why
    made: Resource = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "category": [{"text": "Laboratory"}],
        "code": concept(test.code, text=test.words),
        "subject": {"reference": patient},
        "requester": requester,
        "authoredOn": day,
    }
    if reason:
        made["reasonCode"] = [{"text": reason}]
    if again:
        made["note"] = [{"text": again}]
    return made
