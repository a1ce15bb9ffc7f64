-- Entries that are durable and wait for their place in the log. Here they never do: the one writer places each at once.
-- Where several processes append they do, and whoever verifies looks at the same tables in either store.
CREATE TABLE waiting(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    body BLOB NOT NULL,
    leaf BLOB NOT NULL
);
