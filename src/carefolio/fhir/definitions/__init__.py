"""Tables that scripts/derive_definitions.py derives from HL7's R4 definitions; read through fhir.tables."""
