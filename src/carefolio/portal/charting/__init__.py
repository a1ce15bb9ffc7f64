"""Adding to a chart: forms, documents, tests, teeth; and searching it."""
