"""What records, contracts and the trail say, in plain words: no page, no database, no clock of its own."""
