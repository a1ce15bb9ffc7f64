"""The one door to patient data: decide, act, record and announce in one transaction."""
