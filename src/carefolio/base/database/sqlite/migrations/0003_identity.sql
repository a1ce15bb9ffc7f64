-- People and hospitals' systems: what they are and what they may be. Credentials of the portal live elsewhere.
CREATE TABLE account(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT UNIQUE,
    role TEXT NOT NULL,
    person TEXT NOT NULL DEFAULT '',
    organization TEXT NOT NULL DEFAULT '',
    name BLOB NOT NULL,
    code BLOB,
    code_blind INTEGER UNIQUE,
    verified INTEGER NOT NULL DEFAULT 0,
    suspended INTEGER NOT NULL DEFAULT 0,
    shelf INTEGER NOT NULL DEFAULT 0,
    hospital INTEGER NOT NULL DEFAULT 0,
    chart INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX account_of_chart ON account(chart) WHERE chart <> 0 AND role = 'patient';
CREATE UNIQUE INDEX account_of_hospital ON account(organization) WHERE role = 'hospital';

-- Opaque bearer tokens: only the hash is kept.
CREATE TABLE token(
    hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL,
    scope TEXT NOT NULL DEFAULT '',
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    operator INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX token_of_account ON token(account);
