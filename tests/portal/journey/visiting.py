"""The day has come: both meet by video and write to each other; Ben examines, diagnoses, prescribes, ends the visit."""

from __future__ import annotations

from tests.portal.consultation.devices import DECODED, WATCHED
from tests.portal.journey.scene import ALLERGY, CHAT, DIAGNOSIS, DOCTOR, MEDICINE, NOTE, Journey
from tests.portal.story.person import Person

BEFORE_SECONDS = 5 * 60


def the_day_comes(journey: Journey) -> None:
    """Both are told an hour before, and sign in."""
    journey.reaches(journey.starts - BEFORE_SECONDS)
    for person in (journey.ada, journey.ben):
        assert journey.mail(person, "Your visit is soon").link.endswith(journey.visit)
        person.signs_in()
    journey.amy.signs_in()


def both_meet_by_video(journey: Journey) -> None:
    """Each sees and hears what the other sends: counted in the browser, frame by frame."""
    ada, ben = journey.ada, journey.ben
    for person, way in ((ada, "Join the video visit"), (ben, "Join: Ada Quinn")):
        person.page.add_init_script(WATCHED)
        person.goes("/").clicks_first(way).sees("Video visit with")
    ada.presses("Use camera and microphone").presses("I am here").waits_for("knows that you are here")
    ben.waits_for("is in the waiting room").shows("waiting-room")
    journey.strangers_are_refused(f"{journey.visit}room/", f"{journey.visit}room/note/")
    ben.presses("Let them in").presses("Use camera and microphone")
    for person in (ada, ben):
        person.waits_for("Connected").page.wait_for_function(DECODED)


def they_write_too(journey: Journey) -> None:
    ada, ben = journey.ada, journey.ben
    ada.fills("Your message", CHAT).presses("Send")
    ben.waits_for(CHAT).shows("video")
    ben.fills("Your message", "Then I speak slowly.").presses("Send")
    ada.waits_for("Then I speak slowly.").shows("video-phone")


def doctor_examines(journey: Journey) -> None:
    """In a tab of its own, while the call goes on."""
    aside = journey.ben.clicks_aside("Add to the health record").clicks_first("General health")
    aside.fills("Number", "70", of="Weight").fills("Number", "175", of="Height").shows("examination")
    aside.submits("Save").sees("Saved: 3 records.")
    aside.goes(journey.chart).clicks("Body mass index (BMI)").sees("22.9").shows("mass-index")
    journey.ada.page.wait_for_function(DECODED)
    journey.strangers_are_refused(f"{journey.chart}add/", f"{journey.chart}add/general/")
    _diagnoses(journey, aside)
    _prescribes(journey, aside)
    aside.page.close()


def _diagnoses(journey: Journey, aside: Person) -> None:
    aside.goes(f"{journey.chart}add/").clicks_first("Diagnosis").fills("Diagnosis", DIAGNOSIS)
    aside.chooses("How sure are you?", "It is certain").submits("Save").sees("Saved")
    aside.goes(journey.chart).sees(DIAGNOSIS)


def _prescribes(journey: Journey, aside: Person) -> None:
    """He is warned, thinks again, and signs with a reason."""
    aside.clicks("Prescribe").fills("Medicine and strength", MEDICINE).fills("How much at a time?", "1")
    aside.chooses("Counted in", "capsules").fills("How many times?", "3").fills("For how many days?", "7")
    aside.fills("How much does the pharmacy hand out?", "21").submits("Check it")
    aside.sees(f"The patient is allergic to {ALLERGY}").shows("allergy-warning")
    asking = aside.path
    aside.fills("Why do you prescribe it all the same?", "The skin turned red once, ten years ago, and never since.")
    aside.submits("Sign the prescription").sees("You signed this prescription")
    journey.prescription = aside.path
    journey.mail(journey.ada, "A doctor wrote a prescription for you")
    journey.strangers_are_refused(
        asking, aside.path, f"/prescriptions/new/{journey.patient}/", f"{journey.chart}add/diagnosis/"
    )


def doctor_ends_the_visit(journey: Journey) -> None:
    ada, ben = journey.ada, journey.ben
    note = ben.clicks_aside("Write a note").fills("Your note", NOTE).submits("Put it into the health record")
    note.sees(NOTE).page.close()
    ben.clicks("End the visit").submits("End the visit").sees("This visit took place.", NOTE)
    ada.waits_for("This visit took place.", NOTE)
    assert ada.has("Rate this visit")
    ada.goes(journey.chart).sees(DIAGNOSIS, "Body mass index (BMI)", DOCTOR)
