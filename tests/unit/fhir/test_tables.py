from carefolio.fhir import tables


def test_a_choice_is_one_element_for_each_type():
    elements = tables.elements("Observation")
    quantity = elements["valueQuantity"]
    assert (quantity.choice, quantity.type, quantity.repeats) == ("value", "Quantity", False)
    assert elements["valueCodeableConcept"].choice == "value"
    assert "value[x]" not in elements


def test_bases_come_with_the_type():
    assert list(tables.elements("Patient"))[:4] == ["id", "meta", "implicitRules", "language"]
    assert {"extension", "modifierExtension", "id"} <= tables.elements("Observation.component").keys()
    assert "modifierExtension" not in tables.elements("Timing.repeat")


def test_cardinality_codes_and_targets_are_read():
    status = tables.elements("Observation")["status"]
    assert (status.minimum, status.repeats, status.codes) == (1, False, "observation-status")
    assert tables.elements("Patient")["name"].repeats
    assert tables.elements("Observation")["specimen"].targets == {"Specimen"}
    assert tables.elements("Observation")["focus"].targets == frozenset()


def test_what_is_defined_once_is_used_where_it_is_pointed_to():
    assert tables.elements("Observation.component")["referenceRange"].type == "Observation.referenceRange"
    assert tables.elements("Parameters.parameter")["part"].type == "Parameters.parameter"


def test_every_type_that_an_element_names_is_defined():
    defined = tables.table("structures").keys() | tables.table("primitives").keys()
    named = {e.type for name in tables.table("structures") for e in tables.elements(name).values()}
    assert named <= defined


def test_every_set_that_an_element_is_bound_to_is_written_out():
    bound = {e.codes for name in tables.table("structures") for e in tables.elements(name).values()} - {""}
    assert bound <= tables.table("codes").keys()
    assert "final" in tables.table("codes")["observation-status"]["http://hl7.org/fhir/observation-status"]


def test_nothing_is_limited_to_another_number_than_one():
    rows = (row for rows in tables.table("structures").values() for row in rows[1:])
    assert {row.split(" ")[1].partition("..")[2] for row in rows} == {"1", tables.UNBOUNDED}


def test_only_concepts_are_bound_beside_plain_codes():
    elements = (e for name in tables.table("structures") for e in tables.elements(name).values())
    assert {element.type for element in elements if element.codes} == {"code", "CodeableConcept"}
