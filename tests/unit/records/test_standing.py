from carefolio.ledger.entry import Entry, Kind
from carefolio.ledger.report import Findings, Report
from carefolio.records.standing import Standings

MADE = Entry(1, Kind.ACCOUNT_CREATED, 0, 0, {"account": 3, "role": "doctor", "who": "Practitioner/a"})


def judged(database, *entries):
    standings, report = Standings(), Report(len(entries), b"", Findings(), [], [])
    for seq, entry in enumerate(entries, 1):
        standings.note(seq, entry)
    with database.snapshot() as moment:
        standings.judge(moment, report)
    return report.problems


def put(database, verified=0, suspended=0):
    database.write_now(
        lambda tx: tx.execute(
            "INSERT INTO account (number, role, person, name, verified, suspended)"
            " VALUES (3, 'doctor', 'Practitioner/a', ?, ?, ?)"
            " ON CONFLICT (number) DO UPDATE SET verified = excluded.verified, suspended = excluded.suspended",
            (b"", verified, suspended),
        )
    )


def test_the_last_entry_of_an_account_counts(database):
    changes = [
        Entry(2, Kind.VERIFICATION_CHANGED, 0, 0, {"account": 3, "verified": True}),
        Entry(3, Kind.ACCOUNT_SUSPENDED, 0, 0, {"account": 3, "suspended": True}),
        Entry(4, Kind.VERIFICATION_CHANGED, 0, 0, {"account": 3, "verified": False}),
    ]
    for said, (verified, suspended) in enumerate([(0, 0), (1, 0), (1, 1), (0, 1)]):
        put(database, verified, suspended)
        assert judged(database, MADE, *changes[:said]) == []
    put(database, 1, 0)
    text = "Entry 4: account 3 was changed after it was written, in its verified and suspended."
    assert judged(database, MADE, *changes) == [text]


def test_the_entry_that_made_an_account_is_gone(database):
    put(database)
    change = Entry(2, Kind.VERIFICATION_CHANGED, 0, 0, {"account": 3, "verified": False})
    assert judged(database, change) == ["Account 3 is stored, but no entry says that it was made: it was added."]
