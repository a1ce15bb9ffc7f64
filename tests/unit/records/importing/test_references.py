"""References: by fullUrl, by the base of the fullUrl, by type and id, by search; and those that lead nowhere."""

import pytest

from tests.unit.records.importing.cast import NPI, ada, ben, clara, figures, named, weight

URN = "urn:uuid:6f1a3a52-6f6e-4c5e-9c39-4e7f1f4a0001"
BASE = "https://anne.example/fhir"


def encounter(id_="e1", **more):
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/ada"},
    } | more


def seen(house, type_="Observation", element="encounter"):
    return house.only(type_)[1][element]["reference"]


def test_a_urn_is_the_entry_with_that_full_url_in_the_same_bundle(house):
    report = house.bring(weight("w1", URN), named(URN, ada()))
    assert figures(report) == (2, 0, 0, 0)
    assert seen(house, element="subject") == house.only("Patient")[0].reference


def test_a_urn_is_found_in_another_file_and_in_an_earlier_import(house):
    house.put("a.json", named(URN, ada()))
    house.put("b.json", weight("w1", URN))
    assert figures(house.take()) == (2, 0, 0, 0)
    assert figures(house.take(house.put("c.json", weight("w2", URN)))) == (1, 0, 0, 0)
    assert len({row.owner for row in house.rows("Observation")}) == 1


def test_a_relative_reference_is_the_sender_s_own_across_lines_and_files(house):
    house.put("Observation.ndjson", weight("w1", encounter={"reference": "Encounter/e1/_history/4"}))
    house.put("Encounter.ndjson.gz", encounter())
    house.put("Patient.ndjson", ada())
    report = house.take()
    assert (figures(report), len(report.reported)) == ((3, 0, 0, 0), 0)
    assert seen(house) == house.only("Encounter")[0].reference


def test_a_relative_reference_follows_the_base_of_its_entry(house):
    other = "https://other.example/fhir"
    report = house.bring(
        named(f"{BASE}/Patient/1", ada(id="1")),
        named(f"{other}/Patient/1", ben(id="1")),
        named(f"{BASE}/Observation/1", weight("1", "Patient/1")),
        named(f"{other}/Observation/1", weight("1", "Patient/1")),
        weight("2", f"{other}/Patient/1"),
    )
    assert figures(report) == (5, 0, 0, 0)
    ada_, ben_ = (row.owner for row in house.rows("Patient"))
    assert [row.owner for row in house.rows("Observation")] == [ada_, ben_, ben_]


def test_a_relative_reference_means_the_entry_of_the_same_bundle_that_has_this_id(house):
    for number, person in enumerate((ada(id="p"), ben(id="p"))):
        name = f"urn:uuid:6f1a3a52-6f6e-4c5e-9c39-4e7f1f4a100{number}"
        house.put(f"{number}.json", named(name, person), named(f"{name}1", weight("w", "Patient/p")))
    assert figures(house.take()) == (4, 0, 0, 0)
    assert [row.owner for row in house.rows("Patient")] == [row.owner for row in house.rows("Observation")]


def test_a_relative_reference_means_the_urn_with_this_uuid(house):
    id_ = URN.removeprefix("urn:uuid:")
    report = house.bring(named(URN, ada(id=id_)), weight("w1", f"Patient/{id_}"))
    assert figures(report) == (2, 0, 0, 0)


def test_one_of_our_own_ids_names_the_chart(house):
    house.bring(ada())
    person = house.only("Patient")[0]
    assert figures(house.bring(weight("w1", person.reference), hospital=house.river)) == (1, 0, 0, 0)
    assert house.only("Observation")[0].owner == person.owner


def test_a_short_id_that_another_hospital_chose_names_nobody(house):
    house.bring(ada())
    row = house.only("Patient")[0]
    house.opened.database.write_now(
        lambda tx: tx.execute("UPDATE record SET id = 'p1' WHERE rid = ?", (row.rid,)).rowcount
    )
    house.opened.database.write_now(
        lambda tx: tx.execute("UPDATE owner SET ref = 'Patient/p1' WHERE number = ?", (row.owner,)).rowcount
    )
    assert figures(house.bring(weight("w1", "Patient/p1"), hospital=house.river)) == (0, 0, 0, 1)
    assert figures(house.bring(weight("w1", "Patient/p1"))) == (1, 0, 0, 0)


def test_what_leads_nowhere_stays_as_it_was_sent_and_is_reported_once(house):
    lost = {"reference": "Encounter/lost"}
    house.put("a.json", ada(), weight("w1", encounter=lost), weight("w2", encounter=lost))
    house.put("b.json", weight("w3", encounter=lost), weight("w4", encounter={"reference": "https://far.example/x"}))
    report = house.take()
    assert figures(report) == (5, 0, 0, 0)
    assert [(finding.entry, "Encounter/lost" in finding.reason) for finding in report.reported] == [
        ("Observation/w1", True)
    ]
    assert house.content(house.rows("Observation")[0])["encounter"] == lost


