-- What patients said is wrong, for the list of those who look into it.
CREATE INDEX entry_reported ON entry(seq) WHERE kind = 43;
