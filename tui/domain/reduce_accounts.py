"""The accounts' slice after an event about accounts; of those that the user's settings hide, nothing gets in."""

from collections.abc import Mapping
from dataclasses import replace

from tui.domain.accounts import ALL, Account, AccountsState, Summary
from tui.domain.events import (
    AccountChosen,
    AccountsSeen,
    BrokerageAccountsSeen,
    LedgerSeen,
    PnlSeen,
    SummarySeen,
)
from tui.domain.failure import Failure
from tui.domain.ledger import Ledger
from tui.domain.stamped import Stamped, with_item, without_item

AboutAccounts = AccountsSeen | BrokerageAccountsSeen | SummarySeen | AccountChosen | LedgerSeen | PnlSeen


def accounts_after(accounts: AccountsState, event: AboutAccounts) -> AccountsState:
    """The slice after the event; the same object where the event changes nothing."""
    match event:
        case LedgerSeen() | PnlSeen():
            return _funds(accounts, event)
    return _accounts(accounts, event)


def all_hidden(before: AccountsState, after: AccountsState, event: AboutAccounts) -> bool:
    """Whether it was just now that every account of the login turned out to be hidden."""
    seen = isinstance(event, AccountsSeen) and not isinstance(event.outcome, Failure) and bool(event.outcome)
    return seen and not after.all and (before.accounts is None or bool(before.all))


def _funds(accounts: AccountsState, event: LedgerSeen | PnlSeen) -> AccountsState:
    match event:
        case LedgerSeen(account=account) if account in accounts.hidden:
            return accounts
        case LedgerSeen(outcome=Ledger() as ledger):
            return replace(
                accounts,
                ledgers=with_item(accounts.ledgers, event.account, Stamped(ledger, event.at)),
                ledger_failures=without_item(accounts.ledger_failures, event.account),
            )
        case LedgerSeen(outcome=Failure() as failure):
            failures = with_item(accounts.ledger_failures, event.account, Stamped(failure, event.at))
            return replace(accounts, ledger_failures=failures)
        case PnlSeen(outcome=Failure() as failure):
            return replace(accounts, pnl_failure=Stamped(failure, event.at))
        case PnlSeen(outcome=Mapping() as pnl):
            shown = {account: day for account, day in pnl.items() if account not in accounts.hidden}
            return replace(accounts, pnl=Stamped(shown, event.at), pnl_failure=None)
    return accounts


def _accounts(
    accounts: AccountsState, event: AccountsSeen | BrokerageAccountsSeen | SummarySeen | AccountChosen
) -> AccountsState:
    match event:
        case AccountsSeen(outcome=Failure() as failure):
            return replace(accounts, failure=Stamped(failure, event.at))
        case AccountsSeen(outcome=tuple() as everybody):
            seen = tuple(account for account in everybody if account.id not in accounts.hidden)
            return replace(
                accounts,
                accounts=Stamped(seen, event.at),
                failure=None,
                visible=_still_visible(accounts.visible, seen),
            )
        case BrokerageAccountsSeen():
            return replace(accounts, brokerage=Stamped(event.outcome, event.at))
        case SummarySeen(account=account) if account in accounts.hidden:
            return accounts
        case SummarySeen(outcome=Failure() as failure):
            failures = with_item(accounts.summary_failures, event.account, Stamped(failure, event.at))
            return replace(accounts, summary_failures=failures)
        case SummarySeen(outcome=Summary() as summary):
            return replace(
                accounts,
                summaries=with_item(accounts.summaries, event.account, Stamped(summary, event.at)),
                summary_failures=without_item(accounts.summary_failures, event.account),
            )
        case AccountChosen():
            if event.account != accounts.visible and _can_be_chosen(event.account, accounts.all):
                return replace(accounts, visible=event.account)
    return accounts


def _can_be_chosen(wanted: str | None, accounts: tuple[Account, ...]) -> bool:
    return any(account.id == wanted for account in accounts) or (wanted == ALL and len(accounts) > 1)


def _still_visible(wanted: str | None, accounts: tuple[Account, ...]) -> str | None:
    return wanted if _can_be_chosen(wanted, accounts) else next((account.id for account in accounts), None)
