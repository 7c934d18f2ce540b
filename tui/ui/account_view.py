"""Accounts as the screen sees them: the slice that the pane is given, and what is known of one or of all together."""

from dataclasses import dataclass
from decimal import Decimal

from tui.clock import Moment
from tui.domain.accounts import ALL, Account, AccountsState, Summary
from tui.domain.stamped import Stamped
from tui.domain.state import Pace
from tui.domain.together import common_currency, merged_day, merged_summary
from tui.ui.line import Line, Part, Tone, line
from tui.ui.masking import masked_amount, masked_id, masked_name

_UNKNOWN = Summary(None, None, None)


@dataclass(frozen=True, slots=True)
class AccountsView:
    """The slice: the accounts, and the pace that tells what is old. masked: nobody may see amounts and ids."""

    accounts: AccountsState
    pace: Pace
    masked: bool = False

    def id(self, account_id: str) -> str:
        """The account's id as it is shown."""
        return masked_id(account_id) if self.masked else account_id

    def name(self, alias: str | None) -> str | None:
        """An account's alias as it is shown."""
        return masked_name(alias) if self.masked else alias

    def amount(self, text: str) -> str:
        """An amount as it is shown."""
        return masked_amount(text) if self.masked else text


@dataclass(frozen=True, slots=True)
class Worth:
    """One account, or all together: how it is called, and what is known of it; None for what is not.

    place: which of how many, empty for the only one. fresh_for: seconds for which the summary counts as fresh.
    """

    id: str
    alias: str | None
    place: str
    currency: str | None
    summary: Stamped[Summary] | None
    day: Decimal | None
    fresh_for: float

    @property
    def known(self) -> Summary:
        """The summary, all unknown where there is none."""
        return self.summary.value if self.summary else _UNKNOWN

    def stale(self, now: Moment) -> bool:
        """True where the summary may no longer be so."""
        return self.summary is not None and self.summary.age(now) > self.fresh_for


def worth_of(view: AccountsView, account: Account, place: str = "") -> Worth:
    """What is known of one account."""
    state, pace = view.accounts, view.pace
    count = len(state.all)
    summary = state.summaries.get(account.id)
    day = state.pnl.value.get(account.id) if state.pnl else None
    if state.visible == ALL:
        interval = pace.summary * count
    elif state.visible == account.id:
        interval = pace.summary
    else:  # the others are asked about in turn
        interval = pace.others * max(count - 1, 1)
    return Worth(
        account.id,
        _alias(state, account),
        place,
        (summary.value.currency if summary else None) or account.currency,
        summary,
        day.daily if day else None,
        pace.fresh_for(interval),
    )


def worth_of_all(view: AccountsView) -> Worth:
    """What is known of all accounts together."""
    state, pace = view.accounts, view.pace
    count = len(state.all)
    summary, day = merged_summary(state), merged_day(state)
    # Together they are as old as the oldest, and that is asked about again when all others have been.
    interval = (pace.summary if state.visible == ALL else pace.others) * count
    fresh_for = pace.fresh_for(interval)
    daily = day.daily if day else None
    return Worth(ALL, None, f"{count} accounts", common_currency(state), summary, daily, fresh_for)


def looked_at(view: AccountsView) -> Worth | None:
    """What the user looks at; None where nothing is known yet."""
    state = view.accounts
    if state.visible == ALL and len(state.all) > 1:
        return worth_of_all(view)
    found = next((pair for pair in enumerate(state.all, 1) if pair[1].id == state.visible), None)
    if found is None:
        return None
    at, account = found
    return worth_of(view, account, f"{at} of {len(state.all)}" if len(state.all) > 1 else "")


def found(view: AccountsView, query: str) -> tuple[Account, ...]:
    """The accounts whose id or alias has every word of the query in it, regardless of case; all where it is blank."""
    words = query.casefold().split()
    state = view.accounts
    if not words:
        return state.all

    def said(account: Account) -> str:
        return f"{account.id}\n{_alias(state, account) or ''}".casefold()

    return tuple(account for account in state.all if all(word in said(account) for word in words))


def search_line(view: AccountsView, query: str) -> Line:
    """`12 of 300 · fam`: how many accounts the query finds; nothing where it is blank. It is masked as an id is."""
    words = " ".join(query.split())
    if not words:
        return ()
    count = f"{len(found(view, query)) or 'none'} of {len(view.accounts.all)}"
    return line(count, Part(" · ", Tone.MUTED), view.name(words) or "")


def _alias(state: AccountsState, account: Account) -> str | None:
    """The name that the user gave the account."""
    known = state.brokerage.value.aliases.get(account.id) if state.brokerage else None
    alias = account.alias or known
    return None if alias == account.id else alias


def day_stale(view: AccountsView, now: Moment) -> bool:
    """True where the day's profit and loss may no longer be so."""
    pnl = view.accounts.pnl
    return pnl is not None and pnl.age(now) > view.pace.fresh_for(view.pace.pnl)
