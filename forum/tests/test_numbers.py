"""Numbers that came from outside."""

import pytest

from forum.text.numbers import whole_number


@pytest.mark.parametrize(("value", "number"), [("1", 1), ("042", 42), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are_a_number(value, number):
    assert whole_number(value) == number


@pytest.mark.parametrize("value", [None, "", "0", "-1", "+1", " 1", "1.0", "²", "١", "1\0", "9" * 19, "9" * 5000])
def test_whatever_else_is_none(value):
    assert whole_number(value) is None
