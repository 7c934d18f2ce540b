"""The slow count finds every way in which the limits can be broken."""

import pytest

from tests.support.limits import TICKLE, Sent, broken_limits

SUMMARY = "GET /v1/api/portfolio/{id}/summary"
PNL = "GET /v1/api/iserver/account/pnl/partitioned"


def at(*times: float, endpoint: str = SUMMARY) -> list[Sent]:
    return [Sent(time, endpoint) for time in times]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (at(0, 0.1, 0.2, 0.9), "4 requests in the 1.0 s"),
        (at(*range(60), 59.5), "61 requests in the 60.0 s"),
        (at(0, 4.9, endpoint=PNL), f"{PNL} at 0 and again at 4.9"),
        (at(0, 0.9, endpoint=TICKLE), f"{TICKLE} at 0 and again at 0.9"),
        ([Sent(0, PNL, limited=True), Sent(899, PNL)], f"{PNL} at 899 after the 429 at 0"),
        (
            [Sent(0, PNL, limited=True), Sent(59, SUMMARY, limited=True), Sent(950, TICKLE), Sent(958, "x")],
            "x at 958 after the 429 at 59",
        ),
        ([Sent(0, TICKLE, limited=True), Sent(5, TICKLE)], "a fast tickle at 5 after a 429 at 0"),
    ],
)
def test_it_finds(sent: list[Sent], said: str) -> None:
    assert any(said in each for each in broken_limits(sent))


@pytest.mark.parametrize(
    "sent",
    [
        at(0, 0.1, 0.2, 1.0, 1.1),
        at(*range(120)),
        at(0, 5, 10, endpoint=PNL),
        [Sent(0, PNL, limited=True), Sent(5, SUMMARY), Sent(900, PNL)],
        [Sent(0, PNL, limited=True), Sent(59, SUMMARY, limited=True), Sent(100, TICKLE), Sent(959, "x")],
        [Sent(0, PNL, limited=True), Sent(60, SUMMARY, limited=True), Sent(70, "x")],
        [Sent(0, TICKLE, limited=True), Sent(60, TICKLE)],
    ],
)
def test_it_finds_nothing_where_nothing_is(sent: list[Sent]) -> None:
    assert broken_limits(sent) == []
