"""What is kept of a password, as the product makes it; tests' own sites make it cheaper (tests/portal/program.py)."""

from django.utils.module_loading import import_string

from carefolio.portal import settings


def test_a_password_takes_a_while_to_try():
    """scrypt with a work factor of 2 ** 14, blocks of 8, five at once: OWASP's Password Storage Cheat Sheet."""
    (hasher,) = settings.PASSWORD_HASHERS
    name, factor, _salt, block, at_once, _digest = import_string(hasher)().encode("correct horse", "salt").split("$")
    assert (name, int(factor), int(block), int(at_once)) == ("scrypt", 1 << 14, 8, 5)
