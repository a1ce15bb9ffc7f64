-- One number that moves when accounts, tokens or contracts change: caches hang on it.
CREATE TABLE epoch(one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL);
INSERT INTO epoch VALUES (1, 1);

-- What this installation is: which keys it belongs to, and what is still to be done after a restore.
CREATE TABLE installation(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Whose records: a chart (one patient) or a shelf (what a sender keeps about no patient). The number is the key's.
CREATE TABLE owner(
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('chart', 'shelf', 'platform')),
    ref TEXT NOT NULL UNIQUE,
    consent_version INTEGER NOT NULL DEFAULT 1,
    code BLOB,
    code_blind INTEGER UNIQUE,
    listed INTEGER NOT NULL DEFAULT 1
);

-- The current version of each record; the body is sealed under the owner's key, `indexed` is the digest of its index rows.
CREATE TABLE record(
    rid INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    author INTEGER NOT NULL,
    hospital INTEGER NOT NULL,
    label INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    state INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    indexed BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (id, type)
);

-- Older versions, moved here when a newer one takes their place.
CREATE TABLE history(
    rid INTEGER NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    author INTEGER NOT NULL,
    hospital INTEGER NOT NULL,
    label INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    state INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    indexed BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (rid, version)
) WITHOUT ROWID;

-- Blind values searched inside one chart, newest first; compartment 0 holds the directory.
CREATE TABLE idx(
    compartment INTEGER NOT NULL,
    value INTEGER NOT NULL,
    low INTEGER NOT NULL,
    rid INTEGER NOT NULL,
    PRIMARY KEY (compartment, value, low, rid)
) WITHOUT ROWID;

-- Blind values searched across charts: identifiers, names, birth dates, addressed participants.
CREATE TABLE lookup(
    value INTEGER NOT NULL,
    rid INTEGER NOT NULL,
    PRIMARY KEY (value, rid)
) WITHOUT ROWID;

-- In which charts a hospital (its shelf's number) or a person (minus the account's number) has written.
CREATE TABLE presence(
    source INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    PRIMARY KEY (source, owner)
) WITHOUT ROWID;

-- What a sender called an entry (blind) and which record it became.
CREATE TABLE import_identity(
    name BLOB PRIMARY KEY,
    rid INTEGER NOT NULL,
    digest BLOB NOT NULL
) WITHOUT ROWID;

-- Break-glass: who may read which chart until when; the name is sealed, so that no row is made beside the door.
CREATE TABLE emergency(
    owner INTEGER NOT NULL,
    account INTEGER NOT NULL,
    until INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (owner, account, until)
) WITHOUT ROWID;

-- A doctor who asked for a chart by its code may see the list of its records for a day.
CREATE TABLE inquiry(
    owner INTEGER NOT NULL,
    account INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (owner, account)
) WITHOUT ROWID;

-- Answers kept for callers that repeat a request, sealed; bound to the caller and to the body that was sent.
CREATE TABLE repeated(
    name BLOB PRIMARY KEY,
    until INTEGER NOT NULL,
    digest BLOB NOT NULL,
    answer BLOB NOT NULL
) WITHOUT ROWID;
