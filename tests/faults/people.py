"""Ways to tamper with accounts and tokens, in the form of ``tampering``."""

from __future__ import annotations

from tests.faults.ways import Way, columns

_ACCOUNT = {
    "role": "'admin'",
    "person": "person || 'x'",
    "verified": "1 - verified",
    "suspended": "1 - suspended",
}
_TOKEN = {
    "hash": "zeroblob(32)",
    "account": "account + 1",
    "scope": "'system/*.*'",
    "issued": "issued - 1",
    "expires": "expires + 1000000",
    "operator": "1 - operator",
}
_ONE_TOKEN = "account = (SELECT number FROM account WHERE role = 'patient' LIMIT 1)"
WAYS = [
    *columns("account", "role = 'doctor'", _ACCOUNT, "was changed after it was written, in its "),
    Way("account-role-blob", ("UPDATE account SET role = x'ff' WHERE role = 'doctor'",), "was changed after it was"),
    Way(
        "account-charts-swapped",
        (
            "CREATE TABLE kept AS SELECT number, chart FROM account WHERE role = 'patient'",
            "UPDATE account SET chart = -chart WHERE role = 'patient'",
            "UPDATE account SET chart = (SELECT chart FROM kept WHERE kept.number <> account.number)"
            " WHERE role = 'patient'",
            "DROP TABLE kept",
        ),
        "was changed after it was written, in its chart.",
    ),
    Way("account-deleted", ("DELETE FROM account WHERE role = 'doctor'",), "was made, but its row was deleted"),
    Way(
        "account-added",
        (
            "INSERT INTO account (email, role, person, name, verified) SELECT 'x@example.org', 'admin', person, name, 1"
            " FROM account WHERE role = 'doctor' LIMIT 1",
        ),
        "is stored, but no entry says that it was made",
    ),
    *columns("token", _ONE_TOKEN, _TOKEN, "is stored, but no entry says that it was issued as it is"),
    Way(
        "token-added",
        (
            "INSERT INTO token SELECT zeroblob(32), account, scope, issued, expires, 1, 0"
            f" FROM token WHERE {_ONE_TOKEN}",
        ),
        "is stored, but no entry says that it was issued as it is",
    ),
    Way("token-deleted", (f"DELETE FROM token WHERE {_ONE_TOKEN}",), "a token was issued, but its row was deleted"),
]
