"""Ada's chart on the module's portal."""

import pytest

from tests.portal.chart.story import tell


@pytest.fixture(scope="module")
def story(site):
    return tell(site)


@pytest.fixture
def as_ada(browse, story):
    return browse().enter(story.ada)


@pytest.fixture
def as_ben(browse, story):
    return browse().enter(story.ben)
