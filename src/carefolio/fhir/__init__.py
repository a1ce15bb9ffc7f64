"""The language: FHIR R4 as plain data. JSON, dates, references, search parameters, validation; pure."""
