"""The people's pages: Django and allauth over the one door to patient data."""
