"""Oversight: emergency access is looked at by somebody who was not there, and the platform's own state is seen."""
