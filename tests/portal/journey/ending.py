"""Ada sees who looked, and takes the access back: the next request of Ben's finds nothing."""

from __future__ import annotations

from tests.portal.journey import booking, dispensing, paying
from tests.portal.journey.scene import ALLERGY, DOCTOR, LETTER, PHARMACY, Journey


def who_looked(journey: Journey) -> None:
    ada = journey.ada.goes("/").clicks("Who looked").sees(f"{DOCTOR} (doctor) read", "Your permission of")
    ada.lacks("Sue Marsh (doctor) read").shows("who-looked")
    told = ada.text
    while ada.has("Older"):
        told += ada.clicks("Older").lacks("Sue Marsh (doctor) read").text
    for words in (f"Pia Moss (pharmacist, {PHARMACY}) read 5 records", "Allergy"):
        assert words in told, told


def patient_takes_it_back(journey: Journey) -> None:
    """All that she gave him: the whole record, and the one letter."""
    ada = journey.ada
    for _each in range(2):
        ada.goes("/sharing/").clicks_first(f"End access for {DOCTOR}").submits("End this access")
        ada.sees(f"{DOCTOR} has no access any more")
        journey.mail(journey.ben, "A patient ended your access")
    ada.shows("ended").goes("/sharing/").sees("Nobody has access")


def doctor_finds_nothing(journey: Journey) -> None:
    """But his own work, as long as it is his to finish."""
    ben = journey.ben.goes(journey.chart).lacks(ALLERGY, LETTER).shows("doctor-after")
    ben.is_refused(journey.document, f"{journey.document}file/0/", but_never=(LETTER, ALLERGY))
    ben.goes("/patients/").sees("Nobody gives you access just now.")


def strangers_found_nothing(journey: Journey) -> None:
    """On no page of the whole journey, now as before."""
    pages = (*booking.pages_of(journey), *dispensing.pages_of(journey), *paying.pages_of(journey))
    journey.strangers_are_refused(*pages, journey.chart, f"{journey.chart}looked/", journey.document)
    journey.sue.goes("/").lacks(journey.ada.name, PHARMACY)
