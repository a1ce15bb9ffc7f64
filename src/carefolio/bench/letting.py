"""Give somebody of a temporary installation a way to sign in, in a process of its own: one serves one installation's
pages, and the benchmark has an installation for each store.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

from carefolio.assembly import open_carefolio, sign_ins
from carefolio.base.failures import broken
from carefolio.base.settings import Settings, foreign_environment, read_settings

PASSWORD = "three invented words here"  # noqa: S105 - of nobody, on an installation that goes at once


def let_in(settings: Settings, email: str) -> None:
    """The account with that e-mail can sign in with ``PASSWORD``."""
    named = {"CAREFOLIO_DATA": str(settings.data), "CAREFOLIO_REGION": settings.region}
    if settings.postgres:
        named["CAREFOLIO_DATABASE_URL"] = settings.postgres
    done = subprocess.run(  # noqa: S603 - this file, with an e-mail of the benchmark's own
        [sys.executable, "-m", "carefolio.bench.letting", email],
        env=foreign_environment() | named,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise broken(f"A sign-in could not be made: {done.stderr.strip().splitlines()[-1:]}.")


def main() -> None:
    """``letting EMAIL``, on the installation that the environment names."""
    with closing(open_carefolio(read_settings())) as carefolio:
        account = carefolio.accounts.of_email(carefolio.database, sys.argv[1])
        if account is None:
            raise broken(f"Nobody has the e-mail {sys.argv[1]}.")
        sign_ins(carefolio).add_sign_in(account, PASSWORD, second_factor=False)


if __name__ == "__main__":
    main()
