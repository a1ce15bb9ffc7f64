"""Registration: hospitals and people come in, are verified and suspended, and get their tokens."""
