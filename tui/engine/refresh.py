"""Asking everything anew on the user's word: within the budget, and saying what is asked, or why nothing is."""

from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.accounts import ALL
from tui.domain.text import clock_time
from tui.domain.verdict import brokerage_live
from tui.engine.core import Core
from tui.gateway.endpoints import Endpoint

NOT_WITHIN = 3.0
"""Seconds from one refresh to the next."""

_PORTFOLIO = (
    ("accounts", Endpoint.PORTFOLIO_ACCOUNTS),
    ("positions", Endpoint.POSITIONS),
    ("summary", Endpoint.SUMMARY),
    ("ledger", Endpoint.LEDGER),
)
_DAY = ("day", Endpoint.PNL)


@dataclass(frozen=True, slots=True)
class Anew:
    """What came of the wish. text: a sentence for the user. accepted: whether anything is asked."""

    text: str
    accepted: bool


def refresh(core: Core, last: Moment | None) -> Anew:
    """Wake every job that may ask now; each still waits for its turn in the budget. last: the refresh before."""
    now = core.now()
    if last is not None and now.seconds_since(last) < NOT_WITHIN:
        return Anew(f"Not refreshed: the last time is less than {NOT_WITHIN:.0f} s ago.", False)
    if core.hanging.is_set():
        return Anew("Not refreshed: the gateway takes questions and answers none; it is asked again by itself.", False)
    if (held := core.budget.penalty(Endpoint.AUTH_STATUS)) > 0:
        return Anew(f"Not refreshed: IBKR asked to slow down (429), until {clock_time(now.plus(held).wall)}.", False)
    core.wake("auth status")
    if not core.portfolio.is_set():
        return Anew("Asked anew: the session; nothing else can be asked without a login.", True)
    day = (_DAY,) if brokerage_live(core.state, now) else ()
    held_by = {name: core.budget.penalty(endpoint) for name, endpoint in (*_PORTFOLIO, *day)}
    asked = [name for name, seconds in held_by.items() if seconds == 0]
    if core.client.paged and "positions" in asked:
        core.outdated.update(_looked_at(core))
    core.wake(*asked)
    refused = [f"{name} until {clock_time(now.plus(wait).wall)}" for name, wait in held_by.items() if wait > 0]
    after = f" Not asked after a 429: {', '.join(refused)}." if refused else ""
    return Anew(f"Asked anew: {', '.join(('session', *asked))}.{after}", True)


def _looked_at(core: Core) -> tuple[str, ...]:
    accounts = core.state.accounts
    if accounts.visible == ALL:
        return tuple(account.id for account in accounts.all)
    return () if accounts.visible is None else (accounts.visible,)
