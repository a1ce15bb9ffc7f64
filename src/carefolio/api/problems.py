"""Failures become answers here and nowhere else: a status, an OperationOutcome; never a trace, never health data."""

from __future__ import annotations

from typing import Any

from carefolio.api.answer import Answer, resource_answer
from carefolio.base.failures import HTTP_STATUS, Category, Failure, Issue

ISSUES_SHOWN = 50


def answer_of(failure: Failure) -> Answer:
    """The answer to a request that could not be done."""
    headers: dict[str, str] = {}
    if failure.category is Category.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = 'Bearer realm="carefolio"'
    if failure.allow:
        headers["Allow"] = ", ".join(failure.allow)
    if failure.codings:
        headers["Accept-Encoding"] = ", ".join(failure.codings)
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    return resource_answer(HTTP_STATUS[failure.category], outcome_of(failure), headers)


def outcome_of(failure: Failure) -> dict[str, Any]:
    """The OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html) of a failure."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(issue) for issue in failure.issues[:ISSUES_SHOWN]],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    found: dict[str, Any] = {"severity": issue.severity, "code": issue.code, "diagnostics": issue.text}
    if issue.path:
        found["expression"] = [issue.path]
    return found


def internal() -> Failure:
    """What a caller is told of a fault of ours: nothing but that it is ours."""
    return Failure(Category.BROKEN, Issue("exception", "Something went wrong here; the operator has been told."))
