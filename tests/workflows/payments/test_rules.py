"""States and sums: ours agree to the cent with what the provider counts, whatever comes in which order."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Failure
from carefolio.records.visits import Party
from carefolio.workflows.payments import rules, shapes
from carefolio.workflows.payments.money import Money, digits, is_currency, money_of, typed
from carefolio.workflows.payments.rules import Answer, Bill, Kind, Line, Outcome, State, Way

OPERATIONS = 10_000
ADA, BEN = Party("Patient/ada", "Ada"), Party("Practitioner/ben", "Ben")


def bill_over(minor, currency="EUR", name="b"):
    return Bill(name, ADA, BEN, (Line("Visit", Money(minor, currency)),), currency, date=1_000_000)


class Till:
    """What a provider does: takes and pays back once for each name, and says the same when asked again."""

    def __init__(self):
        self.said, self.taken, self.given = {}, {}, {}

    def ask(self, attempt, outcome):
        if attempt.id not in self.said:
            self.said[attempt.id] = Answer(outcome, f"ref-{attempt.id}")
            book = self.taken if attempt.kind is Kind.PAYMENT else self.given
            if outcome is Outcome.DONE:
                book[attempt.bill] = book.get(attempt.bill, 0) + attempt.amount.minor
        return self.said[attempt.id]


class Ledger:
    """Bills and attempts as FHIR holds them: each step reads what the last one wrote."""

    def __init__(self, seed):
        self.dice, self.till = random.Random(seed), Till()
        self.invoices, self.notices, self.open, self.states = {}, {}, {}, set()

    def put(self, bill, attempt):
        self.invoices[bill.id] = shapes.invoice_of(bill)
        self.states.add(bill.state)
        if attempt is not None:
            notice = self.notices[attempt.id] = shapes.notice_of(attempt)
            self.open.pop(attempt.id, None)
            if shapes.waits(notice):
                self.open[attempt.id] = notice

    def bill(self):
        return shapes.bill_of(self.dice.choice(list(self.invoices.values())))

    def step(self, now):
        if not self.invoices or self.dice.random() < 0.05:
            self.put(bill_over(self.dice.randint(1, 99_999), name=f"b{now}"), None)
            return
        self.dice.choice((self.pay, self.pay, self.refund, self.answer, self.answer, self.replay, self.cancel))(now)

    def pay(self, now):
        self.put(*rules.claim_payment(self.bill(), Way.STRIPE, now))

    def refund(self, now):
        bill = self.bill()
        minor = self.dice.choice((bill.kept.minor, self.dice.randint(0, bill.paid + 1)))
        self.put(*rules.claim_refund(bill, Way.STRIPE, Money(minor, "EUR"), now))

    def cancel(self, now):
        self.put(rules.cancel(self.bill(), "why"), None)

    def answer(self, now):
        """A message, or the answer to a question, about what is open."""
        if self.open:
            outcome = self.dice.choice((Outcome.DONE, Outcome.DONE, Outcome.FAILED))
            self.hear(self.dice.choice(list(self.open.values())), outcome, now)

    def replay(self, now):
        """A message that came before, once more."""
        if self.notices:
            self.hear(self.dice.choice(list(self.notices.values())), Outcome.DONE, now)

    def hear(self, notice, outcome, now):
        attempt = shapes.attempt_of(notice)
        bill = shapes.bill_of(self.invoices[attempt.bill])
        self.put(*rules.settle(bill, attempt, self.till.ask(attempt, outcome), now))


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_agree_with_the_providers_after_ten_thousand_operations(seed):
    ledger, refused = Ledger(seed), 0
    for now in range(1, OPERATIONS + 1):
        try:
            ledger.step(now * 1_000_000)
        except Failure:
            refused += 1
    bills = [shapes.bill_of(one) for one in ledger.invoices.values()]
    assert ledger.states == set(State)
    assert 0 < refused < OPERATIONS
    for bill in bills:
        assert bill.paid == ledger.till.taken.get(bill.id, 0)
        assert bill.refunded == ledger.till.given.get(bill.id, 0)
        assert bill.paid in (0, bill.total.minor)
        assert 0 <= bill.refunded <= bill.paid
    done = [shapes.attempt_of(one) for one in ledger.notices.values()]
    for kind, book in ((Kind.PAYMENT, ledger.till.taken), (Kind.REFUND, ledger.till.given)):
        noticed = sum(one.amount.minor for one in done if one.kind is kind and one.outcome is Outcome.DONE)
        assert noticed == sum(book.values())


def test_each_state_says_why_something_cannot_be_done():
    bill = bill_over(100)
    paying, attempt = rules.claim_payment(bill, Way.STRIPE, 5)
    paid, _ = rules.settle(paying, attempt, Answer(Outcome.DONE), 6)
    going_back, _ = rules.claim_refund(paid, Way.STRIPE, Money(40, "EUR"), 7)
    gone = rules.cancel(bill, "")
    for one in (paying, paid, gone):
        with pytest.raises(Failure):
            rules.claim_payment(one, Way.STRIPE, 8)
    for one in (bill, paying, going_back, gone):
        with pytest.raises(Failure):
            rules.claim_refund(one, Way.STRIPE, Money(1, "EUR"), 8)
    assert rules.cancel(gone, "again") == gone
    with pytest.raises(Failure, match="being paid back"):
        rules.claim_refund(going_back, Way.STRIPE, Money(1, "EUR"), 8)


def test_what_the_provider_calls_it_is_kept_while_it_is_open():
    bill, attempt = rules.claim_payment(bill_over(100), Way.STRIPE, 5)
    same, kept = rules.settle(bill, attempt, Answer(Outcome.OPEN, "cs_1"), 6)
    assert same == bill
    assert kept == replace(attempt, reference="cs_1")


money = st.builds(Money, st.integers(0, 10**9), st.sampled_from(["EUR", "USD", "INR", "JPY", "KWD"]))


@given(money)
def test_money_goes_through_fhir_unchanged(one):
    assert money_of(one.fhir()) == one
    assert -one.value.as_tuple().exponent == digits(one.currency)


@given(money)
def test_what_is_typed_is_what_is_meant(one):
    small = Money(one.minor % 10_000_001, one.currency)
    assert typed(f" {small.value} ", one.currency) == small
    assert typed(f"{small.value:,}", one.currency) == small


@pytest.mark.parametrize(("text", "minor"), [("60", 6000), ("60,5", 6050), ("1,250", 125000), ("1 250.50", 125050)])
def test_amounts_as_people_write_them(text, minor):
    assert typed(text, "EUR").minor == minor


@pytest.mark.parametrize("text", ["", "-1", "1.234", "many", "1.2.3", "100001", "٣", "1e3"])
def test_what_is_no_amount(text):
    with pytest.raises(Failure):
        typed(text, "EUR")


def test_a_sum_with_more_digits_than_its_currency_is_none():
    with pytest.raises(Failure, match="more digits"):
        money_of({"value": 1.5, "currency": "JPY"})
    assert is_currency("EUR")
    assert not is_currency("EURO")
    assert not is_currency("eur")
