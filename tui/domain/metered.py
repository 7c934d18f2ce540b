"""What a way costs that counts every request against an allowance, and which ways do so unless the settings differ."""

from tui.domain.address import Address
from tui.domain.state import Pace

FREE_MONTHLY = 20_000
"""Requests a month that ngrok's free plan allows."""
METERED_EVERY = 300.0
"""Seconds between two questions for the status over a metered way (contract: *How much it may ask*)."""
MONTH = 30 * 86_400.0
# ngrok's other domains come with its paid plans; ngrok.io was the free one before, and many still have it.
_FREE_DOMAINS = ("ngrok-free.app", "ngrok-free.dev", "ngrok.io", "ngrok.pizza")
_ASKED = ("auth", "accounts", "summary", "summary", "others", "pnl", "positions")


def metered_by_default(address: Address) -> bool:
    """Whether the address is one of a plan that counts requests, as far as its name tells."""
    return address.within(_FREE_DOMAINS)


def monthly_cost(pace: Pace, keep_alive: bool) -> int:
    """Requests in thirty days at that pace, for a monitor with several accounts that runs all the time.

    keep_alive: whether the tickle is sent. What is asked on the user's word only is not in it.
    """
    every: list[float] = [getattr(pace, kind) for kind in _ASKED if kind not in pace.on_word]
    every += [pace.tickle] if keep_alive else []
    return round(sum(MONTH / each for each in every))
