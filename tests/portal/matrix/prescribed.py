"""A prescription of Blanche's, with words in it, that went to a pharmacy, which handed out a part of it."""

from __future__ import annotations

import re
from typing import Any

from tests.acceptance.resources import action, consent
from tests.portal.browser import Browser
from tests.portal.site import Person


def prescribe(cage: Any) -> tuple[Person, Person]:
    """The doctor who wrote it, and the pharmacist who has it."""
    site, blanche = cage.site, cage.blanche
    corner = site.hospital("Corner Pharmacy", "pharmacy")
    doctor, pharmacist = site.doctor("Dr Adding Osei"), site.staff("pharmacist", "Pia Moss", corner)
    given = blanche.actor.send(consent(blanche.person, doctor.person, status="active", action=action("correct")))
    cage.consents["doctor: adding"] = str(given["id"])
    with Browser(site) as his:
        his.enter(doctor, f"/prescriptions/new/{blanche.id}/").form("Check it")
        typed = {"dose": "1", "unit": "tablet", "times": "1", "every": "1", "quantity": "30", "repeats": "1"}
        his.fill(medicine=cage.word("prescription"), note=cage.word("prescription"), **typed).send()
        his.form("Sign the prescription")  # every word is like every other: it is like her allergies, too
        his.fill(because=cage.word("prescription")).send()
        id_ = his.path.split("/")[-2]
    with Browser(site) as hers:
        hers.enter(blanche, f"/prescriptions/{id_}/pharmacy/").form("Send it to this pharmacy")
        hers.fill(pharmacy=corner.organization).send()
        found = re.search(r"/prescriptions/verify/([^/]+)/", hers.get(f"/prescriptions/{id_}/print/").response.text)
        cage.paper = found[1] if found else ""
    with Browser(site) as theirs:
        theirs.enter(pharmacist, f"/pharmacy/{id_}/").form("Hand it out").fill(amount="10").send()
    for key, record in (
        ("prescription", f"MedicationRequest/{id_}"),
        ("handed", f"MedicationDispense/{id_}-1"),
        ("signature", f"Provenance/{id_}-signature"),
    ):
        cage.records[key] = blanche.actor.get(f"/{record}").json()
        assert cage.records[key]["id"], key
    cage.words["handed"] = cage.words["signature"] = cage.words["prescription"]
    return doctor, pharmacist
