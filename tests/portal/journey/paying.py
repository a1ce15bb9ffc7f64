"""Ben sends a bill; Ada pays at his desk and gets a receipt; he pays a part of it back."""

from __future__ import annotations

import re

from tests.portal.journey.scene import DOCTOR, Journey


def doctor_sends_a_bill(journey: Journey) -> None:
    ben = journey.ben.goes("/").clicks_first("Ada Quinn").clicks("Write a bill")
    ben.fills("How to pay at the desk or by transfer", "At the desk, in cash or by card.").submits("Check the bill")
    ben.sees("€60.00").submits("Send the bill").sees("Not paid yet")
    journey.bill = ben.path
    journey.mail(journey.ada, "A doctor sent you a bill")
    journey.strangers_are_refused(*pages_of(journey), f"/payments{journey.visit}bill/")


def patient_pays_at_the_desk(journey: Journey) -> None:
    """She brings the money; he says that it came."""
    ada, ben = journey.ada, journey.ben
    ada.goes("/").clicks(f"€60.00 to {DOCTOR}").sees("At the desk, in cash or by card.").shows("bill")
    ben.goes("/payments/").clicks_first("€60.00").clicks("The money came").submits("Yes, the bill is paid")
    ben.sees("The bill is paid")
    journey.mail(ada, "A bill is paid")
    ada.goes(journey.bill).sees("Paid").clicks("Receipt").sees(f"Ada Quinn paid {DOCTOR}.", "€60.00").shows("receipt")
    _anybody_sees_that_it_is_true(journey)


def doctor_pays_back(journey: Journey) -> None:
    ben = journey.ben.goes(journey.bill).clicks("Pay back").fills("How much do you pay back?", "15").submits("Check")
    ben.submits("Pay back €15.00").sees("You paid back €15.00.", "Left with you: €45.00.").shows("refund")
    journey.mail(journey.ada, "A doctor paid you back")
    journey.ada.goes(journey.bill).sees("The doctor paid you back €15.00.", "Partly paid back")
    ben.goes("/payments/payouts/").sees("€60.00", "€15.00", "€45.00")


def pages_of(journey: Journey) -> list[str]:
    """The bill's pages."""
    return [f"{journey.bill}{page}" for page in ("", "receipt/", "receipt/pdf/", "received/", "refund/", "pay/")]


def _anybody_sees_that_it_is_true(journey: Journey) -> None:
    """Who scans the code: the sum and the day, and no names."""
    ada = journey.ada
    assert ada.page.request.get(f"{journey.bill}receipt/pdf/").body().startswith(b"%PDF")
    found = re.search(r"/payments/verify/[^\"]+", ada.page.content())
    assert found
    journey.sue.goes(found[0]).sees("This receipt is true", "€60.00").lacks(ada.name, DOCTOR)
