"""A log says where something went wrong, never with which values."""

from carefolio.base.logs import where


def fall(secret):
    raise ValueError(f"cannot read {secret}")


def test_kind_and_lines_are_told_and_the_message_is_not():
    try:
        fall("Patient Ada Quinn")
    except ValueError as problem:
        told = where(problem)
    assert told.startswith("ValueError at test_logs.py:")
    assert told.count("test_logs.py:") == 2
    assert "Ada" not in told
