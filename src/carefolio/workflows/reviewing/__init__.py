"""Who was at a visit says how it was; the average stands with the doctor."""
