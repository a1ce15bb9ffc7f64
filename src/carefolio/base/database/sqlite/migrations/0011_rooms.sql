-- Into a room of a visit: tickets, who sits there, and what their browsers say to each other while a call is set up.
CREATE TABLE room_ticket(
    mark    BLOB PRIMARY KEY,            -- SHA-256 of the ticket
    line    BLOB NOT NULL,               -- keyed hash of the visit and the side
    expires INTEGER NOT NULL,            -- µs since the epoch, UTC
    sealed  BLOB NOT NULL                -- who comes, sealed under the platform's key
) WITHOUT ROWID;
CREATE INDEX room_ticket_line ON room_ticket(line);
CREATE TABLE room_seat(
    line    BLOB PRIMARY KEY,
    holder  INTEGER NOT NULL,            -- rises with each window that takes the seat
    since   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE room_message(
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    line    BLOB NOT NULL,               -- whom it is for
    sent    INTEGER NOT NULL,
    sealed  BLOB NOT NULL                -- sealed under the platform's key
);
CREATE INDEX room_message_line ON room_message(line, number);
