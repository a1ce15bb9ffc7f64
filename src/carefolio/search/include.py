"""What comes with the records found: references to fetch, and searches for the records that name them.

Nothing is fetched here: the door reads each reference and decides about each record as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from carefolio.base.failures import Failure, malformed
from carefolio.fhir.json import Resource
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.parameters import parameters
from carefolio.fhir.references import split
from carefolio.search.extraction import references
from carefolio.search.parameters import Answer, answerable, of_kind
from carefolio.search.query import Condition, Include, Links, Query, Within

INCLUDED_MAX = 1_000
"""No answer brings more records along than these, whatever it asked for."""


class Primary(NamedTuple):
    """A record that was found: ``Type/id`` and the number of its owner."""

    reference: str
    owner: int


def read_include(type_: str, text: str) -> Include:
    """``Type:parameter`` or ``Type:parameter:Target`` of ``_include``; else raises a Failure (MALFORMED)."""
    include = _read("_include", text)
    known = parameters(type_) if include.type == type_ else {}
    if include.name not in known or known[include.name].kind != "reference":
        names = sorted(name for name, one in parameters(type_).items() if one.kind == "reference")
        raise _refused("_include", f"{type_}:parameter with one of {', '.join(names) or 'no parameter at all'}")
    return include


def read_reverse_include(type_: str, text: str) -> Include:
    """``Type:parameter`` of ``_revinclude``: records that name the ``type_`` found, in the same chart."""
    include = _read("_revinclude", text)
    names = of_kind(include.type, Answer.OWNER, Answer.LINK)
    if not names:
        raise _refused("_revinclude", "Type:parameter, the type being one that has references searched here")
    if include.name not in names:
        raise _refused("_revinclude", f"{include.type}:parameter with one of {', '.join(names)}")
    targets = answerable(include.type)[include.name].targets
    together = (include.type in DIRECTORY) == (type_ in DIRECTORY)
    if not together or (targets and type_ not in targets) or include.target not in ("", type_):
        raise malformed(f"_revinclude={include.type}:{include.name} never names {type_} within one chart.")
    return include


def _read(control: str, text: str) -> Include:
    parts = text.split(":")
    if len(parts) == len(("type", "name")):
        return Include(parts[0], parts[1])
    if len(parts) == len(("type", "name", "target")):
        return Include(parts[0], parts[1], parts[2])
    raise _refused(control, "Type:parameter or Type:parameter:Target")


def _refused(control: str, form: str) -> Failure:
    return malformed(f"{control} takes {form}; '*' and :iterate are not supported.")


def included(query: Query, resources: Sequence[Resource]) -> list[str]:
    """The ``Type/id`` that the includes name in the records found: each once, none of those found."""
    found = {f"{resource.get('resourceType')}/{resource.get('id')}" for resource in resources}
    wanted: dict[str, None] = {}
    for include in query.includes:
        for resource in resources:
            wanted.update(dict.fromkeys(_named(include, resource)))
    return [reference for reference in wanted if reference not in found][:INCLUDED_MAX]


def _named(include: Include, resource: Resource) -> Iterable[str]:
    for reference in references(include.type, include.name, resource):
        parts = split(reference)
        if parts.kind == "literal" and include.target in ("", parts.type):
            yield f"{parts.type}/{parts.id}"


def reverse_search(include: Include, found: Sequence[Primary]) -> Query:
    """The search for the records that name those found: inside their charts, and planned like any other."""
    conditions: list[Condition] = []
    if include.type not in DIRECTORY:
        conditions.append(Within(frozenset(one.owner for one in found)))
    owned = answerable(include.type)[include.name].answer is Answer.OWNER
    if not (owned and all(one.reference.startswith("Patient/") for one in found)):
        conditions.append(Links(include.name, tuple(one.reference for one in found)))
    return Query(type=include.type, conditions=tuple(conditions), count=INCLUDED_MAX)
