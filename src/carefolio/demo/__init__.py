"""The demo generator: invented people and years of coherent FHIR R4 records, the same for the same seed."""

from carefolio.demo.life import Demo, generate
from carefolio.demo.people import Doctor, Patient
from carefolio.demo.places import Hospital

__all__ = ["Demo", "Doctor", "Hospital", "Patient", "generate"]
