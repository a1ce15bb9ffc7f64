"""A doctor prescribes and signs, the patient chooses the pharmacy, a pharmacist hands out what it says and no more."""
