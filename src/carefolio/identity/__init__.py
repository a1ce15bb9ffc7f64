"""Who is calling: accounts of people and of hospitals' systems, their codes, and hashed opaque tokens."""
