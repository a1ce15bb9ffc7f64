"""Failures as values: about ten categories, each turned into HTTP at one edge only.

A failure carries issues in the words of FHIR's OperationOutcome (https://hl7.org/fhir/R4/valueset-issue-type.html):
the code, a sentence that helps whoever sent the request, and the element's path where there is one.
No issue may hold health data: the sentence names the element, never its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Category(StrEnum):
    """Why something was not done, independent of any protocol."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    ABSENT = "absent"
    NOT_ALLOWED = "not-allowed"
    NOT_ACCEPTABLE = "not-acceptable"
    CONFLICT = "conflict"
    GONE = "gone"
    STALE = "stale"
    TOO_LARGE = "too-large"
    UNSUPPORTED_MEDIA = "unsupported-media"
    UNPROCESSABLE = "unprocessable"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


HTTP_STATUS = MappingProxyType(
    {
        Category.MALFORMED: 400,
        Category.UNAUTHENTICATED: 401,
        Category.FORBIDDEN: 403,
        Category.ABSENT: 404,
        Category.NOT_ALLOWED: 405,
        Category.NOT_ACCEPTABLE: 406,
        Category.CONFLICT: 409,
        Category.GONE: 410,
        Category.STALE: 412,
        Category.TOO_LARGE: 413,
        Category.UNSUPPORTED_MEDIA: 415,
        Category.UNPROCESSABLE: 422,
        Category.BUSY: 429,
        Category.UNAVAILABLE: 503,
        Category.BROKEN: 500,
    }
)
"""What each category is in HTTP, for records and pages alike."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: FHIR issue-type ``code``, a sentence, the element's ``path`` (``Patient.name[0].family``)."""

    code: str
    text: str
    path: str | None = None
    severity: str = "error"


class Failure(Exception):  # noqa: N818 - a failure is a value of this domain, "FailureError" says it twice
    """Something could not be done; ``category`` says why, ``issues`` say what to mend."""

    def __init__(
        self,
        category: Category,
        *issues: Issue,
        retry_after: int | None = None,
        allow: Sequence[str] = (),
        codings: Sequence[str] = (),
    ) -> None:
        super().__init__(category.value, *(issue.text for issue in issues))
        self.category = category
        self.issues = issues
        self.retry_after = retry_after
        self.allow = tuple(allow)
        self.codings = tuple(codings)

    @property
    def sentence(self) -> str:
        """All issues as one line for a terminal."""
        return " ".join(f"{i.text} ({i.path})" if i.path else i.text for i in self.issues)


def malformed(text: str, path: str | None = None) -> Failure:
    """The request cannot be read as what it claims to be (HTTP 400)."""
    return Failure(Category.MALFORMED, Issue("structure" if path else "invalid", text, path))


def unauthenticated(text: str) -> Failure:
    """No token, or one that does not hold (HTTP 401)."""
    return Failure(Category.UNAUTHENTICATED, Issue("login", text))


def forbidden(text: str) -> Failure:
    """This role may never do that, whatever is stored (HTTP 403)."""
    return Failure(Category.FORBIDDEN, Issue("forbidden", text))


def absent() -> Failure:
    """Not there, or not to be seen by this caller: the two are told in the same words (HTTP 404)."""
    return Failure(Category.ABSENT, Issue("not-found", "There is no such record, or you may not see it."))


def not_allowed(text: str, allow: Sequence[str] = ()) -> Failure:
    """The path exists, the method does not; ``allow`` are those that do (HTTP 405)."""
    return Failure(Category.NOT_ALLOWED, Issue("not-supported", text), allow=allow)


def not_supported(text: str) -> Failure:
    """A part of FHIR that this server does not have: a path that is not there (HTTP 404)."""
    return Failure(Category.ABSENT, Issue("not-supported", text))


def not_acceptable(text: str) -> Failure:
    """The answer was asked for in a format that is not spoken here (HTTP 406)."""
    return Failure(Category.NOT_ACCEPTABLE, Issue("not-supported", text))


def conflict(text: str, code: str = "conflict") -> Failure:
    """A duplicate, or a race that somebody else won (HTTP 409)."""
    return Failure(Category.CONFLICT, Issue(code, text))


def gone() -> Failure:
    """It was there and has been deleted (HTTP 410)."""
    return Failure(Category.GONE, Issue("deleted", "This record has been deleted; its history remains."))


def stale(text: str) -> Failure:
    """``If-Match`` or ``If-None-Exist`` does not hold (HTTP 412)."""
    return Failure(Category.STALE, Issue("conflict", text))


def too_large(text: str) -> Failure:
    """More than one request may carry (HTTP 413)."""
    return Failure(Category.TOO_LARGE, Issue("too-long", text))


def too_costly(text: str) -> Failure:
    """Left undone, because the answer as a whole grew too large (HTTP 413)."""
    return Failure(Category.TOO_LARGE, Issue("too-costly", text))


def unsupported_media(text: str) -> Failure:
    """A body in a format that is not read here (HTTP 415)."""
    return Failure(Category.UNSUPPORTED_MEDIA, Issue("not-supported", text))


def unsupported_coding(codings: Sequence[str] = ("gzip", "zstd")) -> Failure:
    """A body packed in a way that is not unpacked here; ``codings`` are those that are (HTTP 415, RFC 7694)."""
    text = f"This Content-Encoding is not read here; send the body as it is, or packed with {' or '.join(codings)}."
    return Failure(Category.UNSUPPORTED_MEDIA, Issue("not-supported", text), codings=codings)


def unprocessable(text: str, path: str | None = None, code: str = "invariant") -> Failure:
    """Readable, but it breaks a rule of FHIR's or of ours (HTTP 422)."""
    return Failure(Category.UNPROCESSABLE, Issue(code, text, path))


def busy(text: str, retry_after: int = 1) -> Failure:
    """Too much at once; the same request may go through after ``retry_after`` seconds (HTTP 429)."""
    return Failure(Category.BUSY, Issue("throttled", text), retry_after=retry_after)


def unavailable(text: str, retry_after: int = 1) -> Failure:
    """This endpoint cannot do it just now, whoever asks; another one may (HTTP 503)."""
    return Failure(Category.UNAVAILABLE, Issue("transient", text), retry_after=retry_after)


def broken(text: str) -> Failure:
    """The operator has to mend something before this can work (HTTP 500, command line exit 1)."""
    return Failure(Category.BROKEN, Issue("exception", text))
