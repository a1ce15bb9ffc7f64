"""One page of each kind out of the many that were taken."""

from __future__ import annotations

from functools import cache

from tests.portal.walk.recorder import Taken, Walk
from tests.portal.walk.sheet import Sheet


def templates(walk: Walk) -> list[Taken]:
    """A good page of each route, the fullest that was seen."""
    found: dict[str, Taken] = {}
    for taken in variants(walk):
        if taken.route not in found or taken.raw > found[taken.route].raw:
            found[taken.route] = taken
    return list(found.values())


@cache
def variants(walk: Walk) -> list[Taken]:
    """Of each route also each of its steps, and what patients and staff see where both may look."""
    found: dict[tuple[str, str, str], Taken] = {}
    for taken in walk.taken:
        if taken.how in ("foreign", "nonsense", "empty") or taken.status != 200 or not taken.is_page:
            continue
        kind = (taken.route, _side(taken), _shape(taken.sheet))
        found.setdefault(kind, taken)
    return list(found.values())


def _side(taken: Taken) -> str:
    return "staff" if taken.role not in (None, "patient") else "people"


def _shape(sheet: Sheet) -> str:
    """What the page is made of: the same template with the same parts looks alike."""
    kept = {node.tag for node in sheet.all("form", "table", "ol", "figure", "fieldset", "textarea", "dl")}
    forms = sorted(sorted(form.fields) for form in sheet.forms if form.in_main)
    return f"{forms or sorted(kept)}"


def failures(walk: Walk) -> list[Taken]:
    """A page of each status that is an error, and of each form that was filled in wrongly."""
    found: dict[tuple[str, int], Taken] = {}
    for taken in walk.taken:
        if taken.is_page and (taken.how == "nonsense" or taken.status >= 400):
            found.setdefault((taken.route if taken.how == "nonsense" else "", taken.status), taken)
    return list(found.values())
