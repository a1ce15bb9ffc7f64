-- The ledger: its entries in their order, the end of its Merkle tree, and the newest signed checkpoint.
CREATE TABLE entry(
    seq   BIGINT PRIMARY KEY,  -- place in the log from 1 on, without gaps; leaf seq - 1 of the tree
    time  BIGINT NOT NULL,     -- microseconds since the epoch, UTC
    kind  BIGINT NOT NULL,     -- ledger.entry.Kind
    owner BIGINT NOT NULL,     -- whose chart or shelf, and under whose key the body is sealed
    actor BIGINT NOT NULL,     -- account number, 0 = the platform
    body  bytea NOT NULL,      -- nonce and ciphertext of the content and of the four columns above
    leaf  bytea NOT NULL       -- RFC 6962 leaf hash of the salted commitment to the same
);
ALTER TABLE entry ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX entry_owner ON entry(owner, seq);
CREATE INDEX entry_actor ON entry(actor, seq);
CREATE INDEX entry_break_glass ON entry(seq) WHERE kind = 41;
CREATE INDEX entry_daily_root ON entry(seq) WHERE kind = 96;

-- Entries that are durable and wait for their place in the tree; one sequencer at a time moves them, in this order.
CREATE TABLE waiting(
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time   BIGINT NOT NULL,
    kind   BIGINT NOT NULL,
    owner  BIGINT NOT NULL,
    actor  BIGINT NOT NULL,
    body   bytea NOT NULL,
    leaf   bytea NOT NULL
);
ALTER TABLE waiting ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE ledger_head(
    one      BIGINT PRIMARY KEY CHECK (one = 1),
    size     BIGINT NOT NULL,
    frontier bytea NOT NULL     -- size in 8 bytes, then the roots of the complete subtrees, the largest first
);
INSERT INTO ledger_head VALUES (1, 0, '\x0000000000000000');

CREATE TABLE checkpoint(
    one      BIGINT PRIMARY KEY CHECK (one = 1),
    size     BIGINT NOT NULL,
    note     TEXT NOT NULL,     -- C2SP signed note
    frontier bytea NOT NULL     -- of the tree with this size; authentic because it gives the signed root
);
