"""What IBKR's timing headers say, and what else may stand there."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.gateway.timing_headers import ibkr_part

RECORDED = "cdn-cache; desc=MISS, edge; dur=4, origin; dur=37"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("Server-Timing", RECORDED), ("X-Response-Time", "17ms")], 0.041),
        ([("X-Response-Time", "17ms"), ("Server-Timing", RECORDED)], 0.041),
        ([("Server-Timing", "origin;dur=37")], 0.037),
        ([("Server-Timing", 'origin; desc="a, b; dur=9"; dur=37.5')], 0.0375),
        ([("Server-Timing", 'ORIGIN; DUR="37", Edge;dur=4')], 0.041),
        # A proxy on the way adds a header of its own, before or behind it.
        ([("Server-Timing", RECORDED), ("Server-Timing", 'cfL4;desc="?proto=TCP&rtt=1"')], 0.041),
        ([("Server-Timing", 'cfL4;desc="?proto=TCP,rtt=1"'), ("Server-Timing", RECORDED)], 0.041),
        ([("Server-Timing", "origin;dur=1, origin;dur=99")], 0.001),
        ([("X-Response-Time", " 17 MS ")], 0.017),
        ([("X-Response-Time", "0.017s")], 0.017),
        ([("X-Response-Time", "0ms")], 0.0),
        ([("Server-Timing", "edge; dur=4"), ("X-Response-Time", "17ms")], 0.017),
        ([("Server-Timing", "edge; dur=4")], None),
        ([("Server-Timing", "origin"), ("X-Response-Time", "x")], None),
        ([("Server-Timing", "origin; dur=-1")], None),
        ([("Server-Timing", "origin; dur=1e9")], None),
        ([("Server-Timing", "origin; dur=inf")], None),
        ([("Server-Timing", "origin; duration=37")], None),
        ([("X-Response-Time", "17")], None),
        ([("X-Response-Time", "\u0661ms".encode().decode("latin-1"))], None),
        # More than the whole took: that can't be.
        ([("Server-Timing", "origin; dur=501")], None),
        ([("X-Response-Time", "601s")], None),
        ([], None),
    ],
)
def test_ibkrs_own_part(headers: list[tuple[str, str]], seconds: float | None) -> None:
    found = ibkr_part(httpx.Headers([(k.encode(), v.encode("latin-1")) for k, v in headers]), 0.5)
    assert found == (None if seconds is None else pytest.approx(seconds))


def test_without_a_measured_whole_there_is_no_part() -> None:
    assert ibkr_part(httpx.Headers({"x-response-time": "17ms"}), None) is None


@given(
    st.text(st.sampled_from('origneduc;=, ."0123456789ms-'), max_size=80),
    st.text(st.sampled_from("0123456789. ms-e"), max_size=20),
    st.floats(0, 1000),
)
def test_any_header_gives_a_part_of_the_whole_or_nothing(timing: str, response: str, whole: float) -> None:
    found = ibkr_part(httpx.Headers({"server-timing": timing, "x-response-time": response}), whole)
    assert found is None or 0 <= found <= whole


@given(st.integers(0, 400), st.integers(0, 90), st.sampled_from(["", "cdn-cache; desc=HIT, ", 'x;desc="a,b", ']))
def test_what_is_said_is_read(origin: int, edge: int, before: str) -> None:
    text = f"{before}edge; dur={edge}, origin; dur={origin}"
    assert ibkr_part(httpx.Headers({"server-timing": text}), 1.0) == pytest.approx((origin + edge) / 1000)
