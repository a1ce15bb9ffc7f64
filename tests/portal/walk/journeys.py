"""What the walk cannot find out by itself: where to begin, and what it need not reach."""

from __future__ import annotations

from collections.abc import Mapping

STARTS = (
    "/",
    "/help/",
    "/style/",
    "/trail/",
    "/notices/",
    "/accounts/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/password/reset/key/done/",
)
SHOWN_ELSEWHERE: Mapping[str, str] = {
    "account_inactive": "Django's word for a sign-in that was switched off; ours are suspended by their account",
    "account_set_password": "for people who came without a password; nobody can here",
    "mfa_deactivate_totp": "for patients who use an app, and nobody else: tests/portal/test_second_factor.py",
    "consultation:ticket": "is asked for by the script of a room: tests/portal/consultation/test_room.py",
    "payments:pay": "where cards are taken, which the demo's site does not: tests/portal/payments/test_by_card.py",
    "payments:stop": "the same",
    "payments:webhook": "for Stripe's messages: tests/portal/payments/test_by_card.py",
    "drafts:save": "is called by the script while somebody types: tests/portal/test_drafts.py",
}
"""Routes that no walk reaches, each with the reason."""
ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"sharing:allow", "sharing:check", "sharing:check_change", "sharing:gift_check"}),
    frozenset({"sharing:change", "sharing:gift", "sharing:choose"}),
    frozenset({"sharing:change_records", "sharing:gift_records", "sharing:records"}),
    frozenset({"asking:check", "asking:check-change"}),
    frozenset({"consultation:room", "consultation:say"}),
)
"""Steps that are the same question on different ways: they have one title."""
