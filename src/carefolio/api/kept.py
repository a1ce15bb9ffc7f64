"""What a caller has kept of an earlier answer, and whether it still holds (RFC 9110, 13; RFC 9111).

Asked only after the record was decided about and the look at it recorded, as for any read: that a version still is the
newest tells something of a chart.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from carefolio.api.answer import Answer
from carefolio.base.clock import MICROSECONDS

PRIVATE = "private, no-cache"
"""The caller may keep it and has to ask each time whether it still may use it: docs/decisions/http-caching.md."""
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def unless_kept(answer: Answer, headers: dict[str, str], updated: int, *, fixed: bool) -> Answer:
    """The answer, or 304 in its place. ``updated``: when this version was written, µs UTC; ``fixed``: nothing else was
    ever at this address.
    """
    if is_named(headers.get("if-none-match"), answer.headers["ETag"]):
        return Answer(304, headers=answer.headers)
    if "if-none-match" not in headers and _is_as_new(headers.get("if-modified-since"), updated, fixed=fixed):
        return Answer(304, headers=answer.headers)
    return answer


def is_named(wanted: str | None, tag: str) -> bool:
    """Whether an ``If-None-Match`` names the ETag, weak or not, alone or among others."""
    if wanted is None:
        return False
    return wanted.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(wanted)


def _is_as_new(since: str | None, updated: int, *, fixed: bool) -> bool:
    """Whether what was had at that time is this version for sure. HTTP counts seconds: another version may have been
    had in the second that this one was written in.
    """
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    had, written = moment.timestamp(), updated // MICROSECONDS
    return had > written or (fixed and had == written)
