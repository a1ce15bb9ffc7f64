"""Sharing: doctors ask for access, patients grant, narrow, refuse, offer and withdraw it, both see what holds."""
