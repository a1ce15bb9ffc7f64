"""Lines: whoever waits is served in turn, client by client; any order of events against a plain account of it."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from carefolio.edge.lines import Lines

CLIENTS = "abcde"


def everybody(_client):
    return True


def served(lines, count):
    return [lines.next(everybody) for _ in range(count)]


def test_clients_take_turns_however_long_their_lines_are():
    lines = Lines()
    for number in range(100):
        lines.join("noisy", number)
    lines.join("quiet", 0)
    assert served(lines, 3) == [("noisy", 0), ("quiet", 0), ("noisy", 1)]
    lines.join("quiet", 1)
    assert served(lines, 3) == [("noisy", 2), ("quiet", 1), ("noisy", 3)]


def test_who_may_not_come_in_keeps_its_place():
    lines = Lines()
    for client in "abab":
        lines.join(client, lines.waiting)
    assert lines.next(lambda client: client == "b") == ("b", 1)
    assert lines.next(lambda client: False) is None
    assert served(lines, 3) == [("a", 0), ("b", 3), ("a", 2)]
    assert lines.next(everybody) is None


def test_the_longest_line_loses_its_newest():
    lines = Lines()
    for client in "abbc":
        lines.join(client, lines.waiting)
    assert lines.longest() == "b"
    assert lines.turn_away("b") == 2
    assert (lines.length("b"), lines.waiting) == (1, 3)


@given(st.lists(st.sampled_from(CLIENTS), min_size=1, max_size=60))
def test_nobody_waits_for_more_than_one_of_each_other_client(arrivals):
    lines = Lines()
    for number, client in enumerate(arrivals):
        lines.join(client, number)
    order = [client for client, _ in served(lines, len(arrivals))]
    for client in set(arrivals):
        places = [place for place, one in enumerate(order) if one == client]
        for before, after in zip([-1, *places], places, strict=False):
            between = order[before + 1 : after]
            assert len(between) == len(set(between))


class Against(RuleBasedStateMachine):
    """The same as a list of (client, number) by arrival."""

    def __init__(self):
        super().__init__()
        self.lines = Lines()
        self.account = []
        self.number = 0

    @rule(client=st.sampled_from(CLIENTS))
    def join(self, client):
        self.number += 1
        self.lines.join(client, self.number)
        self.account.append((client, self.number))

    @rule(may=st.sets(st.sampled_from(CLIENTS)))
    def next(self, may):
        found = self.lines.next(may.__contains__)
        mine = [one for one in self.account if one[0] in may]
        assert (found is None) == (not mine)
        if found is not None:
            assert found == next(one for one in self.account if one[0] == found[0])
            self.account.remove(found)

    @precondition(lambda self: self.account)
    @rule()
    def turn_away(self):
        client = self.lines.longest()
        own = [number for name, number in self.account if name == client]
        assert len(own) == max(self.lines.length(name) for name in CLIENTS)
        assert self.lines.turn_away(client) == own[-1]
        self.account.remove((client, own[-1]))

    @rule(client=st.sampled_from(CLIENTS), number=st.integers(1, 60))
    def leave(self, client, number):
        self.lines.leave(client, number)
        if (client, number) in self.account:
            self.account.remove((client, number))

    @invariant()
    def counts(self):
        assert self.lines.waiting == len(self.account)
        for client in CLIENTS:
            assert self.lines.length(client) == sum(name == client for name, _ in self.account)


TestAgainst = Against.TestCase
