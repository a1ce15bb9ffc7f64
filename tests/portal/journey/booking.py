"""Ben says when he sees patients and what it costs; Ada finds him and books."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.portal.journey.scene import ABOUT, DOCTOR, Journey
from tests.portal.story.person import Person

EVERY_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_SECONDS = 24 * 60 * 60


def doctor_opens_his_practice(journey: Journey) -> None:
    ben = journey.ben.goes("/").clicks("Visits").clicks("Set your hours").clicks("Add hours")
    ben.chooses("On which days?", *EVERY_DAY).fills("From", "9").fills("To", "12")
    ben.chooses("How do you see patients?", "Video call", "At the doctor").submits("Save")
    ben.sees("Monday", "09:00 to 12:00").shows("hours")
    ben.clicks("Payments").clicks("Your fees").fills("A video visit", "60").chooses("Currency", "EUR")
    ben.submits("Save your fees").sees("Your fees are saved.")
    for page in ("/visits/hours/", "/payments/fees/"):
        assert "60.00" not in journey.sue.goes(page).text
        journey.ada.is_refused(page)


def patient_adds_what_she_knows(journey: Journey) -> None:
    ada = journey.ada.goes("/").clicks("Add something yourself").clicks_first("General health")
    ada.fills("Allergies", "Penicillin: red skin").submits("Save").sees("Saved")
    ada.clicks("Health record").sees("Penicillin")


def patient_finds_the_doctor_and_books(journey: Journey) -> None:
    ada = journey.ada.goes("/").clicks("Visits").clicks("Find a doctor")
    ada.fills("Name", "osei").submits("Show").shows("find-a-doctor").clicks(DOCTOR).sees("Licence checked")
    ada.clicks("Week after").shows("free-times")
    journey.starts = _start(ada.clicks_first("Monday").sees("09:00", "€60.00"))
    ada.chooses("How do you want to meet?", "Video call").fills("What is it about?", ABOUT).shows("book")
    ada.submits("Book this time").sees("The visit is booked").shows("booked")
    journey.visit = f"/visits/{ada.path.split('/')[2]}/"
    for person in (ada, journey.ben):
        assert journey.mail(person, "Your visit is booked").link.endswith(journey.visit)
    ada.goes("/").sees(DOCTOR).clicks("Visits").sees(DOCTOR, "Video")
    journey.strangers_are_refused(*pages_of(journey))


def pages_of(journey: Journey) -> list[str]:
    """The visit's pages."""
    return [f"{journey.visit}{page}" for page in ("", "calendar/", "move/", "cancel/", "done/", "room/", "rate/")]


def _start(person: Person) -> int:
    """When the time is that was chosen, in seconds since 1970."""
    return int(parse_qs(urlsplit(person.page.url).query)["start"][0])
