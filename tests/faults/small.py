"""A small installation with a bit of everything: two days of checkpoints, versions, a deletion, contracts, reads."""

from __future__ import annotations

from pathlib import Path

from carefolio.base import clock
from tests import stores
from tests.faults.cast import Cast, found, granted, observation
from tests.faults.client import Client
from tests.faults.servers import Server


def make(data: Path) -> Cast:
    """Everything in it is at rest when this returns."""
    clock.shift(-2 * clock.DAY)
    try:
        cast = found(data, patients=2, doctors=2)
    finally:
        clock.shift(0)
    with Server(data) as server:
        fill(server.port, cast)
    return cast


def fill(port: int, cast: Cast) -> None:
    """Observations, one changed and one deleted; a contract that is used and one that is withdrawn."""
    hospital, doctor, patient = (Client(port, t) for t in (cast.hospital_token, cast.ben.token, cast.ada.token))
    made = [hospital.made("POST", "/Observation", observation(cast.ada.ref, value)) for value in range(6)]
    for one in made[:2]:
        hospital.made("PUT", f"/Observation/{one['id']}", one | {"status": "amended"})
    assert hospital.ask("DELETE", f"/Observation/{made[5]['id']}").status in (200, 204)
    contract = granted(port, cast.ada, cast.ben)
    for path in (
        f"/Observation/{made[0]['id']}",
        f"/Observation?patient={cast.ada.ref}",
        f"/{cast.ada.ref}/$everything",
    ):
        assert doctor.get(path).status == 200
    patient.made("PUT", f"/Consent/{contract['id']}", contract | {"status": "inactive"})
    assert doctor.get(f"/Observation/{made[0]['id']}").status == 404
    granted(port, cast.ada, cast.ben)
    assert doctor.get(f"/Observation/{made[1]['id']}/_history").status == 200
    for client in (hospital, doctor, patient):
        client.close()


def copy(data: Path, target: Path) -> Path:
    """The same installation in another folder."""
    stores.copy(data, target)
    return target
