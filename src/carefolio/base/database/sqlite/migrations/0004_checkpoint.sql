-- Of the checkpoints only the newest is published. What dates a fault stands in the log itself, once a day.
CREATE TABLE published (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    size     INTEGER NOT NULL,
    note     TEXT NOT NULL,     -- C2SP signed note
    frontier BLOB NOT NULL      -- of the tree with this size; authentic because it gives the signed root
);
INSERT INTO published SELECT 1, size, note, frontier FROM checkpoint ORDER BY size DESC LIMIT 1;
DROP TABLE checkpoint;
ALTER TABLE published RENAME TO checkpoint;

CREATE INDEX entry_daily_root ON entry (seq) WHERE kind = 96;
