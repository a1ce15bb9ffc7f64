"""What the tests of oversight share: Ada's canary, an emergency, a doctor's sign-up."""

REASON = "Found without consciousness on the ward."
CODE = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "ETREAT"}
CANARY = "canary-7f3a9c"
"""Stands in every text of Ada's chart, and on no page of oversight."""
ADA = "Adalberta Quinnley"


def break_glass(doctor, patient):
    """The answer to a doctor who opens a chart in an emergency."""
    parameters = [{"name": "reason", "valueCoding": CODE}, {"name": "text", "valueString": REASON}]
    body = {"resourceType": "Parameters", "parameter": parameters}
    return doctor.actor.post(f"/{patient.person}/$break-glass", body)


def newest_access(browser):
    """The page of the newest emergency access."""
    return newest(browser, "/oversight/emergencies/")


def newest(browser, begin):
    """The page of the newest entry that is listed below an address."""
    found = (link.removeprefix(begin).rstrip("/") for link in browser.get(begin).page.links.values())
    return f"{begin}{max(int(number) for number in found if number.isdecimal())}/"


def person_page(person):
    """The page of somebody's account."""
    return f"/oversight/people/{person.account}/"