def test_a_search_finds_a_directory_entry_in_the_input_or_stored(house):
    by_number = {"reference": f"Practitioner?identifier={NPI}|1881000001"}
    house.put("0.json", {"resourceType": "PractitionerRole", "id": "r", "practitioner": by_number})
    house.put("1.json", clara())
    house.put("2.json", ada(generalPractitioner=[by_number]), weight("w1", performer=[by_number]))
    report = house.take()
    assert (figures(report), len(report.reported)) == ((4, 0, 0, 0), 0)
    expected = house.of_hospital(house.anne, "Practitioner")[0].reference
    assert seen(house, "PractitionerRole", "practitioner") == expected
    assert house.only("Patient")[1]["generalPractitioner"][0]["reference"] == expected
    assert house.only("Observation")[1]["performer"][0]["reference"] == expected


def test_a_search_finds_a_record_of_the_sender_that_is_still_on_its_way(house):
    visit = {"reference": "Encounter?identifier=urn:visits|7"}
    number = [{"system": "urn:visits", "value": "7"}]
    report = house.bring(ada(), encounter(identifier=number), weight("w1", encounter=visit))
    assert (figures(report), len(report.reported)) == ((3, 0, 0, 0), 0)
    assert seen(house) == house.only("Encounter")[0].reference
    other = house.bring(ada(), weight("w1", encounter=visit), hospital=house.river)
    assert len(other.reported) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|0",
        "Practitioner?name=Weiss",
        "Practitioner?identifier=1&identifier=2",
        "Binary?identifier=urn:x|1",
        "Patient?identifier=urn:x|secret",
    ],
)
def test_a_search_that_finds_nothing_is_reported_without_a_patient_s_number(house, text):
    report = house.bring(ada(), weight("w1", focus=[{"reference": text}]))
    assert figures(report) == (2, 0, 0, 0)
    (finding,) = report.reported
    assert "secret" not in finding.reason
    assert house.only("Observation")[1]["focus"][0]["reference"] == text


def test_attachments_lead_to_the_entry_that_holds_their_bytes(house):
    binary = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "QQ=="}
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "subject": {"reference": "Patient/ada"},
        "content": [
            {"attachment": {"contentType": "text/plain", "url": url}}
            for url in (URN, "https://far.example/a.pdf", "Binary/none")
        ],
    }
    report = house.bring(ada(), named(URN, binary), document)
    assert (figures(report), len(report.reported)) == ((3, 0, 0, 0), 0)
    urls = [content["attachment"]["url"] for content in house.only("DocumentReference")[1]["content"]]
    assert urls == [house.only("Binary")[0].reference, "https://far.example/a.pdf", "Binary/none"]


def test_what_is_contained_and_what_a_document_names_stays_inside(house):
    inner = {"resourceType": "Bundle", "id": "doc", "type": "collection", "entry": [named(URN, weight("w9", URN))]}
    contained = weight("w1", contained=[{"resourceType": "Practitioner", "id": "in"}], performer=[{"reference": "#in"}])
    report = house.bring(named(URN, ada()), contained, {"fullUrl": "urn:uuid:doc", "resource": inner})
    assert (figures(report), len(report.reported)) == ((3, 0, 0, 0), 0)
    assert house.only("Observation")[1]["performer"] == [{"reference": "#in"}]
    assert house.only("Bundle")[1]["entry"][0]["resource"]["subject"]["reference"] == URN


def test_a_reference_to_the_wrong_type_leads_nowhere(house):
    report = house.bring(ada(), named(f"{BASE}/Encounter/1", encounter("1")), weight("w1", f"{BASE}/Patient/1"))
    assert figures(report) == (2, 0, 0, 1)


def test_many_references_are_not_all_remembered(house, monkeypatch):
    monkeypatch.setattr("carefolio.records.importing.references.CACHED", 2)
    monkeypatch.setattr("carefolio.records.importing.versions.CACHED", 1)
    monkeypatch.setattr("carefolio.records.importing.importer._REMEMBERED", 1)
    doctors = [clara(f"c{n}", identifier=[{"system": NPI, "value": f"{n}"}]) for n in range(4)]
    weights = [
        weight(
            f"w{n}",
            ("Patient/ada", "Patient/ben")[n % 2],
            performer=[{"reference": f"Practitioner?identifier={NPI}|{n}"}],
        )
        for n in range(4)
    ]
    lost = [weight(f"v{n}", encounter={"reference": f"Encounter/lost{n}"}) for n in range(3)]
    report = house.bring(ada(), ben(), *doctors, *weights, *lost)
    assert (figures(report), len(report.reported)) == ((13, 0, 0, 0), 3)
