"""The states of a contract: who may ask, grant, refuse, withdraw and end.

1. A verified doctor asks with ``proposed``, for themself or their hospital; until it is answered they may
   change it or take it back (``inactive`` or ``entered-in-error``).
2. The patient, or a delegate for the whole chart, answers with ``active`` (as asked or otherwise: that is for
   them to say) or ``rejected``, may make a contract active without being asked, change it, and withdraw it
   with ``inactive``. Nobody else makes a contract active.
3. The doctor whom an active contract serves may end it with ``inactive`` and change nothing else; so may a
   pharmacist of the pharmacy that it names.
4. ``rejected``, ``inactive`` and ``entered-in-error`` are final.
5. A delegate hands on no more than they hold, appoints no delegates, does not touch what concerns themself
   except to end it, and does not lift the patient's denials.
6. What came any other way (a hospital's feed, an import) is stored and has no force until the patient, as in
   2, makes it active.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from carefolio.base.failures import Failure, forbidden, unprocessable
from carefolio.consent import vocabulary as words
from carefolio.consent.contract import Contract, Grant, compile_contract, scope_of
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.kinds import literal, participants

Consent = dict[str, Any]

_NOT_COMPARED: Final = frozenset({"meta", "text", "status"})
_FINAL: Final = frozenset({"rejected", "inactive", "entered-in-error"})
_TAKEN_BACK: Final = frozenset({"inactive", "entered-in-error"})
_STATUS: Final = "Consent.status"
_ACTOR: Final = "Consent.provision.actor"


class Event(StrEnum):
    """What happened to a contract, in the ledger's words."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    DENIED = "denied"
    """A deny was made active."""
    REJECTED = "rejected"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    """Ended by the patient."""
    ENDED = "ended"
    """Ended by the doctor."""
    TAKEN_BACK = "taken-back"
    """The asker's proposal, before it was answered."""
    UNCHANGED = "unchanged"
    STORED = "stored"
    """Kept without force."""
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a Consent's version counts for.

    ``force``: it came about by the rules above; only such versions are compiled into a chart's policy.
    ``owner``: the chart's owner number. ``asker``: account number of its first author. ``remark``: why it has
    no force, for whoever sent it.
    """

    force: bool
    event: Event
    owner: int
    asker: int
    remark: str = ""


def judge_creation(
    principal: Principal,
    consent: Consent,
    owner_chart: int,
    *,
    via_hospital_feed: bool = False,
    delegate: frozenset[int] = frozenset(),
) -> Standing:
    """Whether the principal may create this Consent in this chart; raises a Failure (403 or 422).

    ``delegate``: what ``policy.access`` says of the principal and this chart.
    """
    if via_hospital_feed or principal.role is Role.HOSPITAL:
        return _stored(owner_chart, principal.account)
    if _acts_for_patient(principal, owner_chart, delegate):
        return _made_by_patient(principal, consent, owner_chart, delegate)
    _refuse_others_activation(consent)
    if principal.role is not Role.DOCTOR or not principal.verified:
        raise forbidden("Only the patient and verified doctors can write access contracts.")
    _check_proposal(principal, consent, owner_chart)
    return Standing(force=True, event=Event.PROPOSED, owner=owner_chart, asker=principal.account)


def judge_update(
    principal: Principal,
    before: Consent,
    before_standing: Standing,
    after: Consent,
    *,
    delegate: frozenset[int] = frozenset(),
) -> Standing:
    """Whether the principal may turn ``before`` into ``after``; raises a Failure (403 or 422)."""
    if _patient(before) != _patient(after):
        raise unprocessable("A contract stays with its patient; make a new one instead.", "Consent.patient")
    owner, asker = before_standing.owner, before_standing.asker
    if _acts_for_patient(principal, owner, delegate):
        event = _by_patient(principal, before, before_standing, after, delegate)
        force = event is not Event.STORED and (before_standing.force or after.get("status") == "active")
        return Standing(force=force, event=event, owner=owner, asker=asker)
    if principal.role is Role.HOSPITAL:
        return _by_feed(principal, before_standing)
    _refuse_others_activation(after, before)
    return Standing(force=True, event=_by_doctor(principal, before, before_standing, after), owner=owner, asker=asker)


def judge_deletion(
    principal: Principal,
    before: Consent,
    before_standing: Standing,
    *,
    delegate: frozenset[int] = frozenset(),
) -> Standing:
    """Whether the principal may delete it; raises a Failure (403)."""
    status, force = before.get("status"), before_standing.force
    if force and status == "active":
        raise forbidden("An active contract is not deleted: withdraw it with status 'inactive'.")
    is_patient = _acts_for_patient(principal, before_standing.owner, delegate)
    is_asker = principal.account == before_standing.asker != 0
    if force and status == "proposed" and not is_asker:
        raise forbidden("A request is answered with status 'active' or 'rejected', not deleted.")
    if not is_patient and not (is_asker and (not force or status == "proposed")):
        raise forbidden("Only the patient, or the asker before an answer, can delete a contract.")
    return Standing(force=False, event=Event.DELETED, owner=before_standing.owner, asker=before_standing.asker)


# ── who ──


def _acts_for_patient(principal: Principal, owner: int, delegate: frozenset[int]) -> bool:
    return bool(delegate) or principal.chart == owner != 0


def _patient(consent: Consent) -> str:
    """``Patient/x``; empty for whatever is no reference to a patient."""
    reference = literal(consent.get("patient"))
    return reference if reference.startswith("Patient/") else ""


def _refuse_others_activation(after: Consent, before: Consent | None = None) -> None:
    """Nobody but the patient makes a contract active; one that is active already is another question."""
    if after.get("status") == "active" and (before is None or before.get("status") != "active"):
        raise forbidden("Only the patient can make a contract active: ask with status 'proposed'.")


# ── the hospital ──


def _stored(owner: int, asker: int) -> Standing:
    remark = "This Consent has no force: an access contract is made active by the patient, here."
    return Standing(force=False, event=Event.STORED, owner=owner, asker=asker, remark=remark)


def _by_feed(principal: Principal, standing: Standing) -> Standing:
    if standing.force or principal.account != standing.asker:
        raise forbidden("A hospital's systems change only Consents that they sent and that have no force.")
    return _stored(standing.owner, standing.asker)


# ── the doctor ──


def _check_proposal(principal: Principal, consent: Consent, owner_chart: int) -> None:
    if consent.get("status") != "proposed":
        raise unprocessable("A request for access has the status 'proposed'.", _STATUS)
    if not owner_chart or not _patient(consent):
        raise unprocessable("A request for access names the patient.", "Consent.patient")
    contract = _understood(consent)
    if contract.denials:
        raise unprocessable("A request asks for something: its provision is a permit.", "Consent.provision.type")
    if _actors(consent) - {principal.person, principal.organization}:
        raise forbidden("You can ask for yourself or for your hospital, not for others.")
    if any(who.delegates for grant in contract.grants for who in grant.who):
        raise unprocessable("A doctor cannot ask to act for the patient.", f"{_ACTOR}.role")


def _by_doctor(principal: Principal, before: Consent, standing: Standing, after: Consent) -> Event:
    if _is_served_pharmacist(principal, before) and standing.force:
        return _ended(before, after)
    if principal.role is not Role.DOCTOR or not principal.verified or not standing.force:
        raise forbidden("Only the patient, and the doctor whom a contract is about, can change it.")
    is_asker = principal.account == standing.asker != 0
    if before.get("status") == "proposed" and is_asker:
        return _while_proposed(principal, standing, after)
    if before.get("status") == "active" and (is_asker or principal.person in _actors(before)):
        return _ended(before, after)
    if before.get("status") in _FINAL and is_asker:
        raise _final(before)
    raise forbidden("Only the patient can answer or change this contract.")


def _is_served_pharmacist(principal: Principal, before: Consent) -> bool:
    names = {principal.person, principal.organization} - {""}
    is_one = principal.role is Role.PHARMACIST and principal.verified
    return is_one and before.get("status") == "active" and not names.isdisjoint(_actors(before))


def _while_proposed(principal: Principal, standing: Standing, after: Consent) -> Event:
    if after.get("status") in _TAKEN_BACK:
        return Event.TAKEN_BACK
    _check_proposal(principal, after, standing.owner)
    return Event.CHANGED


def _ended(before: Consent, after: Consent) -> Event:
    if after.get("status") != "inactive" or not _same(before, after):
        raise forbidden("You may end this contract with status 'inactive', and change nothing else in it.")
    return Event.ENDED


# ── the patient, or their delegate ──


def _made_by_patient(principal: Principal, consent: Consent, owner: int, delegate: frozenset[int]) -> Standing:
    if scope_of(consent) in words.OTHER_SCOPES:
        remark = "This Consent is kept. It is not about access to the chart and opens nothing."
        return Standing(force=False, event=Event.STORED, owner=owner, asker=principal.account, remark=remark)
    if consent.get("status") != "active":
        raise unprocessable("A contract that you make yourself has the status 'active'.", _STATUS)
    if not _patient(consent):
        raise unprocessable("A contract names its patient.", "Consent.patient")
    event = _activated(principal, consent, owner, delegate)
    return Standing(force=True, event=event, owner=owner, asker=principal.account)


def _by_patient(
    principal: Principal, before: Consent, standing: Standing, after: Consent, delegate: frozenset[int]
) -> Event:
    was, becomes = before.get("status"), after.get("status")
    is_kept = not standing.force and scope_of(after) in words.OTHER_SCOPES
    if is_kept or (_same(before, after) and was == becomes):
        return Event.UNCHANGED if standing.force else Event.STORED
    if standing.force and was in _FINAL:
        raise _final(before)
    if becomes == "active":
        _check_delegate_may_touch(principal, before, standing.owner)
        event = _activated(principal, after, standing.owner, delegate)
        return Event.CHANGED if standing.force and was == "active" else event
    if not standing.force:
        raise unprocessable("This Consent has no force: make it active, or leave it as it is.", _STATUS)
    return _closed(principal, before, standing.owner, str(becomes))


def _closed(principal: Principal, before: Consent, owner: int, becomes: str) -> Event:
    """A request refused, or a contract withdrawn."""
    if before.get("status") == "proposed":
        if becomes != "rejected":
            raise unprocessable("A request is answered with status 'active' or 'rejected'.", _STATUS)
        return Event.REJECTED
    if becomes != "inactive":
        raise unprocessable("A contract is withdrawn with status 'inactive'.", _STATUS)
    if not _is_patient(principal, owner) and _denies(before):
        raise forbidden("Only the patient can lift a denial.")
    return Event.WITHDRAWN


def _activated(principal: Principal, consent: Consent, owner: int, delegate: frozenset[int]) -> Event:
    contract = _understood(consent)
    if not _is_patient(principal, owner):
        _check_delegate(principal, consent, contract, delegate)
    if not contract.grants and not contract.denials:
        raise unprocessable("This contract neither permits nor denies anything.", "Consent.provision")
    return Event.GRANTED if contract.grants else Event.DENIED


def _is_patient(principal: Principal, owner: int) -> bool:
    return principal.chart == owner != 0


def _check_delegate_may_touch(principal: Principal, before: Consent, owner: int) -> None:
    if not _is_patient(principal, owner) and (_concerns(principal, before) or _denies(before)):
        raise forbidden("Only the patient can change this contract.")


def _check_delegate(principal: Principal, consent: Consent, contract: Contract, delegate: frozenset[int]) -> None:
    """A delegate hands on no more than they hold, and nothing to themself (rule 5)."""
    if _concerns(principal, consent) or any(not denial.who for denial in contract.denials):
        raise forbidden("Only the patient can make a contract that is also about you.")
    if any(who.delegates for grant in contract.grants for who in grant.who):
        raise forbidden("Only the patient can name somebody who acts for them.")
    if not frozenset().union(*map(_labels, contract.grants)) <= delegate:
        raise forbidden("You can give access to what you may see yourself, not to more.")


def _labels(grant: Grant) -> frozenset[int]:
    """Labels that a grant opens, records named singly apart."""
    opened = [w.labels or words.LABELS for w in grant.reads if w.records is None]
    return frozenset().union(*opened)


# ── what a Consent says ──


def _understood(consent: Consent) -> Contract:
    """The compiled contract; whoever writes one here is told what of it would not work."""
    contract = compile_contract(consent, "", resolve=_anybody)
    if contract.remarks:
        raise unprocessable(contract.remarks[0], "Consent.provision")
    if contract.start > contract.end:
        raise unprocessable("The contract ends before it begins.", "Consent.provision.period")
    return contract


def _anybody(_reference: str) -> int:
    """Whether authors and hospitals are known here changes nothing about how a contract reads."""
    return 1


def _actors(consent: Consent) -> frozenset[str]:
    """Everybody whom the provisions name."""
    return participants({"resourceType": "Consent", "provision": consent.get("provision")})


def _concerns(principal: Principal, consent: Consent) -> bool:
    return not _actors(consent).isdisjoint({principal.person, principal.organization})


def _denies(consent: Consent) -> bool:
    return bool(compile_contract(consent, "").denials)


def _same(before: Consent, after: Consent) -> bool:
    """Equal but for status, narrative and metadata."""
    keys = (before.keys() | after.keys()) - _NOT_COMPARED
    return all(before.get(key) == after.get(key) for key in keys)


def _final(consent: Consent) -> Failure:
    status = consent.get("status")
    return unprocessable(f"A contract that is {status} stays so; make a new request instead.", _STATUS)
