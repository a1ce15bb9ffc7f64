"""HTTP rule 2: strict unless asked otherwise; 200 with what may be seen, possibly empty."""

from itertools import chain
from urllib.parse import urlsplit

import pytest

from carefolio.fhir.parameters import TYPES
from tests.acceptance.cast import FHIR_JSON, name
from tests.acceptance.resources import category, condition, consent, observation, said

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ten(hospital, ada):
    """Ten observations of Ada, oldest first."""
    return [hospital.send(observation(ada.person, effectiveDateTime=f"2024-01-{day:02}")) for day in range(1, 11)]


def test_an_unknown_parameter_is_400_and_the_known_ones_are_named(ada):
    sentence = said(ada.get("/Observation?foo=bar"))
    assert ada.get("/Observation?foo=bar").status_code == 400
    assert "'foo'" in sentence
    assert "category" in sentence


@pytest.mark.parametrize("prefer", ["handling=lenient", "return=minimal, handling=lenient", "Handling=lenient"])
def test_lenient_passes_over_it_and_says_so(ada, ten, prefer):
    answer = ada.get("/Observation?foo=bar&_count=3", Prefer=prefer)
    assert answer.status_code == 200
    modes = [entry["search"]["mode"] for entry in answer.json()["entry"]]
    assert modes == ["match"] * 3 + ["outcome"]
    outcome = answer.json()["entry"][-1]["resource"]
    assert outcome["issue"][0]["severity"] == "warning"
    assert "foo" in outcome["issue"][0]["diagnostics"]
    assert "foo" not in answer.json()["link"][0]["url"]


@pytest.mark.parametrize("prefer", ["handling=strict", "handling=nonsense", "return=minimal", ""])
def test_anything_but_lenient_is_strict(ada, prefer):
    assert ada.get("/Observation?foo=bar", Prefer=prefer).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "date=nonsense",
        "date=2024-13-01",
        "code:above=1",
        "_count=-1",
        "_count=many",
        "_sort=nonsense",
        "_sort=date,date",
        "_include=Observation:nonsense",
        "_include=Patient:organization",
        "_revinclude=Nonsense:target",
        "_include=*",
        "_total=nonsense",
        "_summary=nonsense",
        "patient.name=Quinn",
        "_has:Observation:patient:code=1",
        "code:missing=perhaps",
        "_page=nonsense",
        "_filter=x",
    ],
)
def test_what_cannot_be_honoured_is_400_also_when_lenient(ada, query):
    strict = ada.get(f"/Observation?{query}")
    assert strict.status_code == 400
    said(strict)
    if not query.startswith(("_has", "_filter")):
        assert ada.get(f"/Observation?{query}", Prefer="handling=lenient").status_code == 400


def test_a_search_answers_200_for_every_type_and_never_403_or_404(ada, charlie, ten):
    for type_ in sorted(TYPES - {"AuditEvent"}):
        answer = charlie.get(f"/{type_}?_total=accurate&_count=1")
        assert answer.status_code == 200, (type_, answer.text)
        assert ada.id not in answer.text.replace(charlie.id, "")


def test_a_chart_that_may_not_be_seen_is_an_empty_bundle(ada, charlie, ten):
    answer = charlie.get(f"/Observation?patient={ada.person}&_total=accurate")
    assert answer.status_code == 200
    assert answer.json()["total"] == 0
    assert "entry" not in answer.json()


def test_only_what_may_be_seen_is_found_counted_and_paged(cast, hospital, ada, ben, ten):
    asked = ben.send(consent(ada.person, ben.person, dataPeriod={"start": "2024-01-08"}))
    ada.change(asked, status="active")
    visible = [name(one)[1:] for one in reversed(ten[7:])]
    base = f"/Observation?patient={ada.person}"
    assert ben.found(f"{base}&_sort=-date") == visible
    assert ben.get(f"{base}&_summary=count").json()["total"] == 3
    assert ben.get(f"{base}&_total=accurate&_count=1").json()["total"] == 3
    assert pages(ben, f"{base}&_sort=-date&_count=2") == [visible[:2], visible[2:]]
    assert ben.get("/Observation?_total=accurate&_count=2").json()["total"] == 3
    assert hospital.get(f"{base}&_summary=count").json()["total"] == 10


