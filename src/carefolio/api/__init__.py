"""FHIR R4 over HTTP: an ASGI application, one file per interaction, one per operation."""
