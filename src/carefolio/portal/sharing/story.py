"""What happened with a contract: asked, given, changed, ended; from its versions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from carefolio.fhir.json import parse
from carefolio.portal.visitor import Visitor
from carefolio.records.door import Door
from carefolio.workflows.sharing.describe import Contract, State

_VERSIONS = 50
_NEWEST = 2**31


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, and when (µs UTC)."""

    sentence: str
    time: int


def of(visitor: Visitor, contract: Contract, name: str) -> list[Step]:
    """All that happened, the newest first. Versions do not say who wrote them, so the sentences do not either."""
    versions = visitor.do(Door.history, "Consent", contract.id, (_NEWEST, _VERSIONS), outlined=True)
    dated = [(str(parse(one.body).get("status", "")), one.updated) for one in versions if one.body]
    steps = [Step(_told(status, before).format(name=name), time) for (status, time), (before, _then) in pairwise(dated)]
    steps += [Step(_told(status, "").format(name=name), time) for status, time in dated[-1:]]
    if contract.state is State.EXPIRED and contract.ends is not None:
        steps.insert(0, Step(_("Its time ran out."), contract.ends))
    return steps


def _told(status: str, before: str) -> str:
    if status == "proposed":
        return _("The request was changed.") if before else _("{name} asked for access.")
    if status == "active":
        return _("What they see was changed.") if before == "active" else _("You gave {name} access.")
    if status == "rejected":
        return _("You said no.")
    return _("The request was taken back.") if before == "proposed" else _("The access ended.")
