"""What asking costs: when two of them show the same."""

from dataclasses import replace

import pytest

from tests.support.happenings import at
from tui.domain.traffic import Traffic, same

ONE = Traffic(0.4, 0.9, 1, at(900), False)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (None, ONE, False),
        (ONE, ONE, True),
        (ONE, replace(ONE, until=at(900.4)), True),
        (ONE, replace(ONE, until=at(902)), False),
        (ONE, replace(ONE, until=None), False),
        (replace(ONE, until=None), ONE, False),
        (replace(ONE, until=None), replace(ONE, until=None), True),
        (ONE, replace(ONE, own=0.5), False),
        (ONE, replace(ONE, all=1.0), False),
        (ONE, replace(ONE, limited=2), False),
        (ONE, replace(ONE, everything=True), False),
    ],
)
def test_what_shows_the_same(one: Traffic | None, other: Traffic, is_same: bool) -> None:
    assert same(one, other) is is_same
