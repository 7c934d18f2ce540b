"""The accounts that the login may see, and what each is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tui.domain.failure import Failure
from tui.domain.ledger import Ledger
from tui.domain.pnl import DayPnl
from tui.domain.stamped import Stamped

ALL = "All"
"""Stands where an account id does, for all accounts together."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account. Titles and names are personal data and are not kept. paper: None where nothing tells.

    advisor: whether the login is an advisor's, with sub-accounts; None where the answer did not say.
    """

    id: str
    currency: str | None = None
    alias: str | None = None
    paper: bool | None = None
    advisor: bool | None = None


@dataclass(frozen=True, slots=True)
class BrokerageAccounts:
    """What `/iserver/accounts` tells: whether this is a paper login, and the accounts' aliases by id."""

    paper: bool | None
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """What an account is worth, in its base currency; None where IBKR did not say.

    cushion: excess liquidity as a share of the net liquidation value (1 is all of it).
    """

    currency: str | None
    net_liquidation: Decimal | None
    cash: Decimal | None
    excess_liquidity: Decimal | None = None
    buying_power: Decimal | None = None
    available_funds: Decimal | None = None
    maintenance_margin: Decimal | None = None
    cushion: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AccountsState:
    """The accounts' slice. visible: the id of the account that the user looks at, None until one is known.

    paper: what `/iserver/accounts` said of the login. failure: why the newest look at the list failed, None
    after a good one. summaries, ledgers and their failures: by account id. pnl: the day by account id.
    hidden: the ids that the user's settings hide; nothing is kept of them, and nothing asked.
    """

    accounts: Stamped[tuple[Account, ...]] | None = None
    failure: Stamped[Failure] | None = None
    brokerage: Stamped[BrokerageAccounts] | None = None
    visible: str | None = None
    ledgers: Mapping[str, Stamped[Ledger]] = field(default_factory=dict)
    ledger_failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)
    pnl: Stamped[Mapping[str, DayPnl]] | None = None
    pnl_failure: Stamped[Failure] | None = None
    summaries: Mapping[str, Stamped[Summary]] = field(default_factory=dict)
    summary_failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    @property
    def all(self) -> tuple[Account, ...]:
        """The accounts as last seen, or none."""
        return self.accounts.value if self.accounts else ()

    @property
    def paper(self) -> bool | None:
        """True for a paper login, False for a live one, None while nothing tells: it is never assumed."""
        if self.brokerage is not None and self.brokerage.value.paper is not None:
            return self.brokerage.value.paper
        marks = {account.paper for account in self.all}
        return marks.pop() if len(marks) == 1 else None
