"""What create, update and delete have in common: preconditions in, the stored version out."""

from __future__ import annotations

import re

from carefolio.api.answer import Answer, outcome, resource_answer, version_headers
from carefolio.api.request import Request
from carefolio.base.failures import malformed, stale
from carefolio.records.changes import Outcome

_ETAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')
_NO_CHANGE = frozenset({"_pretty"})


def read_if_match(text: str | None) -> int | None:
    """The version of ``If-Match``; raises (412) for a tag that no version here can have."""
    if text is None:
        return None
    found = _ETAG.fullmatch(text.strip())
    if found is None:
        raise stale('If-Match takes a version as ETag gave it, like W/"3".')
    return int(found.group(1))


def refuse_parameters(request: Request) -> None:
    """Raise (400) for parameters that a write would not obey."""
    for name, _ in request.pairs:
        if name not in _NO_CHANGE:
            raise malformed(f"This takes no parameter {name}.")


def written(request: Request, outcome_: Outcome) -> Answer:
    """The stored version with its place and tag, as much of it as ``Prefer`` asks for."""
    row = outcome_.row
    headers = version_headers(row.version, row.updated)
    headers["Location"] = f"{request.base}/{row.type}/{row.id}/_history/{row.version}"
    status = 201 if outcome_.created else 200
    wish = request.prefer.get("return", "representation")
    if wish == "minimal":
        return Answer(status, b"", headers)
    if wish == "OperationOutcome":
        said = " ".join(outcome_.remarks) or ("Created." if outcome_.created else "Stored.")
        return resource_answer(status, outcome("information", "informational", said), headers)
    return Answer(status, outcome_.body, headers)
