"""A record in plain words: ``told(resource, reader)``.

One function for each type that people meet often (``_TELLERS``); every other type of R4 is told by ``other``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from carefolio.portal.words import medicines, money, observations, other, people, plans, problems, reports, visits
from carefolio.portal.words.contracts import told_consent
from carefolio.portal.words.dates import low_of
from carefolio.portal.words.elements import Record, choice, codings, dig, each, text
from carefolio.portal.words.kinds import kind_of
from carefolio.portal.words.states import status_word
from carefolio.portal.words.systems import shown_in
from carefolio.portal.words.told import Draft, Fact, Reader, Told
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.typenames import type_name

_TELLERS: Final[Mapping[str, Callable[[Record], Draft]]] = {
    "AllergyIntolerance": problems.told_allergy,
    "Appointment": visits.told_appointment,
    "CarePlan": plans.told_plan,
    "CareTeam": plans.told_team,
    "Claim": money.told_claim,
    "Communication": reports.told_message,
    "Composition": reports.told_document,
    "Condition": problems.told_condition,
    "Consent": told_consent,
    "Coverage": money.told_insurance,
    "Device": visits.told_device,
    "DiagnosticReport": reports.told_report,
    "DocumentReference": reports.told_document,
    "Encounter": visits.told_visit,
    "ExplanationOfBenefit": money.told_statement,
    "FamilyMemberHistory": problems.told_family,
    "Goal": plans.told_goal,
    "HealthcareService": people.told_organisation,
    "ImagingStudy": reports.told_scan,
    "Immunization": medicines.told_vaccination,
    "Invoice": money.told_bill,
    "Location": people.told_organisation,
    "Media": reports.told_picture,
    "Medication": medicines.told_substance,
    "MedicationAdministration": medicines.told_giving,
    "MedicationDispense": medicines.told_handing_out,
    "MedicationRequest": medicines.told_prescription,
    "MedicationStatement": medicines.told_taking,
    "Observation": observations.told_observation,
    "Organization": people.told_organisation,
    "Patient": people.told_patient,
    "Person": people.told_patient,
    "Practitioner": people.told_worker,
    "PractitionerRole": people.told_job,
    "Procedure": visits.told_procedure,
    "QuestionnaireResponse": reports.told_form,
    "RelatedPerson": people.told_patient,
    "ServiceRequest": visits.told_order,
    "Specimen": visits.told_sample,
    "SupplyDelivery": visits.told_supply,
    "Task": plans.told_task,
}
_DATED_BY: Final = (
    *("effectiveDateTime", "effectivePeriod", "effectiveInstant", "onsetDateTime", "onsetPeriod"),
    *("occurrenceDateTime", "occurrencePeriod", "performedDateTime", "performedPeriod", "start", "started", "period"),
    *("authoredOn", "authored", "billablePeriod", "whenHandedOver", "date", "dateTime", "sent", "created"),
    *("createdDateTime", "startDate", "dateAsserted", "recordedDate", "recorded", "issued", "dateWritten"),
    *("collection", "receivedTime", "birthDate", "identifiedDateTime"),
)
_SOURCES: Final = (
    *("serviceProvider", "custodian", "managingOrganization", "provider", "organization", "facility"),
    *("performer", "issuer", "author", "location"),
)
_AUTHORS: Final = ("author", "recorder", "requester", "performer", "participant", "asserter", "sender", "operator")
_INNER: Final = ("actor", "location", "individual")
_PLACES: Final = ("Organization", "Location", "HealthcareService")
_ISO_DATE: Final = re.compile(r"\b\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?(?!\d)")
_UNKNOWN: Final = re.compile(r"\b[Uu]nknown\b")
_CONCEPTS: Final = ("code", "type", "category", "vaccineCode", "medicationCodeableConcept", "procedureCode", "class")


def told(resource: Mapping[str, Any], reader: Reader) -> Told:
    """The record in the reader's words. Never raises for a resource that is FHIR R4."""
    record = Record(shown_in(resource, reader.units), reader)
    draft = _TELLERS.get(record.type, other.told_other)(record)
    name = type_name(record.type)
    when, moment = _when(record)
    kind_name = draft.name or name.one[:1].upper() + name.one[1:]
    return Told(
        type=record.type,
        kind=kind_of(resource),
        kind_name=kind_name,
        title=_plainly(draft.title, reader),
        sentence=_plainly(draft.sentence, reader),
        when=when,
        moment=moment,
        source=_plainly(_named(record, _SOURCES, of_places=True), reader),
        author=_plainly(_named(record, _AUTHORS, of_places=False), reader),
        value=_plainly(draft.value, reader),
        facts=tuple(_facts(record, draft)),
        status=status_word(_status(record)),
        flag=draft.flag,
        numbers=draft.numbers,
        code=next((f"{system}|{code}" for system, code in codings(draft.concept)), ""),
        technical=tuple(_technical(record)),
    )


