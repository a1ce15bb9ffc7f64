"""What was chosen, kept sealed between the form and the page that asks whether it is right.

What is kept is the outcome, with days and not with "3 months": what is granted is what stood on that page, also after
midnight. Each time that somebody chooses it is kept under a key of its own, so that two tabs do not mix; it stays when
it was done, for whoever presses twice, and is swept with the drafts.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, QueryDict

from carefolio.base.ids import new_id
from carefolio.portal.drafts import keep
from carefolio.portal.sharing.forms import version_of
from carefolio.workflows.sharing.rules import Terms

_TERMS, _FOR = "chosen-terms", "chosen-for"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The terms, the version of the contract that they were chosen for, and the form as it was filled in."""

    terms: Terms
    version: int
    given: QueryDict


def keep_chosen(request: HttpRequest, what_for: str, chosen: Chosen) -> str:
    """Keep it; answers its key, which is empty where it is too much to keep."""
    key = new_id()
    given = chosen.given.copy()
    given["version"], given[_FOR] = str(chosen.version), what_for
    given[_TERMS] = msgspec.json.encode(chosen.terms).decode()
    return key if keep.keep(request, _name(key), given) else ""


def chosen_before(request: HttpRequest, what_for: str, key: str) -> Chosen | None:
    """What was kept for this; None when there is nothing (any more)."""
    given = keep.draft_of(request, _name(key))
    if given is None or given.get(_FOR) != what_for:
        return None
    try:
        terms = msgspec.json.decode(given.get(_TERMS, ""), type=Terms)
    except msgspec.DecodeError:
        return None
    return Chosen(terms, version_of(given), given)


def _name(key: str) -> str:
    return f"sharing/chosen/{key}"
