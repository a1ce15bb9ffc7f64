"""``carefolio account``: people who sign in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer
from carefolio.workflows.registration.rules import Gender, NewPerson, PersonRole

if TYPE_CHECKING:
    from carefolio import assembly
    from carefolio.cli import opening
    from carefolio.workflows.registration import actions
else:
    actions = Late("carefolio.workflows.registration.actions")
    assembly = Late("carefolio.assembly")
    opening = Late("carefolio.cli.opening")

app = new_group("Add, verify and suspend people.")

STANDARD_INPUT = "-"
Account = Annotated[str, typer.Option(metavar="E-MAIL", help="The account's e-mail.")]


@app.callback()
def _group() -> None:
    """Add, verify and suspend people."""


@app.command(
    "add",
    cls=Exemplified,
    short_help="add somebody who signs in",
    epilog=examples(
        'carefolio account add --role patient --name "Ada Byron" --email ada@example.org --birth-date 1985-04-23',
        'carefolio account add --role doctor --name "Dr Sam Hart" --email sam@example.org --verified',
        'carefolio account add --role patient --name "Ada Byron" --email ada@example.org --person Patient/123',
    ),
)
def add(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    role: Annotated[PersonRole, typer.Option(help="What they are here for.")],
    name: Annotated[str, typer.Option(metavar='"GIVEN FAMILY"', help="Their name; the last word is the family's.")],
    email: Annotated[str, typer.Option(metavar="E-MAIL", help="What they sign in with.")],
    birth_date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="A patient's date of birth.")] = "",
    gender: Annotated[Gender | None, typer.Option(help="As FHIR says it.")] = None,
    hospital: Annotated[str, typer.Option(metavar="Organization/ID", help="Where they work.")] = "",
    person: Annotated[
        str, typer.Option(metavar="Patient/ID", help="The chart, or the Practitioner, that is here already.")
    ] = "",
    verified: Annotated[bool, typer.Option("--verified", help="Their licence was looked at and holds.")] = False,
    password: Annotated[
        str, typer.Option(metavar="P|-", help="Their first password; - reads it from standard input.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Adds somebody who signs in.

    A patient gets a chart and a patient code, or the chart that a hospital sent (--person); everybody else stands in
    the directory, gets a doctor code, and signs in with a second factor ('carefolio account code' tells it). Without
    --password they set one themselves by 'I forgot my password'.
    """
    new = NewPerson(role, name, email, birth_date, gender, hospital, person, verified)
    secret = sys.stdin.readline().rstrip("\n") if password == STANDARD_INPUT else password
    with opening.opened(data, create=True) as carefolio:
        sign_ins = assembly.sign_ins(carefolio)
        sign_ins.make_way(carefolio.door, email)
        added = actions.add_person(carefolio.door, new)
        account = carefolio.accounts.of_email(carefolio.database, added.account)
        staff = role is not PersonRole.PATIENT
        sign_ins.add_sign_in(account, secret or None, second_factor=staff)
    words = (
        f"Added {added.account} ({role.value}), {added.person}, code {added.code}.\n"
        f"Next: carefolio token issue --account {added.account}"
    )
    answer({"account": added.account, "person": added.person, "code": added.code}, words, as_json=json)


@app.command(
    "code",
    cls=Exemplified,
    short_help="tell the second factor's code of this moment",
    epilog=examples("carefolio account code --account sam@example.org"),
)
def code(account: Account, data: Data = None, json: Json = False) -> None:
    """Tells the 6 digits that the account's second factor shows now; they hold for 30 seconds."""
    with opening.opened(data) as carefolio:
        digits = assembly.sign_ins(carefolio).code_of(account)
    answer({"code": digits}, digits, as_json=json)


@app.command(
    "verify",
    cls=Exemplified,
    short_help="note that a licence holds, or take that back",
    epilog=examples(
        "carefolio account verify --account sam@example.org",
        "carefolio account verify --account sam@example.org --withdraw",
    ),
)
def verify(
    account: Account,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="The licence does not hold (any more).")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Notes that a doctor's or pharmacist's licence was looked at and holds. It counts from their next request on."""
    with opening.opened(data) as carefolio:
        actions.verify(carefolio.door, account, verified=not withdraw)
    _told(account, "verified", holds=not withdraw, state="not verified" if withdraw else "verified", as_json=json)


@app.command(
    "suspend",
    cls=Exemplified,
    short_help="shut an account out, or let it in again",
    epilog=examples(
        "carefolio account suspend --account sam@example.org",
        "carefolio account suspend --account sam@example.org --lift",
    ),
)
def suspend(
    account: Account,
    lift: Annotated[bool, typer.Option("--lift", help="Let it in again.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Shuts an account out: none of its tokens holds from the next request on, until it is let in again."""
    with opening.opened(data) as carefolio:
        actions.suspend(carefolio.door, account, suspended=not lift)
    _told(account, "suspended", holds=not lift, state="let in again" if lift else "shut out", as_json=json)


def _told(account: str, mark: str, *, holds: bool, state: str, as_json: bool) -> None:
    answer({"account": account, mark: holds}, f"{account} is {state} from now on.", as_json=as_json)
