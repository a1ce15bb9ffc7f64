"""Admins and auditors: people, hospitals, emergencies, the ledger, health; never a chart."""
