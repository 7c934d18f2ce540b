"""The accounts that the login may see, and what each is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tui.domain.failure import Failure
from tui.domain.stamped import Stamped


@dataclass(frozen=True, slots=True)
class Account:
    """One account. Titles and names are personal data and are not kept. paper: None where nothing tells."""

    id: str
    currency: str | None = None
    alias: str | None = None
    paper: bool | None = None


@dataclass(frozen=True, slots=True)
class BrokerageAccounts:
    """What `/iserver/accounts` tells: whether this is a paper login, and the accounts' aliases by id."""

    paper: bool | None
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """What an account is worth, in its base currency; None where IBKR did not say."""

    currency: str | None
    net_liquidation: Decimal | None
    cash: Decimal | None


@dataclass(frozen=True, slots=True)
class AccountsState:
    """The accounts' slice. visible: the id of the account that the user looks at, None until one is known.

    paper: what `/iserver/accounts` said of the login. failure: why the newest look at the list failed, None
    after a good one. summaries, summary_failures: by account id.
    """

    accounts: Stamped[tuple[Account, ...]] | None = None
    failure: Stamped[Failure] | None = None
    brokerage: Stamped[BrokerageAccounts] | None = None
    visible: str | None = None
    summaries: Mapping[str, Stamped[Summary]] = field(default_factory=dict)
    summary_failures: Mapping[str, Stamped[Failure]] = field(default_factory=dict)

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
