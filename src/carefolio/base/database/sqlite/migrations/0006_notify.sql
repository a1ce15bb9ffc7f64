-- What people are told: notices in the portal, e-mails that wait to be sent. What either says is sealed.
CREATE TABLE notice(
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,            -- who is told
    kind    TEXT NOT NULL,               -- notify.notices.NoticeKind
    chart   INTEGER NOT NULL,            -- the owner number of the chart it is about, 0 for none
    time    INTEGER NOT NULL,            -- µs since the epoch, UTC
    seen    INTEGER NOT NULL DEFAULT 0,  -- when it was seen, µs; 0: not yet
    about   BLOB NOT NULL                -- JSON sealed under the platform's key
);
-- SQLite ends each index row with the row's number, so this serves "of this account, the newest first" as well.
CREATE INDEX notice_account ON notice(account);
CREATE INDEX notice_unseen ON notice(account) WHERE seen = 0;

CREATE TABLE mail(
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    queued   INTEGER NOT NULL,            -- µs since the epoch, UTC
    due      INTEGER NOT NULL,            -- not to be tried before
    leased   INTEGER NOT NULL DEFAULT 0,  -- until when the worker that took it has it for itself
    attempts INTEGER NOT NULL DEFAULT 0,
    state    INTEGER NOT NULL DEFAULT 0,  -- 0 waiting, 1 given up; one that was sent is deleted
    message  BLOB NOT NULL                -- recipient, subject and text, sealed under the platform's key
);
CREATE INDEX mail_due ON mail(due) WHERE state = 0;

-- Who has read in a chart under a contract (a hospital's number, or minus an account's): the patient was told once.
CREATE TABLE first_access(
    chart  INTEGER NOT NULL,
    source INTEGER NOT NULL,
    PRIMARY KEY (chart, source)
) WITHOUT ROWID;

-- When active contracts end by themselves, so that nobody has to open them all to find those that did.
CREATE TABLE contract_end(
    rid    INTEGER PRIMARY KEY,
    owner  INTEGER NOT NULL,
    ends   INTEGER NOT NULL,            -- the last µs at which it holds
    warned INTEGER NOT NULL DEFAULT 0   -- whether both sides were told that it ends soon, or need not be
);
CREATE INDEX contract_end_ends ON contract_end(ends);
-- Contracts that were made before this table have to be looked for once, at the next start.
INSERT INTO installation SELECT 'contract-ends', 'owed' WHERE EXISTS (SELECT 1 FROM record);
