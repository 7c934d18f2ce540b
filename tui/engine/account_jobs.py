"""What the engine asks about the accounts: what they are worth, what they hold, and how their day goes."""

import contextlib
from collections.abc import Awaitable, Callable
from operator import is_
from typing import Generic, TypeVar

from tui.clock import Moment, worked
from tui.domain.accounts import ALL, Summary
from tui.domain.advisors import next_in_turn
from tui.domain.events import Event, LedgerSeen, PnlSeen, PositionsSeen, SummarySeen
from tui.domain.failure import Failure
from tui.domain.ledger import Ledger
from tui.domain.pnl import wants_accounts_first
from tui.domain.positions import Position
from tui.domain.rich import Merger, without_rich
from tui.domain.verdict import brokerage_live
from tui.engine.core import Core
from tui.engine.supervise import LONGEST, Backoff
from tui.gateway.client import Answer, Between
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError

T = TypeVar("T")

COST_FACTOR = 150.0
"""A refresh of the positions may take this share of a processor: one part in so many. Its rows cost the screen too."""
LINE_FACTOR = 4.0
"""And this share of the line: over a slow one thousands of rows are under way for seconds."""
SKEW = 60.0
"""Seconds by which IBKR's clock and ours may differ before its data is called older than its arrival."""
LOADING_AGAIN = 3.0
RICH_FIRST, RICH_AGAIN = 15.0, 300.0
RICH_ROWS = 500
"""Rows beyond which the pages are not asked for names and exchanges: they would cost more than they tell."""


def true_at(answer: Answer[T]) -> Moment:
    """When the answer's data was true: when it came, or as long before as IBKR's own time says."""
    if answer.as_of is None:
        return answer.at
    late = (answer.at.wall - answer.as_of).total_seconds()
    return answer.at.plus(-late) if late > SKEW else answer.at


class AccountJob(Generic[T]):
    """Asks one thing about the account that the user looks at, or about all of them in turn.

    endpoint, ask: the question. seen: the event that carries what came of it. interval: seconds from question to
    question.
    """

    def __init__(
        self,
        core: Core,
        name: str,
        interval: float,
        endpoint: Endpoint,
        ask: Callable[[str], Awaitable[Answer[T]]],
        seen: Callable[[str, Moment, str, T | Failure], Event],
    ) -> None:
        self.name = name
        self._core = core
        self._interval = interval
        self._endpoint = endpoint
        self._ask = ask
        self._seen = seen
        self._backoff = Backoff(max(interval, 3.0))
        self._asked: dict[str, Moment] = {}

    async def round(self) -> float:
        """Ask once the portfolio is open; seconds until the next time."""
        core = self._core
        await core.opened(core.primed, self.name)
        account = self._account()
        if account is None:
            return LONGEST
        if core.loading:
            return LOADING_AGAIN
        self._asked[account] = core.now()
        try:
            answer = await core.ask_paged(self._endpoint, lambda between: self._answer(account, between))
        except GatewayError as error:
            core.apply(self._seen(core.gateway, core.now(), account, error.failure))
            return self._backoff.next()
        self._backoff.reset()
        if not self._doubtful(account, answer.value):
            core.apply(self._seen(core.gateway, true_at(answer), account, self._value(account, answer.value)))
        return self._next(answer)

    async def _answer(self, account: str, _between: Between) -> Answer[T]:
        return await self._ask(account)

    def _account(self) -> str | None:
        accounts = self._core.state.accounts
        if accounts.visible != ALL:
            return accounts.visible
        return next_in_turn(accounts.all, None, self._asked)

    def _doubtful(self, _account: str, _value: T) -> bool:
        return False

    def _value(self, _account: str, value: T) -> T:
        return value

    def _next(self, answer: Answer[T]) -> float:
        return max(self._interval - self._core.now().seconds_since(answer.asked), 0.5)


class OthersJob(AccountJob[Summary]):
    """Asks what the accounts are worth that the user does not look at, one after the other, slowly."""

    async def round(self) -> float:
        """Ask about one, after what the user looks at; seconds until the next."""
        await self._core.opened(self._core.shown, self.name)
        return await super().round()

    def _account(self) -> str | None:
        accounts = self._core.state.accounts
        return None if accounts.visible == ALL else next_in_turn(accounts.all, accounts.visible, self._asked)


