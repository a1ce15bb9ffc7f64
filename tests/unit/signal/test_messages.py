"""How fast somebody may speak, and what the server itself says."""

import json

from carefolio.signal.messages import Pace, told


def test_a_burst_is_let_through_and_then_a_few_a_second():
    pace = Pace(burst=3, a_second=1)
    assert [pace.allows(10.0) for _ in range(4)] == [True, True, True, False]
    assert pace.allows(12.0)
    assert not pace.allows(12.1)


def test_it_ends_some_time():
    pace = Pace(burst=10, most=2)
    assert [pace.allows(float(second)) for second in range(1, 4)] == [True, True, False]


def test_the_stage_is_a_message_too():
    assert json.loads(told("waiting")) == {"kind": "stage", "data": "waiting"}
