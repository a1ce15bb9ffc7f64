-- The ledger: its entries in their order, the end of its Merkle tree, and the signed checkpoints that are kept.

CREATE TABLE entry (
    seq   INTEGER PRIMARY KEY,  -- place in the log from 1 on, without gaps; leaf seq - 1 of the tree
    time  INTEGER NOT NULL,     -- microseconds since the epoch, UTC
    kind  INTEGER NOT NULL,     -- ledger.entry.Kind
    owner INTEGER NOT NULL,     -- whose chart or shelf, and under whose key the body is sealed
    actor INTEGER NOT NULL,     -- account number, 0 = the platform
    body  BLOB NOT NULL,        -- nonce and ciphertext of the content and of the four columns above
    leaf  BLOB NOT NULL         -- RFC 6962 leaf hash of the salted commitment to the same
);
-- SQLite ends each index row with the row's seq, so these serve "of this owner, the newest first" as well.
CREATE INDEX entry_owner ON entry (owner);
CREATE INDEX entry_actor ON entry (actor);
CREATE INDEX entry_break_glass ON entry (seq) WHERE kind = 41;

CREATE TABLE ledger_head (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    size     INTEGER NOT NULL,
    frontier BLOB NOT NULL      -- size in 8 bytes, then the roots of the complete subtrees, the largest first
);
INSERT INTO ledger_head (one, size, frontier) VALUES (1, 0, x'0000000000000000');

CREATE TABLE checkpoint (
    size     INTEGER PRIMARY KEY,
    note     TEXT NOT NULL,     -- C2SP signed note
    time     INTEGER NOT NULL,  -- when it was made; only tells which ones to keep, proves nothing
    frontier BLOB NOT NULL      -- of the tree with this size; authentic because it gives the signed root
);
