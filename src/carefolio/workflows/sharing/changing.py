"""A request that has no answer yet, changed by who asked: the patient is told that they ask for something else now."""

from __future__ import annotations

from carefolio.base.failures import Category, Failure, absent, conflict, stale
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.directory import directory_record
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.force import first_author, has_force
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.actions import today_in
from carefolio.workflows.sharing.describe import human_name
from carefolio.workflows.sharing.rules import Ask

_CHANGED = "This was changed since you looked at it. Look at it again before you change it."


async def change_request(door: Door, caller: Caller, looked_at: tuple[str, int], wanted: Ask) -> None:
    """Ask for something else by the same request; the same again changes nothing.

    Raises:
        Failure: it is somebody else's (ABSENT), has an answer already (CONFLICT), is not as it was when it was looked
            at (STALE), or what is wanted cannot be asked for (MALFORMED).
    """
    id_, version = looked_at
    found = await door.outlined(caller, "Consent", id_)
    author = first_author(door.parts, found)
    if author is None or author.number != caller.principal.account or not has_force(found):
        raise absent()
    before = parse(found.body)
    actor = caller.principal.organization if wanted.for_hospital else caller.principal.person
    today = today_in(wanted.terms)
    display = human_name(directory_record(door.parts, actor)) if actor else ""
    asking = {"reference": actor} | ({"display": display} if display else {})
    proposal = rules.proposal(before["patient"], asking, wanted, today)
    if rules.same_request(before, proposal) and before["status"] == "proposed":
        return
    if before["status"] != "proposed":
        raise conflict(rules.conflict_of(str(before["status"])))
    if found.version != version:
        raise stale(_CHANGED)
    try:
        await door.write(caller, [Change(Method.UPDATE, "Consent", id_, proposal | {"id": id_}, if_match=version)])
    except Failure as failure:
        raise stale(_CHANGED) if failure.category is Category.STALE else failure from None
