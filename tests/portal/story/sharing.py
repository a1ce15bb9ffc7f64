"""Ben asks, Ada gives less; he reads what is inside and nothing else; a single record more; who looked; taken back;
run out.
"""

from __future__ import annotations

from tests.portal.story.scene import AGAIN, ALONE, DOCTOR, INSIDE, OUTSIDE, REASON, Scene

MOST_TO_ASK, MOST_TO_GRANT, MOST_TO_SEE_WHO_LOOKED = 4, 3, 1
DAY_SECONDS = 24 * 60 * 60
EVERYTHING = (INSIDE, ALONE, *OUTSIDE)


def patient_sees_her_record(scene: Scene) -> None:
    ada = scene.ada
    ada.goes("/").sees("Your code", INSIDE).shows("patient-home")
    scene.code = ada.page.locator("#own-code").inner_text()
    ada.clicks("Health record").sees(*EVERYTHING, "North Hospital", "South Clinic").shows("patient-chart")
    ada.clicks(INSIDE).sees(INSIDE, "canary-5d2e").shows("patient-record")
    scene.strangers_are_refused(scene.chart, *scene.records.values())
    scene.ben.is_refused(scene.chart, *scene.records.values(), but_never=EVERYTHING)


def doctor_asks(scene: Scene) -> None:
    """With the code that she tells him: for everything, in four clicks."""
    ben = scene.ben.goes("/patients/")
    with ben.counting() as clicks:
        ben.fills("Patient code", scene.code.lower().replace("-", " ")).submits("Find")
        ben.sees(scene.ada.name).lacks(*EVERYTHING).shows("doctor-patient")
        ben.clicks("Ask for the whole record")
        ben.fills("Why do you ask?", REASON).shows("doctor-ask").submits("Check your answers")
        ben.sees(REASON).shows("doctor-check").submits("Send the request")
    assert clicks.count <= MOST_TO_ASK
    scene.requests["parts"] = _sent(scene, "doctor-sent")
    ben.is_refused(scene.chart, *scene.records.values(), but_never=EVERYTHING)


def patient_narrows(scene: Scene) -> None:
    """To test results, of North Hospital, of 2024."""
    ada = scene.ada.goes("/")
    ada.clicks(f"{DOCTOR} asks to read all of your health record").sees(DOCTOR, REASON).shows("request")
    ada.clicks("Choose what they see").chooses("What may they see?", "Test results")
    ada.chooses("From which hospitals?", "North Hospital")
    ada.fills("Only records from this day on", (1, 1, 2024)).fills("Only records up to this day", (31, 12, 2024))
    ada.chooses("How long may they see this?", "As they asked").shows("choose").submits("Go on and check")
    ada.sees("Test results", "North Hospital", "2024").shows("check")
    checking = ada.path
    ada.submits("Give access").sees(f"{DOCTOR} has access now").shows("given")
    scene.strangers_are_refused(checking, ada.path)
    scene.mail(scene.ben, "A patient gave you access")


def inside_is_read_and_outside_is_absent(scene: Scene) -> None:
    ben = scene.ben.goes("/").shows("doctor-home")
    ben.goes("/patients/").shows("doctor-patients").clicks(scene.ada.name, to=scene.chart)
    ben.sees(INSIDE).lacks(ALONE, *OUTSIDE, "South Clinic").shows("doctor-chart")
    ben.clicks(INSIDE).sees(INSIDE, "canary-5d2e").lacks(ALONE, *OUTSIDE).shows("doctor-record")
    ben.is_refused(*(scene.records[one] for one in (ALONE, *OUTSIDE)), but_never=(ALONE, *OUTSIDE, "canary-5d2e"))
    scene.mail(scene.ada, "Somebody read your health record for the first time")
    scene.strangers_are_refused(scene.chart, *scene.records.values())


