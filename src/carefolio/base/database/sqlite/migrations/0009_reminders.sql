-- What somebody is to be told later, unless what it hangs on changes before.
CREATE TABLE reminder(
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,            -- who is told
    kind    TEXT NOT NULL,               -- notify.notices.NoticeKind
    chart   INTEGER NOT NULL,            -- the owner number of the chart it is about, 0 for none
    due     INTEGER NOT NULL,            -- when, µs since the epoch, UTC
    mark    TEXT NOT NULL,               -- what it hangs on: the record, as Type/id
    about   BLOB NOT NULL                -- JSON sealed under the platform's key
);
CREATE INDEX reminder_due ON reminder(due);
CREATE INDEX reminder_mark ON reminder(mark);
