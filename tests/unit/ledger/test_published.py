"""The published checkpoint: what somebody does to it who reaches the database and not the keys."""

import sqlite3

import pytest

from tests.unit.ledger.conftest import SIZE, flipped, found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "note = replace(note, char(10) || '20' || char(10), char(10) || '21' || char(10))",
            "signature does not",
        ),
        ("size = 19", "it was signed for 20 entries"),
        ("size = 'many'", "The checkpoint of 0 entries was changed: it was signed for 20 entries"),
        ("size = 1e300", "it was signed for 20 entries"),
        ("note = x'00'", "signature does not"),
        ("note = x'ff'", "can't decode"),
        ("note = 3", "signature does not"),
        ("note = note || 'x'", "its note holds more or less than what was signed"),
        ("frontier = x'00'", "length must fit"),
        ("frontier = 'text'", "length must fit"),
        ("frontier = cast(substr(frontier, 1, 40) || zeroblob(32) AS BLOB)", "does not give the signed root"),
        (
            "frontier = cast(x'0000000000000030' || substr(frontier, 9) AS BLOB)",
            "does not give the signed root",
        ),
    ],
)
def test_a_changed_checkpoint(signed, change, words):
    signed.sql(f"UPDATE checkpoint SET {change}")
    first, problems = found(signed)
    assert first <= SIZE
    assert words in problems[0]
    assert len(problems) == 1


def test_a_deleted_checkpoint(signed):
    signed.sql("DELETE FROM checkpoint")
    assert found(signed) == (SIZE, ["The published checkpoint was deleted: it counted 20 entries or more."])
    signed.restart().make()
    assert signed.verify().ok


def test_an_older_checkpoint_put_back(signed):
    signed.sql("CREATE TABLE aside AS SELECT * FROM checkpoint")
    signed.grow(3)
    signed.checkpointer.make()
    signed.sql("DELETE FROM checkpoint", "INSERT INTO checkpoint SELECT * FROM aside", "DROP TABLE aside")
    text = (
        "The published checkpoint was exchanged for an older one, of 20 entries: the checkpoint beside the keys counts"
    )
    assert found(signed) == (SIZE + 3, [f"{text} 23."])


def test_no_second_checkpoint_fits_beside_the_published_one(signed):
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        signed.sql("INSERT INTO checkpoint SELECT 2, size, note, frontier FROM checkpoint")


def test_the_keys_remember_another_root(signed):
    signed.keyring.remember_checkpoint(SIZE, bytes(32), "", signed.keyring.remembered()[1])
    assert found(signed)[1] == ["The checkpoint beside the keys was changed: the entries are those that were signed."]


def test_every_byte_of_the_published_checkpoint(ledger):
    ledger.grow(3)
    ledger.checkpointer.make()
    ((note, frontier),) = ledger.database.read("SELECT CAST(note AS BLOB), frontier FROM checkpoint")
    changes = [(change, frontier) for change in flipped(note)] + [(note, change) for change in flipped(frontier)]
    for change in changes:
        ledger.database.write_now(
            lambda tx, change=change: tx.execute("UPDATE checkpoint SET note = CAST(? AS TEXT), frontier = ?", change)
        )
        assert found(ledger)[1][0].startswith("The checkpoint of 3 entries was changed: ")
