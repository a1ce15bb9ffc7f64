"""Records made by forms: what doctors write at a visit and patients about themselves, tests that are ordered, hints."""
