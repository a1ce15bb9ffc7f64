-- One number that moves when accounts, tokens or contracts change: caches hang on it.
CREATE TABLE epoch(one BIGINT PRIMARY KEY CHECK (one = 1), value BIGINT NOT NULL);
INSERT INTO epoch VALUES (1, 1);

-- What this installation is: which keys it belongs to, and what is still to be done after a restore.
CREATE TABLE installation(name TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL);

-- Whose records: a chart (one patient) or a shelf (what a sender keeps about no patient). The number is the key's.
CREATE TABLE owner(
    number BIGINT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('chart', 'shelf', 'platform')),
    ref TEXT COLLATE "C" NOT NULL UNIQUE,
    consent_version BIGINT NOT NULL DEFAULT 1,
    code bytea,
    code_blind BIGINT UNIQUE,
    listed BIGINT NOT NULL DEFAULT 1
);

-- The current version of each record; the body is sealed under the owner's key, `indexed` is the digest of its index rows.
CREATE SEQUENCE record_number CACHE 1;
CREATE TABLE record(
    rid BIGINT PRIMARY KEY,
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    author BIGINT NOT NULL,
    hospital BIGINT NOT NULL,
    label BIGINT NOT NULL,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    state BIGINT NOT NULL,
    flags BIGINT NOT NULL,
    indexed bytea NOT NULL,
    body bytea NOT NULL,
    UNIQUE (id, type)
);
-- Ciphertext does not compress: trying costs time at every write.
ALTER TABLE record ALTER COLUMN body SET STORAGE EXTERNAL;

-- Older versions, moved here when a newer one takes their place.
CREATE TABLE history(
    rid BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    author BIGINT NOT NULL,
    hospital BIGINT NOT NULL,
    label BIGINT NOT NULL,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    state BIGINT NOT NULL,
    flags BIGINT NOT NULL,
    indexed bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (rid, version)
);
ALTER TABLE history ALTER COLUMN body SET STORAGE EXTERNAL;

-- Blind values searched inside one chart, newest first; compartment 0 holds the directory.
CREATE TABLE idx(
    compartment BIGINT NOT NULL,
    value BIGINT NOT NULL,
    low BIGINT NOT NULL,
    rid BIGINT NOT NULL,
    PRIMARY KEY (compartment, value, low, rid)
);

-- Blind values searched across charts: identifiers, names, birth dates, addressed participants.
CREATE TABLE lookup(
    value BIGINT NOT NULL,
    rid BIGINT NOT NULL,
    PRIMARY KEY (value, rid)
);

-- In which charts a hospital (its shelf's number) or a person (minus the account's number) has written.
CREATE TABLE presence(
    source BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    PRIMARY KEY (source, owner)
);

-- What a sender called an entry (blind) and which record it became.
CREATE TABLE import_identity(
    name bytea PRIMARY KEY,
    rid BIGINT NOT NULL,
    digest bytea NOT NULL
);

-- Break-glass: who may read which chart until when; the name is sealed, so that no row is made beside the door.
CREATE TABLE emergency(
    owner BIGINT NOT NULL,
    account BIGINT NOT NULL,
    until BIGINT NOT NULL,
    id bytea NOT NULL,
    PRIMARY KEY (owner, account, until)
);

-- A doctor who asked for a chart by its code may see the list of its records for a day.
CREATE TABLE inquiry(
    owner BIGINT NOT NULL,
    account BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (owner, account)
);

-- Answers kept for callers that repeat a request, sealed; bound to the caller and to the body that was sent.
CREATE TABLE repeated(
    name bytea PRIMARY KEY,
    until BIGINT NOT NULL,
    digest bytea NOT NULL,
    answer bytea NOT NULL
);
CREATE INDEX repeated_until ON repeated(until);
