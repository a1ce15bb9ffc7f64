"""Hospitals, people and tokens at the console, while the server runs: seen by its next request."""

import httpx
import pytest

from tests.acceptance.console import Console, serving

FHIR_JSON = {"Content-Type": "application/fhir+json"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("people") / "data"


@pytest.fixture(scope="module")
def server(data):
    with serving(data) as running:
        yield running


@pytest.fixture(scope="module")
def console(server, data):
    return Console(data)


@pytest.fixture(scope="module")
def ask(server):
    with httpx.Client(base_url=f"{server.address}/fhir", timeout=30) as http:

        def request(token, path, method="GET", body=None):
            headers = {"Authorization": f"Bearer {token}", **(FHIR_JSON if body else {})}
            return http.request(method, path, headers=headers, json=body)

        yield request


@pytest.fixture(scope="module")
def hospital(console):
    return console.hospital()


@pytest.fixture(scope="module")
def ada(console):
    return console.account(
        "patient", "Ada Mary Byron", "Ada@Example.org", "--birth-date", "1985-04-23", "--gender", "female"
    )


@pytest.fixture(scope="module")
def charlie(console):
    return console.account("patient", "Charlie Stone", "charlie@example.org")


def test_a_hospital_s_token_writes_at_once(console, ask, hospital):
    assert hospital["organization"].startswith("Organization/")
    found = ask(hospital["token"], f"/{hospital['organization']}")
    assert found.json()["name"] == "North Hospital"
    made = ask(hospital["token"], "/Patient", "POST", {"resourceType": "Patient", "name": [{"family": "New"}]})
    assert made.status_code == 201


def test_a_patient_has_a_chart_a_code_and_a_token(console, ask, ada):
    assert ada["account"] == "ada@example.org"
    assert ada["code"].startswith("PAT-")
    found = ask(console.token("ada@example.org"), f"/{ada['person']}").json()
    assert found["name"] == [{"text": "Ada Mary Byron", "family": "Byron", "given": ["Ada", "Mary"]}]
    assert (found["birthDate"], found["gender"]) == ("1985-04-23", "female")


def test_charlie_does_not_see_ada(console, ask, ada, charlie):
    assert ask(console.token("charlie@example.org"), f"/{ada['person']}").status_code == 404


def test_a_doctor_of_a_hospital_stands_in_the_directory(console, ask, hospital, charlie):
    sam = console.account(
        "doctor", "Dr Sam Hart", "sam@example.org", "--hospital", hospital["organization"], "--verified"
    )
    assert sam["code"].startswith("DOC-")
    token = console.token("charlie@example.org")
    found = ask(token, f"/{sam['person']}").json()
    assert found["name"] == [{"text": "Dr Sam Hart", "family": "Hart", "given": ["Sam"], "prefix": ["Dr"]}]
    roles = ask(token, f"/PractitionerRole?practitioner={sam['person']}").json()
    assert roles["entry"][0]["resource"]["organization"] == {"reference": hospital["organization"]}


@pytest.mark.parametrize("role", ["pharmacist", "staff", "researcher", "auditor", "admin"])
def test_everybody_else_is_a_practitioner_with_a_code(console, role):
    made = console.account(role, "Kim Vale", f"{role}@example.org")
    assert made["person"].startswith("Practitioner/")
    assert made["code"].startswith("DOC-")


def test_an_account_is_linked_to_the_chart_that_a_hospital_sent(console, ask, hospital):
    sent = ask(hospital["token"], "/Patient", "POST", {"resourceType": "Patient", "name": [{"family": "Sent"}]})
    person = f"Patient/{sent.json()['id']}"
    made = console.account("patient", "Bea Sent", "bea@example.org", "--person", person)
    assert made["person"] == person
    assert ask(console.token("bea@example.org"), f"/{person}").status_code == 200
    again = console.refused(
        *("account", "add", "--role", "patient", "--name", "Bea Again", "--email", "bea2@example.org"),
        *("--person", person),
    )
    assert again == f"{person} has an account already; a person has one."


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("patient", "ada@example.org"), "There is an account with this e-mail already"),
        (("patient", "nonsense"), "This is no e-mail address"),
        (("patient", "x@example.org", "--birth-date", "1985-13-01"), "A birth date has to look like"),
        (("patient", "x@example.org", "--person", "Patient/none"), "There is no chart of Patient/none here."),
        (("patient", "x@example.org", "--person", "Practitioner/x"), "A patient is linked to a Patient"),
        (("doctor", "x@example.org", "--person", "Practitioner/none"), "There is no Practitioner/none here."),
        (("doctor", "x@example.org", "--hospital", "Organization/none"), "There is no hospital Organization/none"),
        (("doctor", "x@example.org", "--birth-date", "1985"), "The directory is read by everybody"),
    ],
)
def test_what_cannot_be_added_is_refused_with_a_sentence(console, ada, more, sentence):
    role, email, *options = more
    told = console.refused("account", "add", "--role", role, "--name", "Ada Byron", "--email", email, *options)
    assert told.startswith(sentence)


