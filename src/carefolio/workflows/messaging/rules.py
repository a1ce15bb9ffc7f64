"""Messaging's pure part: who may write to whom, and the Communication and the Task that it becomes.

A message is a Communication in the patient's chart (https://hl7.org/fhir/R4/communication.html): subject the patient,
one sender, one recipient, one payload of text. What a doctor asks for is a Task for the patient
(https://hl7.org/fhir/R4/task.html), with what it was answered by as its output. Both are restricted: a contract for the
whole chart lets no other doctor read along.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from carefolio.base.clock import DAY, instant
from carefolio.base.failures import malformed
from carefolio.base.sentences import sentence
from carefolio.consent.contract import compile_contract
from carefolio.fhir.dates import interval
from carefolio.records.visits import Party, Visit

Resource = dict[str, Any]

LONGEST: Final = 4_000
"""Characters of a message, or of what is asked for."""
AFTERWARDS: Final = 30 * DAY
"""So long after a visit its two sides may still write to each other."""
ASKED_FOR: Final = {"system": "https://carefolio.org/fhir/CodeSystem/task", "code": "send-document"}
_RESTRICTED: Final = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
_PATIENT: Final = "Patient/"


@dataclass(frozen=True, slots=True)
class Message:
    """One Communication; ``sent`` in µs UTC."""

    id: str
    sent: int
    text: str
    sender: Party
    recipient: Party

    @property
    def patient(self) -> Party:
        """The side whose chart it is in."""
        return self.sender if self.sender.reference.startswith(_PATIENT) else self.recipient

    def other(self, me: str) -> Party:
        """Whom ``me`` (``Type/id``) exchanged it with."""
        return self.recipient if self.sender.reference == me else self.sender


@dataclass(frozen=True, slots=True)
class Wish:
    """One Task: something that a doctor asks a patient for. ``output``: what it was answered with, ``Type/id``."""

    id: str
    version: int
    status: str
    asked: int
    text: str
    patient: Party
    doctor: Party
    output: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits for the patient's answer."""
        return self.status == "requested"


class Between(NamedTuple):
    """The two sides of a conversation."""

    patient: Party
    doctor: Party


def refuse_text(text: str) -> None:
    """Raise what is wrong with what somebody wrote, for whoever wrote it."""
    if not text.strip():
        raise malformed("Write something first.", "Communication.payload")
    if len(text) > LONGEST:
        raise malformed(sentence("A message has {most} characters at the most.", most=LONGEST), "Communication.payload")


def serves(consents: Iterable[Resource], doctor: str, organization: str, now: int) -> bool:
    """Whether one of these Consents, all in force, lets the doctor do something at ``now`` (µs UTC), by their own name
    or their hospital's.
    """
    grants = [grant for one in consents for grant in _grants(one) if grant.start <= now <= grant.end]
    return any(
        grant.who and all(doctor in who.persons or organization in who.organizations for who in grant.who)
        for grant in grants
    )


def _grants(consent: Resource) -> Iterable[Any]:
    contract = compile_contract(consent, "")
    return contract.grants if contract.active else ()


def is_seen(visits: Iterable[Visit], now: int) -> bool:
    """Whether one of these visits is still to come, goes on, or ended a short while ago. One to which the patient has
    not said yes opens nothing.
    """
    return any(_counts(one) and one.end >= now - AFTERWARDS for one in visits)


def _counts(visit: Visit) -> bool:
    agreed = visit.is_open and visit.waits_for != visit.patient.reference
    return agreed or visit.status == "fulfilled"


def communication(between: Between, sender: Party, text: str, now: int) -> Resource:
    """The Communication that one of the two sides sends to the other. Raises what cannot be sent."""
    refuse_text(text)
    recipient = between.doctor if sender.reference == between.patient.reference else between.patient
    return {
        "resourceType": "Communication",
        "meta": _RESTRICTED,
        "status": "completed",
        "subject": reference(between.patient),
        "sender": reference(sender),
        "recipient": [reference(recipient)],
        "sent": instant(now),
        "payload": [{"contentString": text.strip()}],
    }


def message_of(communication: Resource) -> Message:
    """The message that a Communication is; what it does not say is empty."""
    recipients = communication.get("recipient", [])
    texts = [one["contentString"] for one in communication.get("payload", []) if "contentString" in one]
    sent = communication.get("sent")
    return Message(
        id=communication.get("id", ""),
        sent=interval(sent)[0] if sent else 0,
        text="\n".join(texts),
        sender=_party(communication.get("sender")),
        recipient=_party(recipients[0] if recipients else None),
    )


def task(between: Between, text: str, now: int) -> Resource:
    """The Task by which a doctor asks a patient for a document. Raises what cannot be asked."""
    refuse_text(text)
    return {
        "resourceType": "Task",
        "meta": _RESTRICTED,
        "status": "requested",
        "intent": "order",
        "code": {"coding": [ASKED_FOR]},
        "description": text.strip(),
        "for": reference(between.patient),
        "requester": reference(between.doctor),
        "owner": reference(between.patient),
        "authoredOn": instant(now),
    }


def wish_of(task: Resource) -> Wish | None:
    """What a Task of ours asks for; None for any other Task."""
    if ASKED_FOR not in task.get("code", {}).get("coding", []):
        return None
    authored, outputs = task.get("authoredOn"), task.get("output", [])
    return Wish(
        id=task.get("id", ""),
        version=int(task.get("meta", {}).get("versionId", 0)),
        status=task.get("status", ""),
        asked=interval(authored)[0] if authored else 0,
        text=task.get("description", ""),
        patient=_party(task.get("for")),
        doctor=_party(task.get("requester")),
        output=_party(outputs[0].get("valueReference")).reference if outputs else "",
    )


def answered(task: Resource, output: str) -> Resource:
    """The Task, answered with this record."""
    return task | {
        "status": "completed",
        "output": [{"type": {"text": "document"}, "valueReference": {"reference": output}}],
    }


def ended(task: Resource, status: str) -> Resource:
    """The Task, refused by the patient (``rejected``) or taken back by the doctor (``cancelled``)."""
    return task | {"status": status}


def reference(party: Party) -> Resource:
    """A Reference to somebody, with their name where it is known."""
    return {"reference": party.reference} | ({"display": party.name} if party.name else {})


def _party(element: Any) -> Party:
    if not isinstance(element, dict):
        return Party()
    return Party(element.get("reference", ""), element.get("display", ""))
