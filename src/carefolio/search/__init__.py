"""FHIR search: what is asked, which rows answer it, how the answer is paged and what comes with it."""
