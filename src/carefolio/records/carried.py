"""What workflows keep inside a record that others write: extensions of a PractitionerRole, which its hospital sends
again as often as it likes, from a copy that knows nothing of them. Pure.
"""

from __future__ import annotations

from typing import Any, Final

from carefolio.base.failures import unprocessable

Resource = dict[str, Any]

FEE: Final = "https://carefolio.org/fhir/StructureDefinition/visit-fee"
"""What a visit of one kind costs (workflows/payments)."""
TALLY: Final = "https://carefolio.org/fhir/StructureDefinition/visit-ratings"
"""How many ratings there are, and their sum (workflows/reviewing)."""
_KEPT: Final = {"PractitionerRole": frozenset({FEE, TALLY})}


def carried(old: Resource, new: Resource, path: str) -> Resource:
    """What is written under no mandate, with what a workflow keeps in it as it stands. Raises (422) for another value:
    what was read and is sent back is as it stands, and nobody sets a doctor's fees or ratings by hand.
    """
    urls = _KEPT.get(new["resourceType"], frozenset[str]())
    sent, standing = _of(new, urls), _of(old, urls)
    if sent and sent != standing:
        raise unprocessable("Fees and ratings are kept here: send them as they stand, or leave them out.", path)
    if sent == standing:
        return new
    return new | {"extension": [*new.get("extension", []), *standing]}


def _of(resource: Resource, urls: frozenset[str]) -> list[Resource]:
    return [one for one in resource.get("extension", []) if one.get("url") in urls]
