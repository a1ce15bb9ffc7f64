"""Prescriptions: doctors sign, patients choose the pharmacy, pharmacists hand out; the word for a paper one."""
