"""Whether what PostgreSQL says is committed is on its disk: looked at on each new connection, of records and of keys.

Whoever may change the role's or the database's settings can switch that off at any time; from the next connection on it
is refused. What a connection began with stays so for ``synchronous_commit``: the look makes it the session's own.
"""

from __future__ import annotations

from carefolio.base.failures import broken

LOOK = (
    "SELECT current_setting('fsync'), current_setting('full_page_writes'),"
    " set_config('synchronous_commit', current_setting('synchronous_commit'), FALSE),"
    " current_setting('synchronous_standby_names')"
)


def refuse_unless_durable(fsync: str, pages: str, commit: str, standbys: str) -> None:
    """Raise a Failure where the settings, as ``LOOK`` finds them, let a commit be lost: with the machine's power, or
    with the machine although a standby was named that is to have it too.
    """
    if commit == "off":
        raise broken("PostgreSQL is set to answer before a commit is on its disk: synchronous_commit has to be on.")
    if commit == "local" and standbys:
        raise broken(
            "PostgreSQL is set to answer before the standby has a commit, though synchronous_standby_names names one: "
            "synchronous_commit has to be on."
        )
    if fsync == "off":
        raise broken("PostgreSQL is set to leave its files to the operating system: fsync has to be on.")
    if pages == "off":
        raise broken("PostgreSQL is set to bear no page that is half written: full_page_writes has to be on.")
