"""Tells people what happened: notices in the portal and e-mails, written in the transaction that they are about."""
