"""Ben asks to see Ada's record and to add to it; she says yes."""

from __future__ import annotations

from tests.portal.journey.scene import ALLERGY, DOCTOR, REASON, Journey


def patient_tells_her_code(journey: Journey) -> None:
    journey.code = journey.ada.goes("/").page.locator("#own-code").inner_text()
    journey.ben.goes(journey.chart).sees(journey.ada.name).lacks(ALLERGY)


def doctor_asks(journey: Journey) -> None:
    ben = journey.ben.goes("/").fills("Patient code", journey.code).submits("Find").sees(journey.ada.name)
    ben.clicks("Ask for the whole record").fills("Why do you ask?", REASON).ticks("Ask to add records, too")
    ben.shows("ask").submits("Check your answers").sees(REASON).submits("Send the request")
    ben.sees(f"{journey.ada.name} has your request")
    journey.request = f"/patients/requests/{ben.path.split('/')[-3]}/"
    journey.mail(journey.ada, "A doctor asks to see your health record")
    ben.goes(journey.chart).lacks(ALLERGY)
    journey.strangers_are_refused(journey.request, f"/patients/{journey.patient}/")


def patient_grants(journey: Journey) -> None:
    ada = journey.ada.goes("/").clicks_first(f"{DOCTOR} asks to read all of your health record").sees(REASON)
    ada.shows("request").clicks("Allow").submits("Give access").sees(f"{DOCTOR} has access now").shows("given")
    journey.mail(journey.ben, "A patient gave you access")
    journey.ben.goes(journey.chart).sees(ALLERGY)
    journey.strangers_are_refused(journey.chart, ada.path)
