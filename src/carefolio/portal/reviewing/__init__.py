"""Rating a visit, and what a doctor reads of it."""
