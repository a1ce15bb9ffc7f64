"""The doctor asks: find by code, ask for access, the state of requests, emergencies."""
