"""Who plays in these tests, by the names they sign in with; Charlie is the stranger whom nobody lets do anything."""

ADA = "ada@example.org"  # a patient
BEN = "ben@example.org"  # a verified doctor, who opens Ada's chart in an emergency
CHARLIE = "charlie@example.org"  # a doctor whom nobody has verified
DORA = "dora@example.org"  # an admin
EVE = "eve@example.org"  # an admin who was shut out
GUS = "gus@example.org"  # an auditor

STRANGERS = (ADA, BEN, CHARLIE, EVE)
