import pytest

from carefolio.fhir.expressions import Equals, Field, HasExtension, Path, Targets, read


@pytest.mark.parametrize(
    ("expression", "type_name", "paths"),
    [
        ("Patient.name.family", "Patient", [Path((Field("name"), Field("family")))]),
        ("A.b | A.c", "A", [Path((Field("b"),)), Path((Field("c"),))]),
        ("(A.value as Quantity)", "A", [Path((Field("value", cast="Quantity"),))]),
        ("A.value.as(Quantity)", "A", [Path((Field("value", cast="Quantity"),))]),
        ("A.value.ofType(Quantity)", "A", [Path((Field("value", cast="Quantity"),))]),
        (
            "(A.value as CodeableConcept).text",
            "A",
            [Path((Field("value", cast="CodeableConcept"), Field("text")))],
        ),
        ("A.t.where(system='email')", "A", [Path((Field("t"), Equals("system", "email")))]),
        ("A.s.where(resolve() is Patient)", "A", [Path((Field("s"), Targets("Patient")))]),
        ("A.entry[0].resource", "A", [Path((Field("entry", first=True), Field("resource")))]),
        ("A.extension('urn:x')", "A", [Path((Field("extension"), Equals("url", "urn:x")))]),
        ("A.i.where(hasExtension('urn:x')).b", "A", [Path((Field("i"), HasExtension("urn:x"), Field("b")))]),
        ("A", "A", [Path(())]),
        ("A.d.exists() and A.d != false", "A", [Path((Field("d"),), truth=True)]),
        ("value.as(DateTime)", None, [Path((Field("value", cast="dateTime"),), from_resource=False)]),
        ("%resource.b", None, [Path((Field("b"),), from_resource=True)]),
    ],
)
def test_each_construct_is_read(expression, type_name, paths):
    assert read(expression, type_name) == paths


@pytest.mark.parametrize(
    "expression",
    [
        "A.b.first()",
        "A.b.where(c > 1)",
        "A.b[1]",
        "A.b + 1",
        "[0]",
        "where(a='b').as(Quantity)",
        "A.b.repeat(c)",
    ],
)
def test_what_is_not_understood_is_refused(expression):
    with pytest.raises(ValueError, match=r"unknown construct|needs an element"):
        read(expression, "A")
