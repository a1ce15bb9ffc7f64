"""In which units somebody counts: chosen by a link, remembered while they are signed in."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from carefolio.portal.accounts.admission import UNITS
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.charting.units import IMPERIAL, METRIC, SYSTEMS

OTHER: Final = {METRIC: IMPERIAL, IMPERIAL: METRIC}


def system_of(request: HttpRequest) -> str:
    """The reader's system; a choice in the address (``?units=``) counts from now on."""
    asked = request.GET.get("units", "")
    if asked in SYSTEMS:
        request.session[UNITS] = visitor_of(request).units = asked
    return visitor_of(request).units or METRIC
