"""Tests that can be ordered, and after how long one is worth doing again: nobody is pricked twice for the same number.

The periods are ours, after the intervals that the UK's Royal College of Pathologists recommends as the least between
two requests ("National minimum retesting intervals in pathology", 2021); a doctor who has a reason orders all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from carefolio.base import clock
from carefolio.workflows.charting.codes import LOINC, Code, concept, loinc

Resource = dict[str, Any]

COUNTS: Final = frozenset({"final", "amended", "corrected"})
"""An Observation in one of these states is a result."""
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Test:
    """A test; ``alike`` are LOINC codes of results that say the same, its own among them, for ``days``."""

    __test__ = False
    key: str
    words: str
    code: Code
    days: int
    alike: frozenset[str]

    @property
    def period(self) -> int:
        """For how long a result stands, in µs."""
        return self.days * clock.DAY


@dataclass(frozen=True, slots=True)
class Result:
    """What a chart holds of a test: ``code`` as ``system|code``, ``low`` its clinical date (µs UTC, 0 for none)."""

    reference: str
    codes: frozenset[str]
    status: str
    low: int


def _test(key: str, words: str, days: int, code: tuple[str, str], *others: str) -> Test:
    alike = frozenset(f"{LOINC}|{one}" for one in (code[0], *others))
    return Test(key, words, loinc(*code), days, alike)


TESTS: Final[Mapping[str, Test]] = MappingProxyType(
    {
        one.key: one
        for one in (
            _test("blood-count", "Full blood count", 3, ("58410-2", "Full blood count"), "718-7"),
            _test("chemistry", "Salts and kidneys", 3, ("51990-0", "Basic metabolic panel"), "2823-3"),
            _test("potassium", "Potassium", 1, ("2823-3", "Potassium"), "6298-4"),
            _test("creatinine", "Creatinine", 3, ("14682-9", "Creatinine"), "38483-4", "2160-0"),
            _test("liver", "Liver test (ALT)", 3, ("1742-6", "Alanine aminotransferase")),
            _test("crp", "Inflammation test (CRP)", 1, ("1988-5", "C reactive protein")),
            _test("glucose", "Fasting blood sugar", 1, ("14771-0", "Fasting glucose")),
            _test("hba1c", "Long-term blood sugar (HbA1c)", 60, ("4548-4", "HbA1c"), "59261-8"),
            _test("fats", "Blood fats", 90, ("57698-3", "Lipid panel"), "24331-1", "14647-2", "2093-3"),
            _test("thyroid", "Thyroid signal (TSH)", 28, ("3016-3", "Thyroid-stimulating hormone")),
            _test("ferritin", "Iron store (ferritin)", 90, ("2276-4", "Ferritin")),
            _test("vitamin-d", "Vitamin D", 365, ("1989-3", "25-hydroxyvitamin D3"), "62292-8"),
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
    found = [one for one in results if _is_equal(test, one) and now - test.period <= one.low <= now and one.low]
    return sorted(found, key=lambda one: (-one.low, one.reference))


def _is_equal(test: Test, result: Result) -> bool:
    return result.status in COUNTS and not test.alike.isdisjoint(result.codes)


def shown_mark(results: Iterable[Result]) -> str:
    """What was shown to whoever orders all the same: a newer result is shown before the order is taken."""
    return ",".join(sorted(one.reference for one in results))


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
