"""``carefolio token``: access tokens from the operator's console."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.failures import malformed
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer

if TYPE_CHECKING:
    from carefolio.cli import opening
    from carefolio.workflows.registration import actions
else:
    actions = Late("carefolio.workflows.registration.actions")
    opening = Late("carefolio.cli.opening")

app = new_group("Issue and revoke access tokens.")

_SECONDS_A_MINUTE = 60


@app.callback()
def _group() -> None:
    """Issue and revoke access tokens."""


@app.command(
    "issue",
    cls=Exemplified,
    short_help="give an account a token",
    epilog=examples(
        "carefolio token issue --account ada@example.org",
        'carefolio token issue --account ada@example.org --scope "patient/Observation.rs" --minutes 15',
    ),
)
def issue(
    account: Annotated[str, typer.Option(metavar="E-MAIL", help="The account's e-mail, or Organization/id.")],
    scope: Annotated[str, typer.Option(help='SMART scopes, as in "user/Observation.rs"; none: all their rights.')] = "",
    minutes: Annotated[int, typer.Option(help="How long it holds.")] = 60,
    data: Data = None,
    json: Json = False,
) -> None:
    """Gives an account a token. It counts as a second factor, and the ledger says that the operator issued it."""
    with opening.opened(data) as carefolio:
        token = actions.issue_token(carefolio.door, account, scope=scope, minutes=minutes)
    words = f"{token}\nIt holds for {minutes} minutes: send it as 'Authorization: Bearer …'."
    answer({"access_token": token, "expires_in": minutes * _SECONDS_A_MINUTE}, words, as_json=json)


@app.command(
    "revoke",
    cls=Exemplified,
    short_help="end one token, or all of an account's",
    epilog=examples(
        "carefolio token revoke --account ada@example.org",
        "carefolio token revoke --token - < leaked.txt",
    ),
)
def revoke(
    account: Annotated[str, typer.Option(metavar="E-MAIL", help="End all tokens of this account.")] = "",
    token: Annotated[str, typer.Option(metavar="-", help="End one token, read from standard input.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Ends tokens; the next request that brings one is refused."""
    if bool(account) == bool(token):
        raise typer.BadParameter("Say either --account E-MAIL or --token -.")
    if token not in ("", "-"):
        raise malformed("A token on the command line is seen by others on this machine: use --token - instead.")
    with opening.opened(data) as carefolio:
        if token:
            actions.revoke_token(carefolio.door, sys.stdin.readline().strip())
        ended = actions.revoke_tokens(carefolio.door, account) if account else 1
    answer({"revoked": ended}, f"Tokens revoked: {ended}.", as_json=json)
