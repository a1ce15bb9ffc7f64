"""What a doctor says of themselves, to be looked at before anybody trusts it, and how the directory says it in FHIR.

The licence is a qualification of the Practitioner (https://hl7.org/fhir/R4/practitioner.html); what they work in, where
and for whom is their PractitionerRole (https://hl7.org/fhir/R4/practitionerrole.html). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from carefolio.base.failures import Category, Failure, Issue
from carefolio.fhir.kinds import literal
from carefolio.identity.specialities import SNOMED, SPECIALITIES

Resource = dict[str, Any]

LONGEST_TEXT = 120
LONGEST_LICENCE = 40
_LICENCE = re.compile(r"[^\W_](?:[\w ./-]*[^\W_])?")
_ORGANIZATION = re.compile(r"Organization/[A-Za-z0-9.\-]{1,64}")


@dataclass(frozen=True, slots=True)
class Profile:
    """A doctor's particulars: ``licence`` is the number that ``authority`` gave, ``speciality`` a code of
    SPECIALITIES, ``qualification`` what they studied, ``place`` a town, ``hospital`` an ``Organization/id`` or "".
    """

    licence: str
    authority: str
    speciality: str
    qualification: str
    place: str = ""
    hospital: str = ""

    @property
    def speciality_name(self) -> str:
        """The speciality's plain name."""
        return SPECIALITIES.get(self.speciality, "")


NOTHING_SAID = Profile("", "", "", "")
"""The profile of a doctor who has said nothing yet."""


def tidy(profile: Profile, *, specialised: bool = True) -> Profile:
    """The same without spaces at the ends of its texts; raises what is wrong with it, each finding with its field. Not
    ``specialised``: a pharmacist's, who names no speciality.
    """
    names = ("licence", "authority", "speciality", "qualification", "place", "hospital")
    tidied = replace(profile, **{name: " ".join(getattr(profile, name).split()) for name in names})
    issues = [one for one in _findings(tidied) if specialised or one.path != "speciality"]
    if issues:
        raise Failure(Category.MALFORMED, *issues)
    return tidied


def _findings(profile: Profile) -> Iterator[Issue]:
    if not _LICENCE.fullmatch(profile.licence) or len(profile.licence) > LONGEST_LICENCE:
        yield _issue(
            "licence", f"Enter the licence number as it stands on the licence, {LONGEST_LICENCE} letters at most."
        )
    texts = (
        ("authority", profile.authority, "Enter who gave the licence, such as a medical council", True),
        ("qualification", profile.qualification, "Enter the qualification, such as MBBS", True),
        ("place", profile.place, "Enter the town", False),
    )
    for name, text, sentence, needed in texts:
        if (needed and not text) or len(text) > LONGEST_TEXT or not text.isprintable():
            yield _issue(name, f"{sentence}, {LONGEST_TEXT} letters at most.")
    if profile.speciality not in SPECIALITIES:
        yield _issue("speciality", "Choose a speciality of the list.")
    if profile.hospital and not _ORGANIZATION.fullmatch(profile.hospital):
        yield _issue("hospital", "Choose a hospital of the list.")


def _issue(field: str, sentence: str) -> Issue:
    return Issue("value", sentence, field)


def needs_new_check(before: Profile, after: Profile) -> bool:
    """Whether what was checked does not hold any more: another licence, or a hospital that was not theirs before."""
    if (before.licence, before.authority) != (after.licence, after.authority):
        return True
    return bool(after.hospital) and before.hospital != after.hospital


def with_licence(practitioner: Resource, profile: Profile) -> Resource:
    """The Practitioner with this licence as its only qualification that has a number."""
    others = [one for one in practitioner.get("qualification", []) if not one.get("identifier")]
    licence: Resource = {
        "identifier": [{"value": profile.licence}],
        "code": {"text": profile.qualification},
        "issuer": {"display": profile.authority},
    }
    same = [one for one in others if one.get("code", {}).get("text") != profile.qualification]
    return practitioner | {"qualification": [licence, *same]}


def with_post(role: Resource, profile: Profile, *, active: bool) -> Resource:
    """The PractitionerRole with what they work in, where and for whom; ``active`` once somebody has looked at it."""
    name = profile.speciality_name
    changed = role | {
        "active": active,
        "specialty": [{"coding": [{"system": SNOMED, "code": profile.speciality, "display": name}], "text": name}],
    }
    places = [one for one in role.get("location", []) if one.get("reference")]
    changed["location"] = [*places, {"display": profile.place}] if profile.place else places
    changed["organization"] = {"reference": profile.hospital} if profile.hospital else None
    if literal(role.get("organization")) == profile.hospital:
        changed["organization"] = role.get("organization")
    return {key: value for key, value in changed.items() if value not in (None, [])}


def profile_in(practitioner: Resource, role: Resource) -> Profile:
    """The profile as the two records say it; texts are empty for what they do not say."""
    numbered = [one for one in practitioner.get("qualification", []) if one.get("identifier")]
    licence = numbered[0] if numbered else {}
    codings = [coding for one in role.get("specialty", []) for coding in one.get("coding", [])]
    codes = [c["code"] for c in codings if c.get("system") == SNOMED and c.get("code") in SPECIALITIES]
    places = [one.get("display", "") for one in role.get("location", []) if not one.get("reference")]
    return Profile(
        licence=licence["identifier"][0].get("value", "") if licence else "",
        authority=licence.get("issuer", {}).get("display", ""),
        speciality=codes[0] if codes else "",
        qualification=licence.get("code", {}).get("text", ""),
        place=places[0] if places else "",
        hospital=literal(role.get("organization")),
    )