def a_second_grant_for_a_single_record(scene: Scene) -> None:
    """He ticks it in the list without content; she allows it in three clicks."""
    ada, ben = scene.ada, scene.ben
    ben.goes(f"/patients/{_id(scene)}/").lacks(ALONE).ticks("Problem").submits("Ask for the ticked records")
    ben.fills("Why do you ask?", AGAIN).submits("Check your answers").submits("Send the request")
    scene.requests["single"] = _sent(scene, "")
    ada.goes("/")
    with ada.counting() as clicks:
        ada.clicks(f"{DOCTOR} asks to read parts of your health record").sees(AGAIN, ALONE)
        ada.clicks("Allow").shows("allow").submits("Give access")
    ada.sees(f"{DOCTOR} has access now")
    assert clicks.count <= MOST_TO_GRANT
    scene.mail(ben, "A patient gave you access")
    ben.goes(scene.chart).sees(INSIDE, ALONE).lacks(*OUTSIDE)
    ben.clicks(ALONE).sees(ALONE)
    ben.is_refused(*(scene.records[one] for one in OUTSIDE), but_never=OUTSIDE)


def who_looked(scene: Scene) -> None:
    """One click from any page of the chart; he is there, with what and why; those who were refused saw nothing."""
    ada = scene.ada
    for page in (scene.chart, f"{scene.chart}trends/", scene.records[INSIDE], f"{scene.chart}details/"):
        ada.goes(page)
        with ada.counting() as clicks:
            ada.clicks("Who looked")
        assert clicks.count <= MOST_TO_SEE_WHO_LOOKED
        assert ada.path == f"{scene.chart}looked/"
    ada.sees(f"{DOCTOR} (doctor) read", "Your permission of", "allowed it").shows("who-looked")
    scene.strangers_are_refused(ada.path)
    scene.ben.is_refused(ada.path)


def patient_takes_it_back(scene: Scene) -> None:
    """The parts, in no more clicks than giving took; the single record stays open."""
    ada, ben = scene.ada.goes("/"), scene.ben
    with ada.counting() as clicks:
        ada.clicks("Sharing").shows("sharing")
        ada.clicks(f"End access for {DOCTOR}: ", to=f"/sharing/{scene.requests['parts']}/withdraw/")
        ada.shows("withdraw").submits("End this access")
    ada.sees(f"{DOCTOR} has no access any more").shows("ended")
    assert clicks.count <= MOST_TO_GRANT
    scene.mail(ben, "A patient ended your access")
    ben.goes(scene.chart).sees(ALONE).lacks(INSIDE, *OUTSIDE)
    ben.is_refused(*(scene.records[one] for one in (INSIDE, *OUTSIDE)), but_never=(INSIDE, *OUTSIDE))
    scene.strangers_are_refused(*_pages_of(scene, "parts"))


def the_rest_runs_out(scene: Scene) -> None:
    """A month and a day later, by the clock alone."""
    ada, ben = scene.ada, scene.ben
    ben.goes(scene.records[ALONE]).sees(ALONE)
    scene.passes(32 * DAY_SECONDS)
    for person in (ada, ben, scene.amy):
        person.goes("/accounts/").sees("Sign in").signs_in()
    ben.is_refused(scene.chart, *scene.records.values(), but_never=EVERYTHING)
    for person in (ada, ben):
        scene.mail(person, "An access has ended")
    ben.goes("/patients/").sees("Nobody gives you access just now.", "Ran out").shows("doctor-patients-after")
    ada.goes(f"/sharing/{scene.requests['single']}/").sees("Ran out", "Its time ran out.").shows("ran-out")
    ada.goes("/sharing/").sees("Nobody has access")
    scene.strangers_are_refused(*_pages_of(scene, "single"))


def _sent(scene: Scene, picture: str) -> str:
    """The request is there for Ada, and for no stranger; its number."""
    ben = scene.ben
    ben.sees(f"{scene.ada.name} has your request")
    if picture:
        ben.shows(picture)
    number = ben.path.split("/")[-3]
    scene.mail(scene.ada, "A doctor asks to see your health record")
    scene.strangers_are_refused(
        *(f"/patients/requests/{number}/{page}" for page in ("", "change/", "sent/", "end/")),
        *(f"/sharing/requests/{number}/{page}" for page in ("", "allow/", "choose/", "records/", "refuse/")),
        f"/patients/{_id(scene)}/",
        f"/patients/{_id(scene)}/ask/",
    )
    return number


def _pages_of(scene: Scene, which: str) -> list[str]:
    number = scene.requests[which]
    return [f"/sharing/{number}/{page}" for page in ("", "withdraw/", "change/", "ended/")] + [
        f"/patients/requests/{number}/"
    ]


def _id(scene: Scene) -> str:
    return scene.chart.split("/")[2]
