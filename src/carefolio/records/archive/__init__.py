"""Backups: verified copies of the data and, apart from it, of the keys; and putting them back."""
