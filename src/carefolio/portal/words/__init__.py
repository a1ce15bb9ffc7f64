"""What records, contracts and the trail say, in plain words: no page and no database."""
