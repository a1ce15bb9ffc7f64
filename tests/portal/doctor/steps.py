"""What the tests of asking do again and again, as clicks and as calls of the API."""

from contextlib import contextmanager

from carefolio.assembly import open_carefolio
from tests.acceptance.resources import RESTRICTED, category, concept, condition, observation
from tests.stores import settings_of

CATEGORY_LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"


def records_of(hospital, patient):
    """Two test results, one of them old, a weight, a problem, and something restricted."""
    sent = {
        "potassium": observation(patient.person),
        "old": observation(patient.person, effectiveDateTime="2009-03-02"),
        "weight": observation(patient.person, category=category("vital-signs"), code=concept("29463-7")),
        "asthma": condition(patient.person),
        "secret": observation(patient.person, meta=RESTRICTED),
    }
    return {name: hospital.send(body) for name, body in sent.items()}


def find(browser, doctor, patient):
    """Signed in, and at the patient's page by their code."""
    browser.enter(doctor, "/patients/")
    return browser.form("Find").fill(typed=patient.code.lower().replace("-", " ")).send()


def ask(browser, doctor, patient, **given):
    """The whole way to the confirmation; the id of the request."""
    find(browser, doctor, patient).get(f"/patients/{patient.id}/ask/")
    browser.fill(**({"reason": "You have chest pain, and I want to see your heart tests."} | given)).send()
    assert browser.path.endswith("/check/"), (browser.path, browser.page.errors)
    browser.form("Send the request").send()
    assert browser.path.endswith("/sent/"), (browser.path, browser.page.text)
    return browser.path.split("/")[-3]


def stood(doctor, id_):
    """The Consent as the API tells it."""
    answer = doctor.actor.get(f"/Consent/{id_}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def answer(patient, id_, status="active"):
    """The patient's answer over the API."""
    return patient.actor.change(stood(patient, id_), status=status)


def listed(browser):
    """What can be ticked on the patient's page."""
    form = next(one for one in browser.page.forms if "Ask for the ticked records" in one.buttons)
    return form.choices["record"]


@contextmanager
def beside(site):
    """The same installation, opened once more beside its server: for what other folders' pages do."""
    carefolio = open_carefolio(settings_of(site.data))
    try:
        yield carefolio
    finally:
        carefolio.close()
