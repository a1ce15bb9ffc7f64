"""What a hospital publishes about itself."""

from carefolio.fhir.validate import validate


def test_a_directory_has_the_house_its_place_and_everybody_who_works_there(demo):
    for hospital in demo.hospitals:
        bundle = demo.directory(hospital.index)
        assert validate(bundle) == []
        staff = [each for each in (*demo.doctors, demo.pharmacist) if each.hospital == hospital.index]
        kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
        assert kinds == ["Organization", "Location", *["Practitioner", "PractitionerRole"] * len(staff)]


def test_each_entry_is_created_only_if_its_identifier_is_new(demo):
    seen = set()
    for hospital in demo.hospitals:
        for entry in demo.directory(hospital.index)["entry"]:
            identifier = entry["resource"]["identifier"][0]
            expected = f"identifier={identifier['system']}|{identifier['value']}"
            assert entry["request"]["ifNoneExist"] == expected
            seen.add((entry["resource"]["resourceType"], expected))
    assert len(seen) == 4 + 4 + 13 + 13


def test_references_stay_inside_the_directory(demo):
    for hospital in demo.hospitals:
        entries = demo.directory(hospital.index)["entry"]
        inside = {entry["fullUrl"] for entry in entries}
        for entry in entries:
            resource = entry["resource"]
            fields = ("practitioner", "organization", "managingOrganization")
            links = [resource[field] for field in fields if field in resource]
            assert all(link["reference"] in inside for link in [*links, *resource.get("location", [])])