def _status(record: Record) -> str:
    return text(record.body, "status") or text(record.body, "lifecycleStatus")


def _when(record: Record) -> tuple[str, int | None]:
    """The clinical date, and its first microsecond to sort by."""
    calendar, short = record.reader.calendar, not record.patient
    for name in _DATED_BY:
        value = dig(record.body, name)
        if name == "collection":
            value = dig(value, "collectedDateTime")
        start = value.get("start") or value.get("end") if isinstance(value, Mapping) else value
        if low_of(start) is not None and isinstance(start, str):
            return calendar.day(start, short=short), low_of(start)
    return "", None


def _named(record: Record, names: tuple[str, ...], *, of_places: bool) -> str:
    """Which hospital, or which person, the record itself names first as where or who it comes from."""
    for name in names:
        for one in each(record.body, name):
            reference = next((one[key] for key in _INNER if isinstance(one.get(key), dict)), one)
            is_place = text(reference, "reference").startswith(_PLACES) or text(reference, "type") in _PLACES
            if is_place == of_places and (found := record.who(reference)):
                return found
    return ""


def _facts(record: Record, draft: Draft) -> list[Fact]:
    """The draft's lines, without one that is there already; for patients no date stays in its technical form."""
    facts = dict.fromkeys(Fact(fact.label, _plainly(fact.value, record.reader)) for fact in draft.facts)
    if _status(record) and (word := status_word(_status(record))):
        facts.setdefault(Fact(_("Status"), word))
    return list(facts)


def _plainly(words: str, reader: Reader) -> str:
    """For patients: dates that a hospital wrote as 2024-03-04 as people say them, and "unknown" as "not known"."""
    if not reader.is_patient:
        return words
    told_dates = _ISO_DATE.sub(lambda match: reader.calendar.day(match[0]) or match[0], words)
    return _UNKNOWN.sub(lambda match: _("Not known") if match[0][0].isupper() else _("not known"), told_dates)


def _technical(record: Record) -> list[Fact]:
    """Codes, numbers and versions, for who asks for them."""
    body = record.body
    facts = [Fact(_("Type"), record.type)]
    if text(body, "id"):
        facts.append(Fact(_("Record number"), text(body, "id")))
    facts += [Fact(_("Version"), version)] if (version := text(body, "meta", "versionId")) else []
    for name in _CONCEPTS:
        for concept in each(body, name):
            facts += [Fact(_("Code ({name})").format(name=name), f"{s}|{c}" if s else c) for s, c in codings(concept)]
    facts += [
        Fact(_("Identifier"), f"{text(one, 'system')}|{text(one, 'value')}".strip("|"))
        for one in each(body, "identifier")
    ]
    kind, value = choice(body, "value")
    if kind == "CodeableConcept":
        facts += [Fact(_("Code (value)"), f"{system}|{code}") for system, code in codings(value)]
    facts += [Fact(_("Status"), _status(record))] if _status(record) else []
    return facts
