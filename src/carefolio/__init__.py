"""One medical record per patient across every hospital, kept in FHIR R4, opened by the patient's consent."""

__version__ = "0.1.0"
