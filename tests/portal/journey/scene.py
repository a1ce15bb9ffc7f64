"""Who is on the journey: five people, each in front of a browser of their own. Ada has a phone, the others a desk."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.acceptance.cast import Actor
from tests.portal.story.person import SMALL, Person, Stage
from tests.portal.story.scene import Company

DOCTOR, PHARMACY = "Ben Osei", "Corner Pharmacy"
ABOUT = "My left ear hurts since the swim in quillbay."
REASON = "I want to know your allergies before I treat your ear."
CHAT = "I can hear you with the right ear."
DIAGNOSIS, ALLERGY, MEDICINE = "Middle ear infection", "Penicillin", "Amoxicillin 500 mg"
NOTE = "Red eardrum, shown by the otterlamp. Come again if it is not better in three days."
LETTER = "Letter from the ear clinic"
PRAISE = "Took time and explained all."
SECRETS = (
    ABOUT,
    REASON,
    CHAT,
    DIAGNOSIS,
    ALLERGY,
    "Amoxicillin",
    NOTE,
    LETTER,
    PRAISE,
    "quillbay",
    "otterlamp",
    "PAT-",
)
"""Nothing of this stands in an e-mail, or on a page that refuses somebody."""


@dataclass(kw_only=True)
class Journey(Company):
    """All that the chapters share."""

    pia: Person
    """The pharmacist."""
    corner: Actor
    """Where she works."""
    secrets: tuple[str, ...] = SECRETS
    starts: int = 0
    """When the visit begins, in seconds since 1970."""
    visit: str = ""
    request: str = ""
    """The request's page."""
    prescription: str = ""
    bill: str = ""
    document: str = ""

    def reaches(self, moment: int) -> None:
        """Until then, in seconds since 1970."""
        self.passes(moment - time.time() - self.passed)

    @property
    def patient(self) -> str:
        """Ada's id."""
        return self.chart.split("/")[2]


def set_up(stage: Stage) -> Journey:
    """The pharmacy and those who are there already; Ada and Ben will sign up."""
    site = stage.site
    corner = site.hospital(PHARMACY, "pharmacy")
    return Journey(
        stage=stage,
        ada=stage.person("Ada Quinn", "ada@example.org", width=SMALL),
        ben=stage.person(DOCTOR, "ben@example.org"),
        amy=stage.known(site.staff("admin", "Amy Lind")),
        sue=stage.known(site.doctor("Sue Marsh")).enters(),
        pia=stage.known(site.staff("pharmacist", "Pia Moss", corner)),
        corner=corner,
    )
