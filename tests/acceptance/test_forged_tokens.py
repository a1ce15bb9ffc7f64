"""Tokens, scopes and page links: none opens more than its holder's own rights."""

import pytest

from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import name
from tests.acceptance.foreign import is_shut
from tests.acceptance.resources import action, bundle, condition, consent, emergency, observation, wish


@pytest.fixture
def secret(hospital, ada):
    """What a forger is after."""
    return hospital.send(observation(ada.person, note=[{"text": "CANARY-SECRET"}]))


def test_a_scope_never_grants_beyond_the_persons_rights(cast, ada, charlie, secret):
    for scope in ("system/*.cruds", "user/*.*", "patient/*.*", "user/Observation.rs", "launch/patient system/*.read"):
        assert is_shut(cast.with_token(charlie, scope=scope), ada, secret)


def test_a_read_only_token_writes_nothing(cast, ada, ben, secret):
    reader = cast.with_token(ada, scope="patient/*.rs")
    asked = ben.send(consent(ada.person, ben.person))
    assert reader.sees(secret)
    assert reader.post("/Observation", observation(ada.person)).status_code == 403
    assert reader.put(name(asked), asked | {"status": "active"}).status_code == 403
    assert reader.delete(name(secret)).status_code == 403
    assert (
        reader.post("", bundle("transaction", wish("POST", "Observation", observation(ada.person)))).status_code == 403
    )
    assert not ben.sees(secret)


def test_a_patient_scope_counts_in_ones_own_chart_alone(cast, ada, charlie, secret):
    ada.send(consent(ada.person, charlie.person, status="active", role="GUARD", action=action("correct")))
    assert charlie.sees(secret)
    app = cast.with_token(charlie, scope="patient/*.cruds")
    assert is_shut(app, ada, secret)
    assert charlie.post("/Observation", observation(ada.person)).status_code == 201
    assert app.post("/Observation", observation(ada.person)).status_code in (403, 422)
    assert app.post("/Consent", consent(ada.person, cast.doctor().person, status="active")).status_code in (403, 422)
    assert app.post("/Observation", observation(charlie.person)).status_code == 201


def test_a_patient_scope_breaks_no_glass(cast, ada, ben, secret):
    app = cast.with_token(ben, scope="patient/*.cruds")
    assert app.post(f"/{ada.person}/$break-glass", emergency()).status_code == 403
    assert is_shut(ben, ada, secret)


def test_page_links_and_tokens_are_no_keys_to_each_other(hospital, ada, charlie, secret):
    for _ in range(3):
        hospital.send(observation(ada.person))
    pages = [
        ada.get("/Observation?_count=1").json()["link"][-1]["url"],
        ada.get(f"/{ada.person}/$everything?_count=1").json()["link"][-1]["url"],
        ada.get("/AuditEvent?_count=1").json()["link"][-1]["url"],
    ]
    for url in pages:
        path = url.partition("/fhir")[2]
        assert ada.get(path).status_code == 200
        answer = charlie.get(path)
        assert answer.status_code == 400
        assert "CANARY-SECRET" not in answer.text


def test_a_page_link_of_one_address_at_another(hospital, ada):
    for _ in range(3):
        hospital.send(observation(ada.person))
    urls = [
        "/Observation?_count=1",
        "/Observation?_count=1&_sort=date",
        "/Condition?_count=1",
        f"/{ada.person}/$everything?_count=1",
        "/AuditEvent?_count=1",
    ]
    hospital.send(condition(ada.person))
    hospital.send(condition(ada.person))
    links = [ada.get(url).json()["link"][-1]["url"].rpartition("_page=")[2] for url in urls]
    for url in urls:
        for link in links:
            assert ada.get(f"{url}&_page={link}").status_code in (200, 400, 404)


def test_a_staff_token_of_the_hospital_is_not_the_hospital(cast, hospital, ada, secret):
    for role in (PersonRole.STAFF, PersonRole.ADMIN, PersonRole.RESEARCHER, PersonRole.PHARMACIST):
        assert is_shut(cast.other(role, hospital), ada, secret)


def test_the_token_is_taken_from_its_header_alone(cast, ada, secret):
    nobody = cast.nobody()
    assert nobody.get(f"{name(secret)}?access_token={ada.token}").status_code == 401
    assert nobody.get(name(secret), Cookie=f"access_token={ada.token}").status_code == 401
    assert nobody.get(name(secret), X_Forwarded_User=ada.email).status_code == 401