def pages(actor, path):
    """What each page holds, from the first to the one without a next."""
    found = []
    while path:
        answer = actor.get(path)
        assert answer.status_code == 200, answer.text
        found.append([name(entry["resource"])[1:] for entry in answer.json().get("entry", [])])
        links = {link["relation"]: link["url"] for link in answer.json()["link"]}
        following = urlsplit(links.get("next", ""))
        path = following.path.removeprefix("/fhir") + f"?{following.query}" if following.query else ""
    return found


def test_pages_hold_each_record_once(ada, ten):
    found = pages(ada, "/Observation?_sort=date&_count=3")
    assert [len(page) for page in found] == [3, 3, 3, 1]
    assert list(chain.from_iterable(found)) == [name(one)[1:] for one in ten]


def test_a_page_link_is_its_callers_own(cast, ada, charlie, ten):
    links = {link["relation"]: link["url"] for link in ada.get("/Observation?_count=3").json()["link"]}
    following = links["next"].partition("/fhir")[2]
    assert ada.get(following).status_code == 200
    assert charlie.get(following).status_code == 400
    assert cast.with_token(ada).get(following).status_code == 200


def test_links_lead_back_to_this_endpoint(endpoint, ada, ten):
    answer = ada.get("/Observation?_count=3&code=2823-3").json()
    assert all(link["url"].startswith(f"{endpoint.fhir}/Observation?") for link in answer["link"])
    assert [link["relation"] for link in answer["link"]] == ["self", "first", "next"]
    assert answer["entry"][0]["fullUrl"].startswith(f"{endpoint.fhir}/Observation/")


def test_post_searches_like_get(ada, ten):
    by_get = ada.get("/Observation?_sort=-date&_count=4").json()
    by_post = ada.call("POST", "/Observation/_search", b"_sort=-date&_count=4", Content_Type=FORM)
    assert by_post.status_code == 200
    assert by_post.json()["entry"] == by_get["entry"]
    assert ada.call("POST", "/Observation/_search", b"_sort=-date", Content_Type=FHIR_JSON).status_code == 415
    assert ada.call("POST", "/Observation/_search", b"foo=bar", Content_Type=FORM).status_code == 400
    assert ada.call("POST", "/Observation/_search", b"_format=xml", Content_Type=FORM).status_code == 406


def test_criteria_narrow(hospital, ada, ten):
    hospital.send(observation(ada.person, code={"text": "Heart rate"}, category=category("vital-signs")))
    hospital.send(condition(ada.person))
    base = f"/Observation?patient={ada.person}"
    assert len(ada.found(base)) == 11
    assert len(ada.found(f"{base}&category=vital-signs")) == 1
    assert len(ada.found(f"{base}&code=2823-3")) == 10
    assert len(ada.found(f"{base}&code=http://loinc.org|2823-3&date=ge2024-01-09")) == 2
    assert len(ada.found(f"{base}&code:not=2823-3")) == 1
    assert len(ada.found(f"/Observation?subject:Patient={ada.id}&date=2024-01-03")) == 1


def test_what_is_included_is_decided_too(hospital, ada, ben, ten):
    asked = ben.send(
        consent(
            ada.person,
            ben.person,
            **{"klass": [{"system": "http://hl7.org/fhir/resource-types", "code": "Observation"}]},
        )
    )
    ada.change(asked, status="active")
    query = f"/Observation?patient={ada.person}&_include=Observation:patient"
    assert all(found.startswith("Observation/") for found in ben.found(query))
    assert ada.person in ada.found(query)
    reverse = f"?_id={ada.id}&_revinclude=Observation:patient"
    assert ben.found(f"/Patient{reverse}") == []
    assert len(ada.found(f"/Patient{reverse}")) == 11
