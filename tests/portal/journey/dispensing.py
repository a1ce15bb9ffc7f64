"""Ada chooses a pharmacy; Pia sees the prescription and the allergies, nothing else, and hands the medicine out."""

from __future__ import annotations

from tests.portal.journey.scene import ALLERGY, DIAGNOSIS, DOCTOR, MEDICINE, PHARMACY, Journey

DOSE = "1 capsule 3 times a day, for 7 days."
UNSEEN = (DIAGNOSIS, "22.9", "otterlamp", "quillbay")
"""What a pharmacist is never sent."""


def patient_picks_the_pharmacy(journey: Journey) -> None:
    ada = journey.ada.goes("/").clicks(f"Choose a pharmacy for {MEDICINE}").sees(DOSE)
    ada.sees(f"The signature of {DOCTOR} is right.").clicks("Choose a pharmacy")
    ada.chooses("Which pharmacy?", PHARMACY).sees("Nothing else from your health record.").shows("pharmacy")
    ada.submits("Send it to this pharmacy").sees(f"{PHARMACY} has your prescription")
    ada.goes("/").lacks(f"Choose a pharmacy for {MEDICINE}")
    journey.mail(journey.pia, "A patient sent a prescription to your pharmacy")


def pharmacist_hands_it_out(journey: Journey) -> None:
    pia = journey.pia.signs_in().clicks("Pharmacy").clicks_first(f"Open the prescription of {journey.ada.name}")
    pia.sees(DOSE, ALLERGY, f"The signature of {DOCTOR} is right.", "Prescribed in spite of an allergy")
    pia.lacks(*UNSEEN).shows("desk")
    at_desk = pia.path
    pia.fills("How much do you hand out?", "21").submits("Hand it out").sees("Handed out. The patient was told.")
    journey.mail(journey.ada, "The pharmacy handed out your medicine")
    journey.ada.goes(journey.prescription).sees("21 capsules", "Handed out")
    pia.is_refused(at_desk, journey.chart, journey.visit, but_never=UNSEEN)
    journey.strangers_are_refused("/pharmacy/", at_desk, *pages_of(journey))


def pages_of(journey: Journey) -> list[str]:
    """The prescription's pages."""
    return [
        f"{journey.prescription}{page}"
        for page in ("", "print/", "pdf/", "pharmacy/", "sent/", "take-back/", "cancel/")
    ]
