"""``carefolio serve``: run the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.base.failures import broken, malformed
from carefolio.base.settings import read_settings
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json

if TYPE_CHECKING:
    from carefolio.cli import server
else:
    server = Late("carefolio.cli.server")

app = new_group()


@app.command(
    "serve",
    cls=Exemplified,
    short_help="run the platform",
    epilog=examples(
        "carefolio serve",
        "carefolio serve --demo --port 9000",
        "carefolio serve --region north --data /var/lib/carefolio",
    ),
)
def serve(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Make the demo's people first, if they are not there.")] = False,
    region: Annotated[str | None, typer.Option(help="What this endpoint is called (else CAREFOLIO_REGION).")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes; with SQLite there is one.")] = 1,
    data: Data = None,
    json: Json = False,
) -> None:
    """Runs the platform until SIGTERM or Ctrl-C, which end it cleanly.

    A new installation is made where there is none.
    """
    listening = server.listen_at(host, port)
    settings = read_settings(data, region, listens=server.address_of(listening))
    if workers > 1 and not settings.postgres:
        raise malformed(
            "With SQLite there is one server process; several take a PostgreSQL database: leave --workers out."
        )
    if demo and not settings.is_loopback:
        raise broken("The demo's sign-ins are for this machine only, and CAREFOLIO_PUBLIC_URL names another address.")
    server.serve(server.Serving(settings, listening, demo=demo), workers, as_json=json)
