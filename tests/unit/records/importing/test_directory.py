"""Organisations, people and places exist once, whoever sends them and however often."""

from tests.unit.records.importing.cast import NPI, ada, clara, figures, named, weight


def clinic(id_, value="88", **more):
    return {
        "resourceType": "Organization",
        "id": id_,
        "identifier": [{"system": "urn:clinics", "value": value}],
        "name": "Harbour Clinic",
    } | more


def clinics(house):
    return [row for row in house.rows("Organization") if row.reference not in (house.anne, house.river)]


def test_bundles_that_repeat_a_provider_under_other_names_share_it(house):
    for number in range(3):
        house.put(
            f"{number}.json",
            clara(f"c{number}"),
            ada(),
            weight(f"w{number}", performer=[{"reference": f"Practitioner/c{number}"}]),
        )
    assert figures(house.take()) == (5, 0, 4, 0)
    (doctor,) = house.rows("Practitioner")
    assert {house.content(row)["performer"][0]["reference"] for row in house.rows("Observation")} == {doctor.reference}
    assert figures(house.take()) == (0, 0, 9, 0)


def test_another_hospital_s_entry_is_the_one_that_is_there_and_does_not_change_it(house):
    house.bring(clara())
    report = house.bring(
        clara("4711", gender="female"),
        ada(generalPractitioner=[{"reference": "Practitioner/4711"}]),
        hospital=house.river,
    )
    assert figures(report) == (1, 0, 1, 0)
    (doctor,) = house.rows("Practitioner")
    assert (doctor.version, doctor.hospital) == (1, house.shelf(house.anne))
    assert house.only("Patient")[1]["generalPractitioner"][0]["reference"] == doctor.reference
    again = house.bring(clara("4711", gender="male"), hospital=house.river)
    assert figures(again) == (0, 0, 1, 0)
    assert house.rows("Practitioner")[0].version == 1


def test_its_first_sender_changes_it_under_the_name_it_came_by(house):
    house.bring(clinic("c1"))
    assert figures(house.bring(clinic("c1", name="Harbour Hospital"))) == (0, 1, 0, 0)
    assert figures(house.bring(clinic("c2", name="Else"))) == (0, 0, 1, 0)
    (row,) = clinics(house)
    assert (row.version, house.content(row)["name"]) == (2, "Harbour Hospital")


def test_names_without_a_shared_identifier_stay_apart(house):
    bare = {"resourceType": "Organization", "id": "c4", "name": "Harbour Clinic"}
    house.bring(clinic("c1"), clinic("c2", "89"), clinic("c3", identifier=[{"value": "88"}]), bare)
    assert len(clinics(house)) == 4


def test_an_invalid_entry_gives_nobody_its_identifier(house):
    report = house.bring(clara("c1", gender="maybe"), clara("c2"))
    assert figures(report) == (1, 0, 0, 1)
    assert [row.version for row in house.rows("Practitioner")] == [1]


def test_an_entry_that_cannot_be_read_is_nobody(house):
    house.raw("a.json", b'{"resourceType":"Organization","id":"o","name":"A","name":"B"}')
    assert figures(house.take()) == (0, 0, 0, 1)


def test_an_entry_without_a_name_of_its_own_is_matched_too(house):
    house.bring(clara())
    nameless = clara(gender="female")
    del nameless["id"]
    assert figures(house.bring(nameless)) == (0, 0, 1, 0)
    assert len(house.rows("Practitioner")) == 1


def test_pure_directory_files_come_first(house):
    by_number = {"reference": f"Practitioner?identifier={NPI}|1881000001"}
    house.put("0.json", ada(generalPractitioner=[by_number]))
    house.put("9.json", named("urn:uuid:clara", clara()))
    assert not house.take().reported
    assert [row.type for kind in ("Practitioner", "Patient") for row in house.rows(kind)] == ["Practitioner", "Patient"]
    assert house.rows("Practitioner")[0].rid < house.rows("Patient")[0].rid


def test_directory_entries_are_readable_by_all_and_stand_on_the_sender_s_shelf(house):
    house.bring(clara(), {"resourceType": "Schedule", "id": "s", "actor": [{"reference": "Practitioner/clara"}]})
    assert {house.owner(row) for kind in ("Practitioner", "Schedule") for row in house.rows(kind)} == {house.anne}
    schedule, content = house.only("Schedule")
    assert content["actor"][0]["reference"] == house.rows("Practitioner")[0].reference
    assert schedule.hospital == house.shelf(house.anne)
