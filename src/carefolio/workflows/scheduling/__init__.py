"""Scheduling: doctors keep their hours, patients find a doctor and book, both move visits and call them off."""
