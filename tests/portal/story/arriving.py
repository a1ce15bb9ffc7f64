"""Ada and Ben sign up, confirm by mail and sign in; Ben sets up his app; an admin looks at his licence."""

from __future__ import annotations

import re

from tests.portal.story.person import Person
from tests.portal.story.scene import Company

PROFESSION = {
    "Licence number": "MC 44-1902",
    "Who issued it": "Medical Council of Ireland",
    "Qualification": "MB BCh BAO",
    "Town or city where you work": "Galway",
}


def patient_signs_up(scene: Company) -> None:
    ada = scene.ada
    ada.goes("/").shows("welcome").clicks("Create an account").clicks_first("I am a patient")
    ada.fills("Full name", ada.name).fills("Date of birth", (27, 3, 1985)).chooses("Sex", "Female")
    _create(scene, ada)
    ada.clicks("Health record")
    scene.chart = ada.path
    ada.sees("Your health record", "No records yet")
    scene.strangers_are_refused(scene.chart, f"{scene.chart}looked/", f"{scene.chart}download/")


def doctor_signs_up(scene: Company) -> None:
    """His account shows nothing before he has an app; then, until he is verified, it finds nobody."""
    ben = scene.ben
    ben.goes("/accounts/signup/").clicks_first("I am a doctor")
    ben.fills("Full name", ben.name)
    for label, words in PROFESSION.items():
        ben.fills(label, words)
    ben.chooses("Speciality", "General practice")
    _create(scene, ben)
    assert ben.path == "/accounts/2fa/totp/activate/", ben.text
    ben.goes("/patients/").sees("Set up an app for codes").opens("I cannot scan it")
    ben.shows("set-up-app")
    found = re.search(r"\b[A-Z2-7]{32}\b", ben.text)
    assert found, ben.text
    ben.secret = found[0]
    ben.gives_code("Code from your app", "Use this app")
    ben.recovery_codes = re.findall(r"\b\d{8}\b", ben.text)
    assert len(ben.recovery_codes) == 10
    ben.shows("recovery-codes").clicks("Go to the home page")
    ben.sees("once your licence is verified")


def admin_verifies(scene: Company) -> None:
    amy, ben = scene.amy, scene.ben
    amy.signs_in().shows("admin-home")
    amy.goes("/oversight/people/").sees(ben.name, *PROFESSION.values()).shows("queue")
    amy.clicks(f"Next: {ben.name}")
    page = amy.path
    amy.shows("verify-person").clicks("Verify").submits(f"Verify {ben.name}").sees(f"{ben.name} is verified")
    amy.lacks(scene.ada.name)
    scene.strangers_are_refused("/oversight/", "/oversight/people/", page, f"{page}verify/")
    scene.mail(ben, "Your account is verified")
    ben.goes("/").sees("Find a patient").lacks("once your licence is verified")


def _create(scene: Company, person: Person) -> None:
    """From the last two fields to the first page; the link holds once."""
    person.fills("E-mail", person.email).fills("Password", person.password)
    person.shows(f"sign-up-{person.name[:3].lower()}").submits("Create account").sees("Check your e-mail")
    person.goes("/accounts/").sees("Sign in")
    link = scene.mail(person, "Confirm").link
    person.goes(link).sees(person.email).submits("Yes, confirm")
    scene.sue.goes(link).sees("run out or was used before")
    person.fills("E-mail", person.email).fills("Password", person.password).submits("Sign in")
