"""Papers that people take along: a prescription or a receipt as a tagged PDF."""
