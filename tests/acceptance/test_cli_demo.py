"""The demo: made once, the same for the same seed, and its story runs as it is printed."""

import shutil
import subprocess
from contextlib import closing

import httpx
import pytest

from carefolio.assembly import open_carefolio
from carefolio.base import clock
from carefolio.base.failures import absent
from carefolio.cli import casting, visiting
from carefolio.cli.casting import SignIn
from carefolio.cli.story import tell
from carefolio.fhir.dates import interval
from tests.acceptance.console import Console, serving
from tests.stores import settings_of


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    return Console(tmp_path_factory.mktemp("demo") / "data")


@pytest.fixture(scope="module")
def made(console):
    return console.told("demo", "--patients", "2")


def test_it_tells_of_a_cast_with_tokens(made):
    roles = [each["role"] for each in made["people"]]
    assert roles == [
        "patient",
        "patient",
        "doctor",
        "doctor",
        "pharmacist",
        "pharmacist",
        "auditor",
        "admin",
        "hospital",
    ]
    assert all(each["token"] for each in made["people"])


def test_made_again_it_adds_nothing(console, made):
    before = console.told("check")["checks"][-1]["text"]
    again = console.told("demo", "--patients", "2")
    strangers = ("person", "account", "code")
    assert [[each[name] for name in strangers] for each in again["people"]] == [
        [each[name] for name in strangers] for each in made["people"]
    ]
    assert console.told("check")["checks"][-1]["text"] == before
    assert console.entries() > 0


def test_the_first_patient_filled_in_forms(console, made):
    person, token = (made["people"][0][name] for name in ("person", "token"))
    with serving(console.data) as server, httpx.Client(headers={"Authorization": f"Bearer {token}"}) as http:
        found = http.get(f"{server.address}/fhir/Observation?patient={person}&_count=200").json()["entry"]
        own = [one["resource"] for one in found if {"reference": person} in _references(one["resource"])]
        visits = http.get(f"{server.address}/fhir/Appointment?patient={person}&status=booked").json()["entry"]
        media = http.get(f"{server.address}/fhir/Media?patient={person}").json()["entry"]
    assert {"Tooth 36", "Body mass index (BMI)", "Blood pressure", "Skin"} <= {one["code"]["text"] for one in own}
    assert [one["resource"]["content"]["contentType"] for one in media] == ["image/png"]
    now = clock.now()
    today = [one["resource"] for one in visits if interval(one["resource"]["start"])[0] <= now + 15 * clock.MINUTE]
    assert [interval(one["end"])[1] > now for one in today] == [True], "a room that can be opened"


@pytest.mark.parametrize(
    ("shut_out", "let_in"), [(("suspend",), ("suspend", "--lift")), (("verify", "--withdraw"), ("verify",))]
)
def test_a_first_doctor_who_was_shut_out_keeps_no_server_from_serving(console, made, shut_out, let_in):
    first = next(each["account"] for each in made["people"] if each["role"] == "doctor")
    console.told("account", *shut_out, "--account", first)
    try:
        with serving(console.data, "--demo") as server:
            assert server.told["people"]
    finally:
        console.told("account", *let_in, "--account", first)


@pytest.mark.usefixtures("made")
def test_a_visit_that_cannot_be_made_is_logged(console, monkeypatch, caplog):
    def refused(*_who):
        raise absent()

    monkeypatch.setattr(visiting, "meet", refused)
    with closing(open_carefolio(settings_of(console.data))) as carefolio:
        casting.open_room(carefolio)
    assert "no visit was made" in caplog.text


def _references(observation):
    return [{"reference": one.get("reference")} for one in observation.get("performer", ())]


def test_it_is_refused_where_others_come(console):
    told = console.refused("demo", CAREFOLIO_PUBLIC_URL="https://records.example.org")
    assert "this machine only" in told


@pytest.mark.skipif(shutil.which("curl") is None, reason="the story's lines need curl (make services)")
def test_the_story_runs_as_it_is_printed(console, made):
    with serving(console.data, "--demo") as server:
        people = [SignIn(**each) for each in server.told["people"]]
        lines = tell(server.address, people)
        told = subprocess.run(["sh"], input=lines, capture_output=True, text=True, check=True, timeout=60)
    patient, doctor = people[0].person, next(each.person for each in people if each.role == "doctor")
    asked, granted, read, seen, withdrawn, after = told.stdout.split("\n")[:6]
    assert '"status":"proposed"' in asked
    assert '"status":"active"' in granted
    assert f'"id":"{patient.partition("/")[2]}"' in read
    assert doctor in seen
    assert '"status":"inactive"' in withdrawn
    assert after == "404"
