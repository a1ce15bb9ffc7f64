"""The cookie of a session that somebody signed in with, made beside a server that runs.

As a program: ``python -m tests.faults.cookies DATA EMAIL``: prints what a browser sends. Django is set up once a
process.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from carefolio.assembly import open_carefolio, sign_ins
from tests.stores import processes_of, settings_of

SECONDS = 60


def cookie_of(data: Path, email: str, **env: str) -> str:
    """As a browser sends it."""
    command = [sys.executable, "-m", "tests.faults.cookies", str(data), email]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, env=processes_of(data) | env, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def main(data: str, email: str) -> None:
    """Sign somebody in, without the pages."""
    with closing(open_carefolio(settings_of(Path(data)))) as carefolio:
        account = carefolio.accounts.of_email(carefolio.database, email)
        sign_ins(carefolio).add_sign_in(account, None, second_factor=False)

        from django.conf import settings  # noqa: PLC0415 - Django is configured by now
        from django.contrib import auth  # noqa: PLC0415

        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415
        from carefolio.portal.accounts.sessions import SessionStore, signed  # noqa: PLC0415

        user = SignIn.objects.get(email=email)
        SignIn.objects.filter(pk=user.pk).update(is_active=True)
        session = SessionStore()
        session[auth.SESSION_KEY] = str(user.pk)
        session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sys.stdout.write(f"{settings.SESSION_COOKIE_NAME}={signed(session.session_key)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
