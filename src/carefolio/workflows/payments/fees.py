"""What a doctor asks for a visit of each kind: an extension of their PractitionerRole, which everybody signed in may
read. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carefolio.records.carried import FEE
from carefolio.records.visits import MODES
from carefolio.workflows.payments.money import Money, money_of

Resource = dict[str, Any]


def fees_of(post: Resource) -> dict[str, Money]:
    """The fee for each kind of visit that costs something."""
    return {
        parts["kind"]["valueCode"]: money_of(parts["amount"]["valueMoney"])
        for one in post.get("extension", [])
        if one.get("url") == FEE
        for parts in ({part["url"]: part for part in one.get("extension", [])},)
    }


def with_fees(post: Resource, fees: Mapping[str, Money]) -> Resource:
    """The same with these fees in place of those that it had; none for a kind that costs nothing."""
    others = [one for one in post.get("extension", []) if one.get("url") != FEE]
    extensions = others + [_fee(kind, fees[kind]) for kind in MODES if fees.get(kind, Money(0, "")).minor]
    changed = {key: value for key, value in post.items() if key != "extension"}
    return changed | ({"extension": extensions} if extensions else {})


def _fee(kind: str, fee: Money) -> Resource:
    parts = [{"url": "kind", "valueCode": kind}, {"url": "amount", "valueMoney": fee.fhir()}]
    return {"url": FEE, "extension": parts}