def test_a_suspended_account_is_shut_out_at_once_and_let_in_again(console, ask, charlie):
    token = console.token("charlie@example.org")
    assert ask(token, f"/{charlie['person']}").status_code == 200
    console.told("account", "suspend", "--account", "charlie@example.org")
    assert ask(token, f"/{charlie['person']}").status_code == 401
    assert "suspended" in console.refused("token", "issue", "--account", "charlie@example.org")
    console.told("account", "suspend", "--account", "charlie@example.org", "--lift")
    assert ask(token, f"/{charlie['person']}").status_code == 200


def test_a_token_ends_when_it_is_revoked(console, ask, ada):
    kept, leaked = console.token("ada@example.org"), console.token("ada@example.org")
    done = console.call("token", "revoke", "--token", "-", stdin=f"{leaked}\n")
    assert done.returncode == 0, done.stderr
    assert ask(leaked, f"/{ada['person']}").status_code == 401
    assert ask(kept, f"/{ada['person']}").status_code == 200
    assert "no such token" in console.refused("token", "revoke", "--token", "-", stdin=leaked)
    assert "seen by others" in console.refused("token", "revoke", "--token", leaked)
    assert console.told("token", "revoke", "--account", "ada@example.org")["revoked"] >= 1
    assert ask(kept, f"/{ada['person']}").status_code == 401


def test_a_token_is_no_wider_than_its_scope(console, ask, ada):
    token = console.token("ada@example.org", "--scope", "patient/Observation.rs", "--minutes", "5")
    assert ask(token, f"/{ada['person']}").status_code == 404
    assert "No scope" in console.refused("token", "issue", "--account", "ada@example.org", "--scope", "everything")
    assert "between 1 and" in console.refused("token", "issue", "--account", "ada@example.org", "--minutes", "0")
    assert "no such account" in console.refused("token", "issue", "--account", "nobody@example.org")


def test_an_unverified_doctor_writes_nothing_until_an_admin_has_looked(console, ask):
    console.account("doctor", "Uma Reed", "uma@example.org")
    token = console.token("uma@example.org")
    slot = {"resourceType": "Schedule", "actor": [{"display": "Uma Reed"}]}
    assert ask(token, "/Schedule", "POST", slot).status_code == 403
    console.told("account", "verify", "--account", "uma@example.org")
    assert ask(token, "/Schedule", "POST", slot).status_code == 201
    console.told("account", "verify", "--account", "uma@example.org", "--withdraw")
    assert ask(token, "/Schedule", "POST", slot).status_code == 403


def test_all_of_it_stands_in_the_ledger(console, ada, charlie):
    assert console.entries() >= 6


def test_a_command_on_nothing_says_where_it_looked(tmp_path):
    told = Console(tmp_path / "nowhere").refused("token", "issue", "--account", "ada@example.org")
    assert told.startswith(f"There is no Carefolio in {tmp_path / 'nowhere'}.")
