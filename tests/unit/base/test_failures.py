"""Failures are values: a category, issues in FHIR's words, and one line for a terminal."""

import pytest

from carefolio.base import failures
from carefolio.base.failures import Category, Failure, Issue

# https://hl7.org/fhir/R4/valueset-issue-type.html, what of it is used here
ISSUE_TYPES = {
    "structure", "invalid", "login", "forbidden", "not-found", "not-supported", "conflict", "deleted",
    "too-long", "invariant", "throttled", "transient", "exception",
}  # fmt: skip
MADE = {
    "malformed": (lambda: failures.malformed("It cannot be read."), Category.MALFORMED),
    "unauthenticated": (lambda: failures.unauthenticated("It has no token."), Category.UNAUTHENTICATED),
    "forbidden": (lambda: failures.forbidden("This is not for you."), Category.FORBIDDEN),
    "absent": (lambda: failures.absent(), Category.ABSENT),
    "not allowed": (lambda: failures.not_allowed("This can only be read."), Category.NOT_ALLOWED),
    "not supported": (lambda: failures.not_supported("There is no such thing."), Category.ABSENT),
    "not acceptable": (lambda: failures.not_acceptable("JSON only."), Category.NOT_ACCEPTABLE),
    "conflict": (lambda: failures.conflict("It is taken."), Category.CONFLICT),
    "gone": (lambda: failures.gone(), Category.GONE),
    "stale": (lambda: failures.stale("It has moved on."), Category.STALE),
    "too large": (lambda: failures.too_large("It is too much."), Category.TOO_LARGE),
    "unsupported media": (lambda: failures.unsupported_media("JSON only."), Category.UNSUPPORTED_MEDIA),
    "unprocessable": (lambda: failures.unprocessable("It breaks a rule."), Category.UNPROCESSABLE),
    "busy": (lambda: failures.busy("Too much at once."), Category.BUSY),
    "unavailable": (lambda: failures.unavailable("Not just now."), Category.UNAVAILABLE),
    "broken": (lambda: failures.broken("The keys are missing."), Category.BROKEN),
}


@pytest.mark.parametrize("name", MADE)
def test_each_has_its_category_a_fhir_code_and_a_sentence(name):
    make, category = MADE[name]
    failure = make()
    assert failure.category is category
    (issue,) = failure.issues
    assert issue.code in ISSUE_TYPES
    assert issue.severity == "error"
    assert failure.sentence == issue.text
    assert failure.sentence.endswith(".")


def test_every_category_is_made_by_somebody():
    assert {category for _, category in MADE.values()} == set(Category)


def test_a_path_makes_a_structural_finding_and_stands_in_the_line():
    failure = failures.malformed("A number was expected.", "Patient.birthDate")
    assert failure.issues == (Issue("structure", "A number was expected.", "Patient.birthDate"),)
    assert failure.sentence == "A number was expected. (Patient.birthDate)"


def test_several_findings_are_one_line():
    failure = Failure(Category.UNPROCESSABLE, Issue("value", "No such code.", "A.b"), Issue("invariant", "Not both."))
    assert failure.sentence == "No such code. (A.b) Not both."
    assert str(failure) == "('unprocessable', 'No such code.', 'Not both.')"


def test_codes_can_be_told_where_the_usual_one_says_too_little():
    assert failures.conflict("It is there already.", "duplicate").issues[0].code == "duplicate"
    assert failures.unprocessable("No such patient.", code="not-found").issues[0].code == "not-found"


def test_only_what_passes_says_when_to_come_back():
    assert failures.busy("Wait.", retry_after=7).retry_after == 7
    assert failures.busy("Wait.").retry_after == 1
    assert failures.unavailable("Wait.", retry_after=9).retry_after == 9
    assert {name for name, (make, _) in MADE.items() if make().retry_after} == {"busy", "unavailable"}
