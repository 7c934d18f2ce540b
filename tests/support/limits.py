"""The contract's *How much it may ask*, counted the slow and plain way over everything that was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

TICKLE = "POST /v1/api/tickle"
OWN_LIMITS = {
    TICKLE: 1.0,
    "GET /v1/api/sso/validate": 300.0,
    "GET /v1/api/portfolio/accounts": 5.0,
    "GET /v1/api/portfolio/subaccounts": 5.0,
    "GET /v1/api/iserver/account/pnl/partitioned": 5.0,
    "POST /v1/api/iserver/auth/ssodh/init": 60.0,
}
"""Seconds between two requests to one endpoint."""
QUARTER = 900.0
SLACK = 1e-4
"""Seconds within which two readings of a clock are the same."""


@dataclass(frozen=True)
class Sent:
    """A request that went out. limited: it was answered 429 at once."""

    at: float
    endpoint: str
    by: str = ""
    limited: bool = False


def broken_limits(sent: Sequence[Sent]) -> list[str]:
    """What these requests, of all processes together, broke; in the order of `sent`, which is that of their times."""
    found = []
    for number, first in enumerate(sent):
        for most, seconds in ((3, 1.0), (60, 60.0)):
            within = _within(sent, number, seconds)
            if len(within) > most:
                found.append(f"{len(within)} requests in the {seconds} s from {first.at}")
        apart = OWN_LIMITS.get(first.endpoint, 0.0)
        same = [each for each in _within(sent, number, apart)[1:] if each.endpoint == first.endpoint]
        if same:
            found.append(f"{first.endpoint} at {first.at} and again at {same[0].at}")
        if first.limited:
            found += _in_spite_of(first, number, sent)
    return found


def _within(sent: Sequence[Sent], number: int, seconds: float) -> list[Sent]:
    """Those from that one on that went out in the seconds from it."""
    end = sent[number].at + seconds - SLACK
    return list(takewhile(lambda each: each.at < end, islice(sent, number, None)))


def _in_spite_of(refused: Sent, number: int, sent: Sequence[Sent]) -> list[str]:
    """What went out into the quarter of an hour after a 429. The tickle keeps its minute."""
    second = any(each.limited and refused.at - each.at < 60.0 - SLACK for each in sent[:number])
    found = []
    for each in sent[number + 1 :]:
        if each.at >= refused.at + QUARTER - SLACK:
            break
        if each.endpoint == TICKLE:
            if refused.endpoint == TICKLE and each.at < refused.at + 49.0:
                found.append(f"a fast tickle at {each.at} after a 429 at {refused.at}")
        elif second or each.endpoint == refused.endpoint:
            found.append(f"{each.endpoint} at {each.at} after the 429 at {refused.at}")
    return found
