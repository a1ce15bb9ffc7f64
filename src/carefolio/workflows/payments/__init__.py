"""Doctors say what a visit costs and send bills; patients pay them; doctors pay back."""
