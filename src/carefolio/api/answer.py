"""An answer: status, headers, and a body whole or in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from carefolio.base.clock import MICROSECONDS
from carefolio.fhir.json import serialise

FHIR_JSON = b"application/fhir+json; charset=utf-8"


@dataclass(slots=True)
class Answer:
    """What goes back. ``pieces`` instead of ``body`` for a long one."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] | None = None


def resource_answer(status: int, resource: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
    """A resource made for this answer."""
    return Answer(status, serialise(resource), headers or {})


def version_headers(version: int, updated: int) -> dict[str, str]:
    """``ETag`` and ``Last-Modified`` of a version (https://hl7.org/fhir/R4/http.html#versioning)."""
    when = datetime.fromtimestamp(updated // MICROSECONDS, UTC)
    return {"ETag": f'W/"{version}"', "Last-Modified": format_datetime(when, usegmt=True)}


def outcome(severity: str, code: str, text: str) -> dict[str, Any]:
    """An OperationOutcome with one issue."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": text}],
    }
