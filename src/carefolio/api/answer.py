"""An answer: status, headers, and a body whole or in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
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
    return {"ETag": f'W/"{version}"', "Last-Modified": http_date(updated // MICROSECONDS)}


@lru_cache(4_096)
def http_date(seconds: int) -> str:
    """A moment as HTTP writes it (RFC 9110, 5.6.7); a system call's worth of work, so the newest are kept."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def outcome(severity: str, code: str, text: str) -> dict[str, Any]:
    """An OperationOutcome with one issue."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": text}],
    }
