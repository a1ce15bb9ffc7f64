-- How often somebody failed to sign in as an account (0: as nobody here) since the ledger told of it last, at `told`.
CREATE TABLE sign_in_failure(
    account INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    told INTEGER NOT NULL
);

-- Whose licence waits to be looked at, and what was decided; the newest row of an account counts. The reason is sealed.
CREATE TABLE verification(
    account INTEGER NOT NULL,
    number INTEGER NOT NULL,
    time INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('asked', 'verified', 'refused', 'withdrawn')),
    reason BLOB NOT NULL,
    PRIMARY KEY (account, number)
) WITHOUT ROWID;

-- Which emergency accesses were looked at by an auditor: the ledger's entries of the one and of the other.
CREATE TABLE review(
    seen INTEGER PRIMARY KEY,
    told INTEGER NOT NULL
);
