"""Go's durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.path.durations import seconds

UNITS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "µs": 10**3, "ns": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("87ms", 0.087),
        ("1.5s", 1.5),
        ("1m2.5s", 62.5),
        ("2h45m", 9900.0),
        ("150µs", 0.00015),
        ("150μs", 0.00015),
        ("150us", 0.00015),
        ("12ns", 1.2e-8),
        (".5s", 0.5),
        ("0s", 0.0),
        ("0", 0.0),
        ("+3ms", 0.003),
        (" 3ms ", 0.003),
    ],
)
def test_what_go_prints(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["", "87", "ms", "1.5", "-3ms", "3 ms", "1s2", "x1s", "1..5s", "1e3s", "٣ms", "1d", "s1", "1" * 65 + "s"]
)
def test_what_is_none(text: str) -> None:
    assert seconds(text) is None


@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(sorted(UNITS))), min_size=1, max_size=4))
def test_parts_add_up(parts: list[tuple[int, str]]) -> None:
    text = "".join(f"{count}{unit}" for count, unit in parts)
    assert seconds(text) == pytest.approx(sum(count * UNITS[unit] for count, unit in parts) / 10**9)


@given(st.text(alphabet="0123456789.hmsuµn+- x", max_size=80))
def test_any_text_is_seconds_from_0_on_or_none(text: str) -> None:
    found = seconds(text)
    assert found is None or 0 <= found < float("inf")