class PositionsJob(AccountJob[tuple[Position, ...]]):
    """Asks what is held, as often as its cost allows; what only the pages tell is carried over."""

    def __init__(self, core: Core) -> None:
        super().__init__(
            core, "positions", core.state.pace.positions, Endpoint.POSITIONS, core.client.positions, PositionsSeen
        )
        self._emptied: dict[str, Moment] = {}
        self._mergers: dict[str, Merger] = {}
        self._pages = 0
        self._waited = 0.0
        self._worked: float | None = None

    async def round(self) -> float:
        """Ask once the portfolio is open, and where the user wants it for new rows in the pages' cache."""
        core = self._core
        await core.opened(core.primed, self.name)
        account = self._account()
        if account in core.outdated and not core.loading:
            core.outdated.discard(account)
            # Without it the pages answer from their cache; that is no reason not to ask them.
            with contextlib.suppress(GatewayError):
                await core.ask(Endpoint.INVALIDATE, lambda: core.client.invalidate_positions(account))
        return await super().round()

    async def _answer(self, account: str, between: Between) -> Answer[tuple[Position, ...]]:
        self._pages, self._waited = 0, 0.0
        self._worked = worked(self._core.clock)

        async def counted(endpoint: Endpoint) -> None:
            """That a page's turn is waited for costs nobody anything; that it is taken does."""
            began = self._core.now()
            await between(endpoint)
            self._pages += 1
            self._waited += self._core.now().seconds_since(began)

        return await self._core.client.positions(account, between=counted)

    def _doubtful(self, account: str, value: tuple[Position, ...]) -> bool:
        """Nothing, where there was something: for a while that is taken for a session that comes up unseen yet."""
        now = self._core.now()
        book = self._core.state.positions.books.get(account)
        if value or book is None or not book.value:
            self._emptied.pop(account, None)
            return False
        return now.seconds_since(self._emptied.setdefault(account, now)) < 2 * self._core.state.pace.auth

    def _value(self, account: str, value: tuple[Position, ...]) -> tuple[Position, ...]:
        """The very same tuple as before where not a row has changed."""
        merger = self._mergers.setdefault(account, Merger())
        rows = merger(value, self._core.rich.get(account, ()))
        book = self._core.state.positions.books.get(account)
        if book is not None and len(book.value) == len(rows) and all(map(is_, book.value, rows)):
            return book.value
        return rows

    def _next(self, answer: Answer[tuple[Position, ...]]) -> float:
        """The interval, stretched: by every page as by a question, and by what it costs to read thousands of rows."""
        now = self._core.now()
        took = now.seconds_since(answer.asked)
        line = max(took - (answer.timing.first_byte or 0.0) - self._waited, 0.0)
        work = worked(self._core.clock)
        cost = line if work is None or self._worked is None else work - self._worked
        interval = max(self._interval * (1 + self._pages), COST_FACTOR * cost, LINE_FACTOR * line)
        self._core.positions_every(interval)
        return max(interval - took, 0.5)


class RichJob:
    """Asks the pages for names, exchanges and last days, once for every contract."""

    name = "names"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._asked: dict[str, int] = {}
        self._again: dict[str, Moment] = {}

    async def round(self) -> float:
        """Ask where something is missing; seconds until the next look. IBKR's first answer never has it all."""
        core = self._core
        await core.opened(core.shown, self.name)
        account = next((account for account in self._looked_at() if self._misses(account)), None)
        if account is None:
            return RICH_FIRST
        self._asked[account] = self._asked.get(account, 0) + 1
        with contextlib.suppress(GatewayError):  # the rows themselves are there; only their long names are missing
            answer = await core.ask_paged(
                Endpoint.POSITIONS_PAGE, lambda between: core.client.rich_positions(account, between=between)
            )
            core.rich[account] = answer.value
        self._again[account] = core.now().plus(RICH_FIRST if self._asked[account] < 2 else RICH_AGAIN)
        return RICH_FIRST

    def _looked_at(self) -> tuple[str, ...]:
        accounts = self._core.state.accounts
        if accounts.visible == ALL:
            return tuple(account.id for account in accounts.all)
        return () if accounts.visible is None else (accounts.visible,)

    def _misses(self, account: str) -> bool:
        """Whether the pages may tell more of this account's rows, and are to be asked already."""
        core = self._core
        book, again = core.state.positions.books.get(account), self._again.get(account)
        if book is None or len(book.value) > RICH_ROWS or (again is not None and core.now().seconds_until(again) > 0):
            return False
        return bool(without_rich(book.value, core.rich.get(account, ())))


class DayJob:
    """Asks how the accounts' day goes; politely given up for a while where another program asks for it too."""

    name = "day"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._accounts_wanted = 0

    async def round(self) -> float:
        """Ask once there is a brokerage session; seconds until the next time."""
        core = self._core
        await core.opened(core.shown, self.name)
        pace = core.state.pace
        if not brokerage_live(core.state, core.now()):
            return pace.pnl
        try:
            answer = await core.ask(Endpoint.PNL, core.client.pnl)
        except GatewayError as error:
            if wants_accounts_first(error.failure):
                return await self._ask_accounts()
            core.apply(PnlSeen(core.gateway, core.now(), error.failure))
            return pace.pnl
        self._accounts_wanted = 0
        if answer.value is None:
            return 5.0  # the first question only makes IBKR begin to count
        core.apply(PnlSeen(core.gateway, core.now(), answer.value))
        return pace.pnl

    async def _ask_accounts(self) -> float:
        """IBKR wants the brokerage session's accounts asked for before their day; slowly where it goes on so."""
        self._accounts_wanted += 1
        try:
            await self._core.ask(Endpoint.BROKERAGE_ACCOUNTS, self._core.client.brokerage_accounts)
        except GatewayError:
            return self._core.state.pace.pnl
        return 5.0 if self._accounts_wanted == 1 else LONGEST


def summary_job(core: Core) -> AccountJob[Summary]:
    """What the visible account is worth."""
    return AccountJob(core, "summary", core.state.pace.summary, Endpoint.SUMMARY, core.client.summary, SummarySeen)


def others_job(core: Core) -> OthersJob:
    """What the other accounts are worth."""
    return OthersJob(core, "others", core.state.pace.others, Endpoint.SUMMARY, core.client.summary, SummarySeen)


def ledger_job(core: Core) -> AccountJob[Ledger]:
    """What the visible account holds in each currency."""
    return AccountJob(core, "ledger", core.state.pace.summary, Endpoint.LEDGER, core.client.ledger, LedgerSeen)


def positions_job(core: Core) -> PositionsJob:
    """What the visible account holds."""
    return PositionsJob(core)
