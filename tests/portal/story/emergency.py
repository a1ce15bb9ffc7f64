"""Ben opens the chart in an emergency; Ada is told at once; an admin reviews it; Ada reads what came of it; after an
hour it closes.
"""

from __future__ import annotations

from tests.portal.story.scene import DOCTOR, EMERGENCY, Scene
from tests.portal.story.sharing import EVERYTHING

REASON = "The patient is unconscious or cannot answer"
VERDICT = "The ward was called, and she was there."
HOUR_SECONDS = 60 * 60


def doctor_opens_the_chart(scene: Scene) -> None:
    ben = scene.ben
    ben.goes("/patients/").fills("Patient code", scene.code).submits("Find").clicks("Emergency")
    asking = ben.path
    scene.strangers_are_refused(asking)
    ben.chooses("What is the emergency?", REASON).fills("What happened?", EMERGENCY)
    ben.ticks("This is an emergency").shows("emergency").submits("Open the record for 60 minutes")
    assert ben.path == scene.chart
    ben.sees(*EVERYTHING).shows("emergency-chart")
    ben.clicks(EVERYTHING[-1]).sees("canary-5d2e")
    scene.strangers_are_refused(scene.chart, *scene.records.values())


def patient_is_told(scene: Scene) -> None:
    ada = scene.ada
    scene.mail(ada, "Your health record was opened in an emergency")
    ada.goes("/notices/").sees(f"{DOCTOR} opened your health record in an emergency.", EMERGENCY).shows("notices")
    ada.clicks("Who looked").sees(f"{DOCTOR} (doctor) opened your health record in an emergency", EMERGENCY)


def admin_reviews(scene: Scene) -> None:
    amy = scene.amy
    amy.goes("/oversight/emergencies/").sees(DOCTOR, REASON, EMERGENCY).lacks(scene.ada.name, *EVERYTHING)
    amy.shows("emergencies").clicks_first("Review")
    page = amy.path
    amy.chooses("What did you find?", "Justified").fills("Why?", VERDICT).shows("review").submits("Save the review")
    amy.sees("The review is saved").lacks(scene.ada.name, *EVERYTHING).shows("reviewed")
    scene.strangers_are_refused("/oversight/emergencies/", page, amy.path)
    scene.ben.is_refused("/oversight/emergencies/", page)
    amy.is_refused(scene.chart, *scene.records.values(), but_never=EVERYTHING)
    for told in (scene.ada, scene.ben):
        scene.mail(told, "We checked an emergency access")


def patient_reads_the_review(scene: Scene) -> None:
    ada = scene.ada
    ada.goes("/notices/").sees("Somebody checked why your health record was opened.", VERDICT)
    ada.clicks("Who looked").sees("checked an emergency access", VERDICT, "They found that there was good reason.")
    ada.shows("who-looked-after")


def it_closes_after_an_hour(scene: Scene) -> None:
    """By the clock, whoever signs in: Ben does next."""
    scene.passes(HOUR_SECONDS + 60)
    scene.strangers_are_refused(scene.chart, *scene.records.values())
