"""Stamps tell ages, and mappings are never changed in place."""

from dataclasses import FrozenInstanceError

import pytest

from tests.support.states import NOW, ago
from tui.domain.stamped import Stamped, with_item, without_item


def test_a_stamp_tells_the_age() -> None:
    stamped = Stamped("value", ago(12.5))
    assert stamped.age(NOW) == pytest.approx(12.5)
    with pytest.raises(FrozenInstanceError):
        stamped.value = "other"  # type: ignore[misc]


def test_mappings_are_copied_not_changed() -> None:
    before = {"a": 1}
    assert with_item(before, "b", 2) == {"a": 1, "b": 2}
    assert with_item(before, "a", 3) == {"a": 3}
    assert without_item(before, "a") == {}
    assert without_item(before, "b") is before
    assert before == {"a": 1}
