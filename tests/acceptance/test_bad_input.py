"""Whatever is sent, the answer is a status that fits and a sentence with the place, and the server goes on."""

import json
import zlib

import pytest

from carefolio.api.request import FORM, FORM_LIMIT
from tests.acceptance.cast import Actor, name
from tests.acceptance.resources import bundle, observation, paths, said, wish

ABSENT = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"


def refused(answer, *statuses):
    """An OperationOutcome with one of these statuses; its sentences."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    text = said(answer)
    assert "Traceback" not in text
    assert "sqlite" not in text.lower()
    return text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "early"),
        (b"{", "early"),
        (b"nonsense", "line 1, column"),
        (b'{"resourceType":"Observation",}', "line 1, column"),
        (b'{"resourceType":"Observation"}{', "line 1, column"),
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":NaN}', "line 1"),
        (b"{'a':1}", "line 1"),
        (b'{"a":"\xff\xfe"}', "UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "UTF-8"),
        (b'{"a":"\\ud800"}', ""),
        (b'{"a":01}', "line 1"),
        (b'{"a":1e99999}', "number"),
        (b'{"a":1e-99999}', "number"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
        ("{}".encode("utf-16"), ""),
        (b"\x00", "line 1"),
        (b'{"resourceType":"Observation"}\x00', "line 1"),
        (b"<Observation/>", "line 1"),
        (b"[" * 10_000, ""),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "levels"),
        (b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "levels"),
        (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", "levels"),
    ],
)
def test_what_is_no_json_is_400_with_the_place(hospital, body, says):
    for path in ("/Observation", ""):
        assert says in refused(hospital.post(path, body), 400)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"status": 5}, "Observation.status"),
        ({"status": None}, "Observation.status"),
        ({"status": ["final"]}, "Observation.status"),
        ({"status": "bogus"}, "Observation.status"),
        ({"status": ""}, "Observation.status"),
        ({"code": "text"}, "Observation.code"),
        ({"code": []}, "Observation.code"),
        ({"category": {}}, "Observation.category"),
        ({"category": []}, "Observation.category"),
        ({"effectiveDateTime": "2024-13-01"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2024-02-30"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "yesterday"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": 20240101}, "Observation.effectiveDateTime"),
        ({"effectivePeriod": {"start": "2024"}}, "Observation"),
        ({"valueString": "a"}, "Observation"),
        ({"valueQuantity": {"value": "4"}}, "Observation.valueQuantity.value"),
        ({"valueNonsense": 1}, "Observation"),
        ({"nonsense": 1}, "Observation"),
        ({"__proto__": {}}, "Observation"),
        ({"subject": "Patient/1"}, "Observation.subject"),
        ({"subject": {"reference": 5}}, "Observation.subject"),
        ({"subject": {"reference": ["Patient/1"]}}, "Observation.subject"),
        ({"meta": []}, "Observation.meta"),
        ({"meta": {"security": "R"}}, "Observation.meta"),
        ({"contained": [{}]}, "Observation.contained[0]"),
        ({"contained": [{"resourceType": "Nonsense", "id": "a"}]}, "Observation.contained[0]"),
        ({"extension": [{"valueString": "a"}]}, "Observation.extension"),
        ({"id": 5}, "Observation.id"),
        ({"resourceType": "Patient"}, "Observation.resourceType"),
        ({"resourceType": 5}, "Observation.resourceType"),
        ({"resourceType": ["Observation"]}, "Observation.resourceType"),
        ({"component": [{"valueString": "a"}]}, "Observation.component[0].code"),
    ],
)
def test_what_breaks_fhirs_rules_is_422_with_the_path(hospital, ada, more, path):
    answer = hospital.post("/Observation", observation(ada.person) | more)
    refused(answer, 422)
    assert any(path.endswith(found) or found.startswith(path) for found in paths(answer)), answer.text
    in_bundle = hospital.post("", bundle("transaction", wish("POST", "Observation", observation(ada.person) | more)))
    refused(in_bundle, 422)
    assert all(found.startswith("Bundle.entry[0].resource") for found in paths(in_bundle)), in_bundle.text
    assert ada.found(f"/Observation?patient={ada.person}") == []


@pytest.mark.parametrize("missing", ["status", "code"])
def test_a_required_element_that_is_missing_is_422_with_the_path(hospital, ada, missing):
    body = {key: value for key, value in observation(ada.person).items() if key != missing}
    answer = hospital.post("/Observation", body)
    refused(answer, 422)
    assert f"Observation.{missing}" in paths(answer)


def test_no_value_of_the_record_stands_in_the_refusal(hospital, ada):
    secret = "SECRET-VALUE-77"
    for more in ({"status": secret}, {"effectiveDateTime": secret}, {secret: 1}, {"valueQuantity": {"value": secret}}):
        answer = hospital.post("/Observation", observation(ada.person) | more)
        assert answer.status_code == 422
        if secret not in more:
            assert secret not in answer.text


@pytest.mark.parametrize(
    "entry",
    [
        5,
        {},
        {"request": 5},
        {"request": {}},
        {"request": {"method": "GET"}},
        {"request": {"method": 5, "url": "Patient"}},
        {"request": {"method": "PATCH", "url": "Patient/1"}},
        {"request": {"method": "get", "url": "Patient/1"}},
        {"request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "POST", "url": "Observation"}, "resource": 5},
        {"request": {"method": "POST", "url": "Observation"}, "resource": {}},
        {"request": {"method": "POST", "url": "Observation/1"}, "resource": {}},
        {"request": {"method": "PUT", "url": "Observation"}, "resource": {}},
        {"request": {"method": "PUT", "url": "Observation/1"}, "resource": {"id": "2"}},
        {"request": {"method": "PUT", "url": "Observation/a b"}, "resource": {"id": "a b"}},
        {"request": {"method": "PUT", "url": "Nonsense/1"}, "resource": {"id": "1"}},
        {"request": {"method": "DELETE", "url": "Observation"}},
        {"request": {"method": "DELETE", "url": "Observation?code=1"}},
        {"request": {"method": "DELETE", "url": "Observation/1", "ifMatch": 5}},
        {"request": {"method": "DELETE", "url": "Observation/1", "ifMatch": []}},
    ],
)
def test_a_bundle_with_a_bad_entry_is_refused_whole(hospital, entry):
    refused(hospital.post("", bundle("transaction", entry)), 400, 404, 412, 422)


@pytest.mark.parametrize("condition", [5, [], {}, "", "nonsense=1", "identifier=" + "x" * 20_000])
def test_a_bundle_with_a_bad_condition(hospital, ada, condition):
    entry = wish("POST", "Observation", observation(ada.person), ifNoneExist=condition)
    answer = hospital.post("", bundle("transaction", entry))
    assert answer.status_code in (200, 400, 422)
    if answer.status_code != 200:
        said(answer)


@pytest.mark.parametrize("full_url", [5, [], {}, None, "", "urn:uuid:1", "x" * 10_000])
def test_a_bundle_with_an_odd_full_url(hospital, ada, full_url):
    entry = wish("POST", "Observation", observation(ada.person)) | {"fullUrl": full_url}
    assert hospital.post("", bundle("transaction", entry)).status_code in (200, 400, 422)
    assert hospital.post("", bundle("batch", entry)).status_code in (200, 400, 422)


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "type": "collection"},
        {"resourceType": "Bundle", "type": ["batch"]},
        {"resourceType": "Bundle", "type": {"a": 1}},
        {"resourceType": "Bundle", "type": "batch", "entry": {}},
        {"resourceType": "Bundle", "type": "batch", "entry": "x"},
        {"resourceType": "Patient"},
        {},
    ],
)
def test_what_is_no_batch_or_transaction_is_422(hospital, body):
    answer = hospital.post("", body)
    refused(answer, 422)
    assert paths(answer)


@pytest.mark.parametrize(
    "url",
    ["Observation?code=%ff", "Observation?code=\x00", "%00", "../../etc/passwd", "Observation/" + "x" * 5_000, "\ud83d",
     "http://[", "//", "?", "Patient/%2e%2e/x", "Observation?" + "code=1&" * 200],
)  # fmt: skip
def test_a_batch_with_an_odd_url_answers_each_entry(hospital, url):
    answer = hospital.post("", bundle("batch", wish("GET", url), wish("GET", "Organization?_count=1")))
    if answer.status_code == 400:
        said(answer)
        return
    first, second = (entry["response"]["status"] for entry in answer.json()["entry"])
    assert first[:3] in ("200", "400", "404", "405")
    assert second.startswith("200")


INJECTIONS = ["' OR 1=1 --", '"; DROP TABLE record; --', "1) UNION SELECT body FROM record --", "../../../etc/passwd",
              "..\\..\\windows", "%", "_", "*", "{{7*7}}", "${jndi:ldap://x}", "\x00", "a\x00b", "\r\nX-Injected: 1",
              "<script>alert(1)</script>", "\u202e", "\U0001d54f", "9" * 400, "-1", "NaN", "null", "true"]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_tricks_in_ids(cast, ada, text):
    quoted = "".join(f"%{byte:02x}" for byte in text.encode())
    for path in (
        f"/Observation/{quoted}",
        f"/Observation/{quoted}/_history",
        f"/Observation/{ABSENT}/_history/{quoted}",
        f"/Patient/{quoted}/$everything",
        f"/Patient/{quoted}/$record-index",
        f"/AuditEvent/{quoted}",
        f"/{quoted}/x",
    ):
        answer = ada.get(path)
        refused(answer, 400, 404)
        assert "x-injected" not in answer.headers
    refused(ada.delete(f"/Observation/{quoted}"), 404)
    assert ada.get(f"/{ada.person}").status_code == 200


@pytest.mark.parametrize("text", INJECTIONS)
def test_tricks_in_parameters(hospital, ada, charlie, text):
    record = hospital.send(observation(ada.person))
    quoted = "".join(f"%{byte:02x}" for byte in text.encode())
    for type_, parameter in [
        *(("Observation", p) for p in ("code", "patient", "subject", "_id", "date", "_lastUpdated", "status", "_sort",
                                       "_count", "_page", "_include", "_revinclude", "_total", "_summary", "category",
                                       "code:not", "patient:missing", quoted)),
        *(("Patient", p) for p in ("name", "family", "given", "birthdate", "identifier", "name:exact")),
        *(("AuditEvent", p) for p in ("patient", "date", "agent", "_count", "_page")),
    ]:  # fmt: skip
        answer = charlie.get(f"/{type_}?{parameter}={quoted}")
        assert answer.status_code in (200, 400, 422), (parameter, answer.text)
        assert record["id"] not in answer.text
        assert ada.id not in answer.text
        if answer.status_code != 200:
            said(answer)


@pytest.mark.parametrize(
    "query",
    [
        "?code=%ff",
        "?%ff=1",
        "?code=%c3%28",
        "?&&&=",
        "?=x",
        "?code",
        "?" + "code=1&" * 101,
        "?code=" + "1," * 5_000,
        "?code=" + "x" * 16_300,
        "?_count=" + "9" * 5_000,
        "?date=" + "9" * 5_000,
        "?date=ge99999-01-01",
        "?date=ge0000-00-00",
        "?_lastUpdated=gt9999-12-31T23:59:59.999999999999Z",
        "?_sort=" + ",".join(["date"] * 1_000),
        "?_include=" + "Observation:subject" * 500,
    ],
)
def test_odd_queries(ada, query):
    answer = ada.get(f"/Observation{query}")
    assert answer.status_code in (200, 400, 422)
    if answer.status_code != 200:
        said(answer)


def test_a_query_that_is_too_long_is_400(ada):
    assert "_search" in refused(ada.get("/Observation?code=" + "x" * 20_000), 400)


@pytest.mark.parametrize("type_", ["Observation", "AuditEvent"])
def test_a_form_is_read_for_a_token_that_holds_and_no_further_than_a_search_goes(ada, cast, type_):
    nobody, path = Actor(cast.nobody().http, "made-up"), f"/{type_}/_search"
    longest = b"patient=" + b"x" * (FORM_LIMIT - 8)
    assert "64 KB" not in ada.post(path, longest, Content_Type=FORM).text
    assert "64 KB" in refused(ada.post(path, longest + b"x", Content_Type=FORM), 413)
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packed.compress(bytes(1 << 24)) + packed.flush()
    assert "64 KB" in refused(ada.post(path, bomb, Content_Type=FORM, Content_Encoding="gzip"), 413)
    assert "1000 parameters" in refused(ada.post(path, b"a=&" * 1_000, Content_Type=FORM), 400)
    for body, media in ((longest + b"x", FORM), (b"a=&" * 1_000, FORM), (b"{}", "application/json")):
        assert "token" in refused(nobody.post(path, body, Content_Type=media), 401)


def test_a_condition_that_is_too_long_is_refused(hospital, ada):
    long = "identifier=x" + "&a=" * 10_000
    body = observation(ada.person)
    twice = [wish("POST", "Observation", body, ifNoneExist=long)] * 2
    assert "condition" in refused(hospital.post("", bundle("transaction", *twice)), 422)
    assert "condition" in refused(hospital.post("/Observation", body, If_None_Exist=long), 422)
    to = {"reference": f"Patient?{long}"}
    assert refused(hospital.post("/Observation", body | {"subject": to}), 422)


@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": "\xff"},
        {"If_Match": 'W/"' + "9" * 400 + '"'},
        {"If_Match": "*"},
        {"If_None_Exist": "\xff=\xff"},
        {"If_None_Exist": "%ff=%ff"},
        {"Idempotency_Key": "\xff" * 200},
        {"Prefer": "=;=,;,"},
        {"Prefer": "return=nonsense"},
        {"Prefer": "\xff"},
        {"Accept": "\xff"},
        {"Accept": ";;;,,,"},
        {"Content_Type": "application/fhir+json; charset=utf-16"},
        {"Content_Type": "\xff"},
        {"Content_Encoding": "gzip"},
        {"X_Junk": "x" * 5_000},
        {"If_None_Match": "\xff"},
        {"Forwarded": "for=x;host=evil.example"},
        {"X_Forwarded_Host": "evil.example"},
    ],
)
def test_junk_in_headers(hospital, ada, headers):
    made = hospital.send(observation(ada.person))
    for method, path, body in (
        ("GET", name(made), None),
        ("GET", "/Observation?code=x", None),
        ("POST", "/Observation", observation(ada.person)),
        ("PUT", name(made), made),
    ):
        answer = hospital.call(method, path, body, **headers)
        assert answer.status_code < 500, answer.text
        assert "evil.example" not in str(answer.headers) + answer.text
        if answer.status_code >= 400:
            said(answer)


@pytest.mark.parametrize(
    ("value", "kept"),
    [("1.10", True), ("1e2", True), ("0.00000001", True), ("123456789012345678901234567890.5", True),
     ("-0.0", True), ("1e1001", False), ("1e-100000", False)],
)  # fmt: skip
def test_numbers_are_kept_to_the_digit_or_refused(hospital, ada, value, kept):
    body = observation(ada.person)
    raw = json.dumps(body).encode().replace(b'"value": 4.1', f'"value": {value}'.encode())
    answer = hospital.call("POST", "/Observation", raw)
    assert answer.status_code == (201 if kept else 400)
    if kept:
        assert f'"value":{value}' in ada.get(name(answer.json())).text


def test_text_of_every_script_comes_back_as_it_was(hospital, ada):
    text = 'Ærø 漢字 \U0001d54f \u202e עברית \\ " / \u007f 👩‍⚕️'
    made = hospital.send(observation(ada.person, note=[{"text": text}]))
    assert ada.get(name(made)).json()["note"][0]["text"] == text
