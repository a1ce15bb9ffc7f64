"""Who acts for a patient reads whose record it is: nothing in it is theirs."""

import re

from tests.acceptance.resources import consent


def test_pages_name_the_patient_and_call_nothing_yours(browse, site, story):
    dora = site.patient("Dora Quinn")
    given = consent(story.ada.person, dora.person, status="active", role="DELEGATEE")
    story.ada.actor.send(given)
    her = browse().enter(dora, story.chart)
    assert her.page.h1 == "Health record of Ada Quinn"
    assert "the health record of Ada Quinn, not yours" in her.page.text
    her.get(story.record(story.inside["Potassium"]))
    assert "This is from the health record of Ada Quinn" in her.page.text
    said = re.search(r'<p class="lead">(.*?)</p>', her.page.html)
    assert said is None or "your" not in said[1].lower()
