"""What an import makes of entries: created, updated, unchanged, rejected, stored with a remark."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind, SealedEntry, open_entry
from carefolio.records.importing import import_paths
from carefolio.store.rows import Flag, State
from carefolio.workflows.registration.actions import suspend
from tests.unit.records.importing.cast import ada, ben, clara, figures, named, patient, weight


def test_a_patient_s_records_come_into_one_new_chart(house):
    report = house.bring(weight("w1"), ada(), weight("w2"))
    assert figures(report) == (3, 0, 0, 0)
    person, _ = house.only("Patient")
    assert [row.owner for row in house.rows("Observation")] == [person.owner] * 2
    assert house.owner(person) == person.reference
    assert person.hospital == house.shelf(house.anne)


def test_what_comes_again_is_unchanged_and_writes_nothing_but_the_import_s_entry(house):
    house.bring(ada(), weight("w1"), clara())
    size = house.logged()
    assert figures(house.bring(ada(), weight("w1"), clara())) == (0, 0, 3, 0)
    assert house.logged() == size + 1
    assert [row.version for row in house.rows("Observation")] == [1]


def test_another_body_is_a_new_version_that_is_found_by_what_it_says_now(house):
    house.bring(ada(), weight("w1"))
    assert figures(house.bring(ada(), weight("w1", status="amended"))) == (0, 1, 1, 0)
    row, content = house.only("Observation")
    assert (row.version, content["status"], content["meta"]["versionId"]) == (2, "amended", "2")
    assert house.verified()


def test_entries_that_come_several_times_with_different_bodies_settle_on_the_last(house):
    house.put("a.json", ada(), weight("w1"), weight("w1", status="amended"), weight("w1", status="corrected"))
    house.put("b.json", weight("w1", status="entered-in-error"))
    assert figures(house.take()) == (2, 3, 0, 0)
    assert house.only("Observation")[1]["status"] == "entered-in-error"
    assert figures(house.take()) == (0, 0, 5, 0)


def test_an_invalid_last_body_does_not_count_as_the_last(house):
    house.put("a.json", ada(), weight("w1"), weight("w1", status="amended"), weight("w1", status=5))
    assert figures(house.take()) == (2, 1, 0, 1)
    assert figures(house.take()) == (0, 0, 3, 1)


def test_an_entry_without_any_name_is_named_by_its_content(house):
    nameless = {key: value for key, value in weight("").items() if key != "id"}
    first = house.bring(ada(), nameless, nameless)
    assert figures(first) == (2, 0, 1, 0)
    assert [finding.entry for finding in first.reported] == ["entry[1]"]
    assert "neither fullUrl nor id" in next(iter(first.reported)).reason
    assert figures(house.bring(nameless)) == (0, 0, 1, 0)


def test_hospitals_names_are_their_own(house):
    house.bring(ada())
    assert figures(house.bring(ada(), hospital=house.river)) == (1, 0, 0, 0)
    assert len({row.owner for row in house.rows("Patient")}) == 2


def test_one_hospital_adds_to_a_chart_that_another_began_by_its_identifier(house):
    number = {"system": "urn:oid:1.2.3", "value": "A-1"}
    house.bring(ada(identifier=[number]))
    report = house.bring(weight("w1", "Patient?identifier=urn:oid:1.2.3|A-1"), hospital=house.river)
    assert figures(report) == (1, 0, 0, 0)
    row, content = house.only("Observation")
    person, _ = house.only("Patient")
    assert row.owner == person.owner
    assert content["subject"]["reference"] == person.reference
    assert row.hospital == house.shelf(house.river)


def test_an_identifier_of_two_charts_names_neither(house):
    number = {"system": "urn:oid:1.2.3", "value": "A-1"}
    house.bring(ada(identifier=[number]), ben(identifier=[number]))
    report = house.bring(weight("w1", "Patient?identifier=urn:oid:1.2.3|A-1"))
    assert [finding.entry for finding in report.rejected] == ["Observation/w1"]


@pytest.mark.parametrize(
    "subject",
    [
        "Patient/stranger",
        "Patient?identifier=urn:oid:1.2.3|nobody",
        "urn:uuid:0e9e0d5c-8f3a-4c07-9c1b-000000000000",
        "https://elsewhere.example/fhir/Patient/1",
    ],
)
def test_a_record_of_an_unknown_patient_is_rejected(house, subject):
    report = house.bring(weight("w1", subject))
    assert figures(report) == (0, 0, 0, 1)
    assert "neither in this input nor known here" in next(iter(report.rejected)).reason
    assert "nobody" not in next(iter(report.rejected)).reason


def test_a_record_of_a_rejected_patient_is_rejected_and_comes_in_once_it_is_mended(house):
    house.put("all.json", ada(gender="maybe"), weight("w1"))
    assert figures(house.take()) == (0, 0, 0, 2)
    house.put("all.json", ada(gender="female"), weight("w1"))
    assert figures(house.take()) == (2, 0, 0, 0)


def test_a_record_that_names_two_patients_is_rejected(house):
    provenance = {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "Patient/ada"}, {"reference": "Patient/ben"}],
        "recorded": "2024-05-01T10:00:00Z",
        "agent": [{"who": {"display": "Dr Weiss"}}],
    }
    report = house.bring(ada(), ben(), provenance)
    assert [(finding.entry, "two different" in finding.reason) for finding in report.rejected] == [
        ("Provenance/p", True)
    ]


def test_a_record_stays_with_its_patient(house):
    house.bring(ada(), ben(), weight("w1"))
    report = house.bring(weight("w1", "Patient/ben"))
    assert figures(report) == (0, 0, 0, 1)
    assert "stays with the patient" in next(iter(report.rejected)).reason
    assert house.bring(weight("w1", None)).rejected


def test_a_name_does_not_change_its_type(house):
    house.bring(named("urn:uuid:1", ada()))
    report = house.bring(named("urn:uuid:1", clara()))
    assert "sent before as a Patient" in next(iter(report.rejected)).reason


def test_what_breaks_fhir_s_rules_is_rejected_with_the_element_s_path(house):
    report = house.bring(ada(), weight("w1", status=7))
    assert [(finding.entry, "Observation.status" in finding.reason) for finding in report.rejected] == [
        ("Observation/w1", True)
    ]
    assert report.as_json()["rejected"][0].keys() == {"file", "entry", "reason"}


def test_audit_events_are_the_ledger_s(house):
    report = house.bring({"resourceType": "AuditEvent", "id": "a"})
    assert "nobody else does" in next(iter(report.rejected)).reason


def test_entries_that_hold_no_resource_are_named_by_their_place(house):
    house.raw(
        "odd.json",
        b'{"resourceType":"Bundle","entry":[{"request":{"method":"DELETE"}},7,{"fullUrl":7,"resource":{"id":1}},'
        b'{"fullUrl":"urn:uuid:1","resource":[]},{"resource":{"resourceType":"Nothing","id":"n"}}]}',
    )
    report = house.take()
    assert [finding.entry for finding in report.rejected] == [
        "entry[0]", "entry[1]", "entry[2]", "urn:uuid:1", "Nothing/n",
    ]  # fmt: skip


def test_claimed_profiles_are_reported_unless_they_come_with_r4(house):
    base, core = "http://hl7.org/fhir/StructureDefinition/vitalsigns", "http://hl7.org/fhir/us/core/x"
    report = house.bring(ada(), weight("w1", meta={"profile": [base]}), weight("w2", meta={"profile": [core, base]}))
    assert figures(report) == (3, 0, 0, 0)
    assert [(finding.entry, finding.reason) for finding in report.reported] == [
        ("Observation/w2", f"Claimed profile not known here, stored as it is: {core}")
    ]


def test_a_consent_is_stored_without_force_and_reported(house):
    consent = {
        "resourceType": "Consent",
        "id": "c",
        "status": "active",
        "scope": {"text": "privacy"},
        "category": [{"text": "privacy"}],
        "policyRule": {"text": "opt in"},
        "patient": {"reference": "Patient/ada"},
    }
    report = house.bring(ada(), consent)
    assert [finding.entry for finding in report.reported] == ["Consent/c"]
    assert "without force" in next(iter(report.reported)).reason
    row, _ = house.only("Consent")
    assert row.flags == Flag.NONE
    house.opened.database.write_now(
        lambda tx: tx.execute("UPDATE record SET flags = ? WHERE rid = ?", (Flag.FORCE, row.rid)).rowcount
    )
    again = house.bring(consent | {"status": "inactive"})
    assert "patient or a delegate only" in next(iter(again.rejected)).reason


def test_security_labels_are_respected(house):
    restricted = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    house.bring(ada(), weight("w1", meta={"security": [restricted]}))
    assert house.only("Observation")[0].label == 1


def test_a_type_without_a_patient_follows_the_one_of_its_file(house):
    tablet = {"resourceType": "Medication", "id": "m", "code": {"text": "Aspirin"}}
    house.put("ada.json", tablet, ada())
    house.put("two.json", tablet | {"id": "m2"}, ben(), patient("cleo", "Fox"))
    house.put("later.json", tablet | {"id": "m3"}, weight("w9", "Patient/ben"))
    house.put("alone.json", tablet | {"id": "m4"})
    assert figures(house.take())[0] == 8
    refs = {house.owner(row): house.content(row) for row in house.rows("Medication")}
    people = {house.content(row)["name"][0]["family"]: row.reference for row in house.rows("Patient")}
    assert [house.owner(row) for row in house.rows("Medication")].count(house.anne) == 2
    assert {people["Moreau"], people["Okafor"], house.anne} == set(refs)
    assert figures(house.take()) == (0, 0, 8, 0)
    house.put("later.json", tablet | {"id": "m3", "code": {"text": "Ibuprofen"}})
    assert figures(house.take(house.files / "later.json")) == (0, 1, 0, 0)
    house.put("later.json", tablet | {"id": "m3"}, weight("w9", "Patient/ben", status="amended"))
    assert figures(house.take(house.files / "later.json")) == (0, 2, 0, 0)


def test_what_names_no_patient_goes_to_the_shelf(house):
    house.bring(weight("w1", None), weight("w2", "Group/g1"))
    assert [house.owner(row) for row in house.rows("Observation")] == [house.anne] * 2


def test_a_deleted_record_comes_back_with_another_body_only(house):
    house.bring(ada(), weight("w1"))
    house.delete(house.only("Observation")[0])
    assert figures(house.bring(weight("w1"))) == (0, 0, 1, 0)
    assert figures(house.bring(weight("w1", status="amended"))) == (0, 1, 0, 0)
    assert house.only("Observation")[0].state == State.LIVE


def test_an_erased_chart_takes_nothing_more(house):
    house.bring(ada())
    row, _ = house.only("Patient")
    keys = house.opened.keyring
    keys._store.forget([row.owner])
    keys._cache.clear()
    report = house.bring(ada(gender="female"), weight("w1"))
    assert ["erased" in finding.reason for finding in report.rejected] == [True, True]


def test_only_the_sender_changes_what_it_sent(house):
    house.bring(ada(), weight("w1"))
    row, _ = house.only("Observation")
    house.opened.database.write_now(
        lambda tx: tx.execute("UPDATE record SET hospital = 0, author = 0 WHERE rid = ?", (row.rid,)).rowcount
    )
    report = house.bring(weight("w1", status="amended"))
    assert "Only who wrote this record" in next(iter(report.rejected)).reason


def test_the_ledger_tells_who_sent_what_and_the_figures(house):
    house.bring(ada(), weight("w1"), clara())
    columns = ", ".join(SealedEntry._fields)
    assert house.logged()
    sealed = [SealedEntry(*row) for row in house.opened.database.read(f"SELECT {columns} FROM entry ORDER BY seq")]
    entries = [open_entry(one, house.opened.keyring.of(one.owner)) for one in sealed]
    written = [entry for entry in entries if entry.kind is Kind.RECORD_CREATED and "request" in entry.content]
    assert {entry.content["organization"] for entry in written if entry.actor} == {house.anne}
    last = entries[-1]
    assert last.kind is Kind.IMPORT
    assert (last.content["entries"], last.content["created"], last.content["rejected"]) == (3, 3, 0)
    assert house.verified()


def test_progress_is_told(house):
    house.put("a.json", ada(), *[weight(f"w{number}") for number in range(600)])
    seen = []
    import_paths(
        house.opened, house.anne, [house.files], lambda now: seen.append((now.files, now.entries, now.entries_total))
    )
    assert seen[0] == (0, 0, 601)
    assert (seen[-1][1], seen == sorted(seen)) == (601, True)
    again = []
    import_paths(house.opened, house.anne, [house.files], lambda now: again.append(now.entries))
    assert len(again) < len(seen)


def test_who_is_not_registered_or_suspended_sends_nothing(house):
    with pytest.raises(Failure, match="no registered hospital"):
        house.take(hospital="Organization/none")
    suspend(house.opened.door, house.anne)
    with pytest.raises(Failure) as refused:
        house.bring(ada())
    assert refused.value.category is Category.FORBIDDEN


def test_a_path_that_is_not_there_is_refused(house):
    with pytest.raises(Failure, match="no file or folder"):
        house.take(house.files / "none")
