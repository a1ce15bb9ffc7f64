"""How fast pages of a long chart come while many people use them, told as a table, and what they weigh:
``make drill NAME=pace``.
"""

import os
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from html import unescape

import httpx
import pytest

from tests.portal.walk.recorder import brought
from tests.portal.walk.sheet import Sheet
from tests.portal.walk.told import told
from tests.portal.walk.world import ask

RECORDS, A_BUNDLE = 3_000, 100
THINK_SECONDS, SECONDS = 5, 240
CROWDS = {20: 250, 100: 500}
"""So many people at once, and how many milliseconds 95 of 100 pages of each kind may take for them at the most."""
FEWEST_PAGES = 20
MOST_BYTES = 100 * 1024
GOLDEN = 0.618
"""Its multiples spread people over the seconds, however many they are."""
DAY = 86_400
pytestmark = pytest.mark.drill
_LOINC = (("2823-3", "Potassium", "mmol/L"), ("718-7", "Haemoglobin", "g/dL"), ("29463-7", "Body weight", "kg"))


def measured(person, number):
    code, words, unit = _LOINC[number % len(_LOINC)]
    when = time.strftime("%Y-%m-%dT09:00:00Z", time.gmtime(1_790_000_000 - number * DAY))
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                  "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": words},
        "subject": {"reference": person},
        "effectiveDateTime": when,
        "valueQuantity": {"value": 4 + number % 50 / 10, "unit": unit, "system": "http://unitsofmeasure.org",
                          "code": unit},
    }  # fmt: skip
    return {"resource": observation, "request": {"method": "POST", "url": "Observation"}}


@pytest.fixture(scope="module")
def chart(site):
    """The patient of a long chart, and a doctor who may read it."""
    hospital = site.hospital()
    answer = hospital.post("/Patient", {"resourceType": "Patient", "name": [{"family": "Long", "given": ["Ina"]}]})
    person = f"Patient/{answer.json()['id']}"
    for start in range(0, RECORDS, A_BUNDLE):
        entries = [measured(person, number) for number in range(start, start + A_BUNDLE)]
        sent = hospital.post("", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
        assert sent.status_code == 200, sent.text
    patient, doctor = site.patient("Ina Long", person=person), site.doctor()
    consent = ask(doctor.actor, patient.actor)
    granted = {name: value for name, value in consent.items() if name != "meta"} | {"status": "active"}
    assert patient.actor.put(f"/Consent/{consent['id']}", granted).status_code == 200
    return patient, doctor


def pages_of(site, person):
    """An address for each kind of page that links lead to from the person's home, by its shape."""
    found, waiting = {}, ["/"]
    with entered(site, person) as http:
        while waiting:
            path = waiting.pop(0)
            if shape_of(path) in found:
                continue
            answer = http.get(path)
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                found[shape_of(path)] = path
                waiting += map(unescape, re.findall(r'href="(/[^"#]*)', answer.text))
    return found


def shape_of(path):
    """An address without what names a record or a person, and of its query the names alone."""
    shape, _, query = path.partition("?")
    names = "&".join(sorted({pair.partition("=")[0] for pair in query.split("&") if pair}))
    return re.sub(r"/(?=[^/]*\d)[^/]+(?=/)", "/*", shape) + (f"?{names}" if names else "")


def entered(site, person):
    """A client that is signed in."""
    http = httpx.Client(base_url=site.address, timeout=60)
    for name, value in site.ask("enter", email=person.email).items():
        http.cookies.set(name, value, domain="127.0.0.1", path="/")
    return http


class Somebody(threading.Thread):
    """Opens one page after the other, and thinks between them."""

    def __init__(self, site, person, pages, start, over):
        super().__init__(daemon=True)
        self.pages, self.at, self.over = list(pages.items()), start, over
        self.late = start * GOLDEN % 1 * THINK_SECONDS
        self.http = entered(site, person)
        self.took, self.failed = [], []

    def run(self):
        self.over.wait(self.late)
        while not self.over.wait(THINK_SECONDS):
            name, path = self.pages[self.at % len(self.pages)]
            begun = time.perf_counter()
            answer = self.http.get(path)
            self.took.append((name, (time.perf_counter() - begun) * 1000))
            self.failed += [f"{path}: {answer.status_code}"] * (answer.status_code != 200)
            self.at += 1
        self.http.close()


def test_weight(site, chart):
    """No page of a long chart, with all that it brings along, weighs more than a short chart's may."""
    weighed = {}
    for person in chart:
        paths = pages_of(site, person).values()
        with entered(site, person) as http:
            for path in paths:
                text = http.get(path).text
                parts = [http.get(address).content for address in brought(Sheet(text))]
                weighed[f"{person.email} {path}"] = len(text.encode()) + sum(map(len, parts))
    told((path, f"{weight} bytes") for path, weight in weighed.items() if weight > MOST_BYTES)


@pytest.mark.parametrize("people", CROWDS)
def test_pace(site, chart, capsys, people):
    patient, doctor = chart
    own, doctors = pages_of(site, patient), pages_of(site, doctor)
    assert len(own) > FEWEST_PAGES, own
    assert len(doctors) > FEWEST_PAGES, doctors
    over = threading.Event()
    crowd = [Somebody(site, *((patient, own) if at % 2 else (doctor, doctors)), at, over) for at in range(people)]
    for one in crowd:
        one.start()
    threading.Event().wait(SECONDS)
    over.set()
    for one in crowd:
        one.join()
    assert not [line for one in crowd for line in one.failed]
    took = defaultdict(list)
    for name, milliseconds in (each for one in crowd for each in one.took):
        took[name].append(milliseconds)
    with capsys.disabled():
        sys.stdout.write(table(took, people))
    told((name, f"p95 {p95(found):.0f} ms") for name, found in took.items() if p95(found) > CROWDS[people])


def p95(found):
    return statistics.quantiles(found, n=20)[-1]


def table(took, people):
    head = f"\n{RECORDS} records, {people} people, {THINK_SECONDS} s between pages, load {os.getloadavg()[0]:.1f}\n"
    lines = [f"{name:<60} {len(all_):>4} p50 {statistics.median(all_):>6.0f} ms  p95 {p95(all_):>6.0f} ms"
             for name, all_ in sorted(took.items())]  # fmt: skip
    return head + "\n".join(lines) + "\n"
