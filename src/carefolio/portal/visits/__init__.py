"""Visits: finding a doctor, booking, moving, calling off; the doctor's hours, day and requests."""
