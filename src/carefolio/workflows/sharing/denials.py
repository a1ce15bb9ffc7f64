"""What a contract denies, apart from what it permits: new terms keep it, and a description can do without it.

A deny inside a permit is an exception to that permit alone. One at the root, or inside a root without a type, stands
over all other contracts of the chart. Either is carried over as what it was. The denies by which a category is said
belong to its permit and are none of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carefolio.workflows.sharing.categories import CATEGORIES, provisions

Resource = dict[str, Any]

_NARROWS = frozenset({"type", "dataPeriod", "extension"})
"""What a root says of the records that it permits; all else in it is a frame around what it holds."""


def denying(provision: Resource, before: Resource) -> Resource:
    """A root provision as new terms say it, which also denies what another one denied."""
    inner, over_all = _unique(_inner(before)), _over_all(before)
    if "type" in provision and not over_all:
        return _except(provision, inner)
    permits = provision.get("provision", [])
    frame = {name: value for name, value in provision.items() if name not in _NARROWS}
    if "type" in provision:
        permits = [{name: value for name, value in provision.items() if name in _NARROWS}]
    return frame | {"provision": [*(_except(one, inner) for one in permits), *over_all]}


def without_denials(provision: Resource) -> Resource:
    """A provision that permits what this one does, and what it denies besides. A root that denies stays as it is."""
    if provision.get("type", "permit") != "permit" or not provision.get("provision"):
        return provision
    own = _of_category(provision)
    kept = [
        without_denials(one) if _permits(one) else one for one in provision["provision"] if _permits(one) or one in own
    ]
    bare = {name: value for name, value in provision.items() if name != "provision"}
    return bare | ({"provision": kept} if kept else {})


def _except(permit: Resource, denials: list[Resource]) -> Resource:
    own = permit.get("provision", [])
    more = [one for one in denials if one not in own]
    return permit | {"provision": [*own, *more]} if more else permit


def _over_all(root: Resource) -> list[Resource]:
    if "type" not in root:
        return _unique(one for one in root.get("provision", []) if not _permits(one))
    return [] if _permits(root) else [root]


def _inner(provision: Resource) -> Iterator[Resource]:
    """What is denied inside a permit, however deep."""
    own = _of_category(provision)
    for one in provision.get("provision", []):
        if _permits(one):
            yield from _inner(one)
        elif _permits(provision) and one not in own:
            yield one


def _of_category(permit: Resource) -> list[Resource]:
    """The denies that belong to a permit because a category is said so."""
    said = {name: permit.get(name) for name in ("class", "code")}
    known = (one for key in CATEGORIES for one in provisions(key) if "provision" in one)
    return [deny for one in known if {name: one.get(name) for name in said} == said for deny in one["provision"]]


def _permits(provision: Resource) -> bool:
    return bool(provision.get("type") == "permit")


def _unique(denials: Iterator[Resource]) -> list[Resource]:
    found: list[Resource] = []
    for one in denials:
        if one not in found:
            found.append(one)
    return found
