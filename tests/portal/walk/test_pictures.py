"""The documentation's pictures, taken of the pages as they are, and the list of them: ``make drill NAME=pictures``
writes them anew.
"""

from pathlib import Path

import pytest

from tests.portal.walk.choice import templates
from tests.portal.walk.small import MOST_BYTES, small
from tests.portal.walk.told import told

DOCS = Path(__file__).parents[3] / "docs"
FOLDER, LIST = DOCS / "pictures/pages", DOCS / "reference/pages.md"
SIZES = {360: 740, 1280: 800}
MOST_BYTES_IN_ALL = 6 * 1024 * 1024
PAGES = {
    "welcome": ("nobody", "home:start"),
    "sign-in": ("nobody", "account_login"),
    "sign-up-patient": ("nobody", "sign_up_patient"),
    "sign-up-doctor": ("nobody", "sign_up_doctor"),
    "help": ("nobody", "home:help"),
    "patient-home": ("patient", "home:start"),
    "patient-record-timeline": ("patient", "chart:timeline"),
    "patient-record": ("patient", "chart:record"),
    "patient-trends": ("patient", "chart:trends"),
    "patient-trend": ("patient", "chart:trend"),
    "patient-looked": ("patient", "trail:looked"),
    "patient-looked-wrong": ("patient", "trail:wrong"),
    "patient-sharing": ("patient", "sharing:overview"),
    "patient-request": ("patient", "sharing:request"),
    "patient-choose": ("patient", "sharing:choose"),
    "patient-check": ("patient", "sharing:allow"),
    "patient-allowed": ("patient", "sharing:given"),
    "patient-refuse": ("patient", "sharing:refuse"),
    "patient-contract": ("patient", "sharing:contract"),
    "patient-withdraw": ("patient", "sharing:withdraw"),
    "patient-give": ("patient", "sharing:give"),
    "patient-notices": ("patient", "notices:list"),
    "patient-account": ("patient", "accounts:details"),
    "patient-details": ("patient", "chart:details"),
    "patient-wrong": ("patient", "chart:wrong"),
    "patient-change": ("patient", "chart:amend"),
    "patient-download": ("patient", "chart:download"),
    "doctor-home": ("doctor", "home:start"),
    "doctor-patients": ("doctor", "asking:patients"),
    "doctor-patient": ("doctor", "asking:patient"),
    "doctor-ask": ("doctor", "asking:ask"),
    "doctor-check": ("doctor", "asking:check"),
    "doctor-sent": ("doctor", "asking:sent"),
    "doctor-request": ("doctor", "asking:request"),
    "doctor-chart": ("doctor", "chart:timeline"),
    "doctor-emergency": ("doctor", "asking:emergency"),
    "doctor-profile": ("doctor", "asking:profile"),
    "doctor-did": ("doctor", "trail:mine"),
    "admin-home": ("admin", "home:start"),
    "admin-overview": ("admin", "oversight:overview"),
    "admin-queue": ("admin", "oversight:queue"),
    "admin-person": ("admin", "oversight:person"),
    "admin-hospitals": ("admin", "oversight:hospitals"),
    "admin-add-hospital": ("admin", "oversight:add_hospital"),
    "admin-health": ("admin", "oversight:health"),
    "auditor-home": ("auditor", "home:start"),
    "auditor-emergencies": ("auditor", "oversight:emergencies"),
    "auditor-emergency": ("auditor", "oversight:emergency"),
    "auditor-reports": ("auditor", "oversight:reports"),
    "auditor-report": ("auditor", "oversight:report"),
    "auditor-ledger": ("auditor", "oversight:ledger"),
}
"""By name: who sees the page, and its route. Every other route's page is there under its route's name."""
HEAD = """# Every page, on a phone and on a desk
What the demo's people see; written, pictures and all, by `make drill NAME=pictures`. All that pages are made of
stands on `/style/`.

| page | 360 px wide | 1280 px wide |
|---|---|---|
"""


@pytest.mark.drill
def test_pictures(walk, player, _chromium):
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing, heavy, chosen = [], [], _chosen(walk)
    for name, taken in chosen.items():
        if taken is None:
            missing.append((name, "no such page"))
            continue
        for width, height in SIZES.items():
            file = FOLDER / f"{name}-{width}.png"
            picture = player.show(taken, width=width, height=height).screenshot()
            file.write_bytes(small(_chromium, picture))
            heavy += [(file, "weighs too much")] * (file.stat().st_size > MOST_BYTES)
    LIST.write_text(HEAD + "".join(_line(name) for name, taken in chosen.items() if taken is not None))
    told([*missing, *heavy])
    assert sum(one.stat().st_size for one in FOLDER.iterdir()) <= MOST_BYTES_IN_ALL


def _chosen(walk):
    """The named pages, then one of each other route."""
    named = {name: _page(walk, persona, route) for name, (persona, route) in PAGES.items()}
    pictured = {route for _, route in PAGES.values()}
    others = {_name(one.route): one for one in templates(walk) if one.route and one.route not in pictured}
    return named | dict(sorted(others.items()))


def _name(route):
    return route.replace(":", "-").replace("_", "-")


def _line(name):
    pictures = (f"![{name}, {width} px wide](../pictures/pages/{name}-{width}.png)" for width in SIZES)
    return f"| {name} | {' | '.join(pictures)} |\n"


def _page(walk, persona, route):
    """The first such page that came as it was meant."""
    ours = [one for one in walk.taken if (one.persona, one.route, one.status) == (persona, route, 200) and one.is_page]
    return next((one for one in ours if one.how in ("link", "filled", "pressed") and one.method == "GET"), None)
