"""Who plays in these tests, by the names they sign in with; Charlie is the stranger whom nobody lets do anything."""

from carefolio.identity.profile import Profile

ADA = "ada@example.org"  # a patient
BEN = "ben@example.org"  # a verified doctor
CHARLIE = "charlie@example.org"  # a doctor whom nobody has verified
DORA = "dora@example.org"  # an admin
EVE = "eve@example.org"  # an admin who was shut out
FAY = "fay@example.org"  # another admin
GUS = "gus@example.org"  # an auditor

CARDIOLOGY, DENTISTRY = "394579002", "408444009"
HEART = Profile("GMC 7041288", "General Medical Council", CARDIOLOGY, "MBBS, FRCP", "Galway")
