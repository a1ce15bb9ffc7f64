"""FHIR operations, one file each, named as the operation is."""
