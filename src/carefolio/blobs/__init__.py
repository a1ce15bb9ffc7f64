"""Blobs: long attachments outside the database, in files or in S3, sealed before they get here."""
