"""The Web API of one gateway: a method an endpoint, and no other requests."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tui.clock import Clock, Moment
from tui.domain.accounts import Account, BrokerageAccounts, Summary
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.ledger import Ledger
from tui.domain.login import Login
from tui.domain.path import Timing
from tui.domain.pnl import DayPnl
from tui.domain.positions import Position
from tui.domain.secret import Secret
from tui.domain.session import AuthStatus, Tickle
from tui.domain.stamped import Stamped
from tui.gateway import funds, translate
from tui.gateway.answers import failure_in, is_gateway_root
from tui.gateway.asker import Answer, Asker
from tui.gateway.book import BookReader, Page, parsed_page
from tui.gateway.connections import Connections
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import BackendDown, GatewayError, NotAGateway, RateLimited, Unexpected, Untrusted
from tui.gateway.faults import Limits
from tui.gateway.login import login
from tui.gateway.subaccounts import AT_ONCE, PAGE_SIZE, Subaccounts, subaccounts
from tui.gateway.websocket import Greeting, greeted

__all__ = ["Answer", "Between", "GatewayClient"]

T = TypeVar("T")
Between = Callable[[Endpoint], Awaitable[object]]
"""Awaited before each request that a question needs beyond its first: where the budget's turns are taken."""

MOST_PAGES = 60
# Old gateways send 30 rows a page, present ones 100: fewer than the smaller is the last page of either.
SMALLEST_PAGE = 30
LONGEST_LOOK = 3.0
_NO_SUCH_ENDPOINT = frozenset({404, 405, 410, 501})
_log = logging.getLogger(__name__)


class GatewayClient:
    """One gateway's endpoints. Every method raises GatewayError (the tree is in tui.gateway.errors) and nothing else.

    The tickle never waits for other requests: it has a connection of its own. Of the others, two are in flight at
    most: one that decides the verdict, and one of all the rest. connect_timeout: seconds for the TCP handshake,
    and again for TLS. read_timeout: seconds between two bytes; a whole request has both together. deadline_at:
    when everything must have ended, None for no such time. transport: takes the place of the network, for tests.
    way_in: headers that the guard before the gateway wants to see, sent to exactly this address.
    For one event loop; end with `aclose`.

    Raises BadCertificateFile and BadAddress, both ValueError, where `ca` or the address can't be used, the latter also
    where `way_in` would go out in the clear.
    """

    def __init__(
        self,
        address: Address,
        *,
        clock: Clock,
        ca: Path | None = None,
        connect_timeout: float = 3.0,
        read_timeout: float = 12.0,
        deadline_at: Moment | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        way_in: Mapping[str, Secret] | None = None,
        log: logging.Logger = _log,
    ) -> None:
        self.address = address
        self._clock = clock
        self._connections = Connections(address, clock, ca, transport, way_in)
        self._limits = Limits(connect_timeout, read_timeout, connect_timeout + read_timeout)
        self._asker = Asker(address, self._connections, self._limits, clock, log)
        self._asker.deadline_at = deadline_at
        self._books = BookReader(clock)
        self._pages_only = self._paged = False

    @property
    def deadline_at(self) -> Moment | None:
        """When every request must have ended; None for no such time."""
        return self._asker.deadline_at

    @deadline_at.setter
    def deadline_at(self, moment: Moment | None) -> None:
        self._asker.deadline_at = moment

    def when_repeated(self, tell: Callable[[Endpoint], None]) -> None:
        """Call `tell` for each request that goes out a second time because its kept connection was no good."""
        self._asker.repeated = tell

    @property
    def dated(self) -> Stamped[datetime] | None:
        """The newest `Date` that an answer bore, UTC, whole seconds, and when it came; None where none did."""
        return self._asker.dated

    @property
    def paged(self) -> bool:
        """Whether the newest positions came from the pages, which IBKR keeps in a cache."""
        return self._paged

    async def auth_status(self) -> Answer[AuthStatus]:
        """What IBKR says of the brokerage session."""
        return await self._asker.ask(Endpoint.AUTH_STATUS, translate.auth_status)

    async def tickle(self) -> Answer[Tickle]:
        """Keep the session alive, and what IBKR says of it meanwhile."""
        return await self._asker.ask(Endpoint.TICKLE, translate.tickle)

    async def sso_validate(self) -> Answer[Login]:
        """The login that was made in the browser: since when, for which region. IBKR allows one question a minute."""
        return await self._asker.ask(Endpoint.VALIDATE, login)

    async def reopen(self, *, compete: bool) -> Answer[AuthStatus]:
        """Open the brokerage session anew within the login; the auth status that results.

        compete: throw out another login that holds it. On the user's word only. An answer that is not authenticated
        is a try that failed; its `message` may tell why.
        """
        body = {"publish": True, "compete": compete}
        return await self._asker.ask(Endpoint.SSODH_INIT, translate.auth_status, body=body)

    async def invalidate_positions(self, account_id: str) -> Answer[None]:
        """Let IBKR read the account anew for the next page of its positions. On the user's word only."""
        return await self._asker.ask(Endpoint.INVALIDATE, lambda _: None, account_id)

    async def portfolio_accounts(self) -> Answer[tuple[Account, ...]]:
        """The accounts of the login; IBKR answers nothing else about the portfolio before this was asked."""
        return await self._asker.ask(Endpoint.PORTFOLIO_ACCOUNTS, translate.accounts)

    async def brokerage_accounts(self) -> Answer[BrokerageAccounts]:
        """Whether this is a paper login, and the accounts' aliases."""
        return await self._asker.ask(Endpoint.BROKERAGE_ACCOUNTS, translate.brokerage_accounts)

    async def summary(self, account_id: str) -> Answer[Summary]:
        """What the account is worth."""
        answer = await self._asker.ask(
            Endpoint.SUMMARY, lambda value: (translate.summary(value), translate.summary_as_of(value)), account_id
        )
        return _dated(answer, *answer.value)

    async def ledger(self, account_id: str) -> Answer[Ledger]:
        """What the account holds in each currency, with the rates to its base currency."""
        answer = await self._asker.ask(Endpoint.LEDGER, funds.ledger, account_id)
        return _dated(answer, answer.value, answer.value.as_of)

    async def pnl(self) -> Answer[Mapping[str, DayPnl] | None]:
        """Every account's day, by account id; None while IBKR has not begun to count, as after the first question.

        It needs the brokerage session, and `brokerage_accounts` asked in it before: see `wants_accounts_first`.
        """
        return await self._asker.ask(Endpoint.PNL, funds.pnl)

    async def subaccounts(self, *, between: Between | None = None) -> Answer[tuple[Account, ...]]:
        """An advisor's sub-accounts: by one question up to a hundred of them, else page by page."""
        first: Answer[Subaccounts] | None = None
        refused: GatewayError | None = None
        try:
            first = await self._asker.ask(Endpoint.SUBACCOUNTS, subaccounts)
            if first.value.received < AT_ONCE and (first.value.total or 0) <= first.value.received:
                return _dated(first, first.value.accounts)
        except (BackendDown, Unexpected) as error:
            refused = error
        try:
            return await self._subaccount_pages(first, between)
        except (BackendDown, Unexpected) as error:
            if first is not None and error.failure.status in _NO_SUCH_ENDPOINT:
                return _dated(first, first.value.accounts)
            raise refused or error from None

    async def positions(self, account_id: str, *, between: Between | None = None) -> Answer[tuple[Position, ...]]:
        """All that the account holds: from the endpoint without a cache, or page by page where that one fails."""
        missing = False
        if not self._pages_only:
            try:
                direct = await self._asker.ask(
                    Endpoint.POSITIONS,
                    lambda value: parsed_page(translate.position_rows(value), account_id),
                    account_id,
                    quick=lambda text: self._books.read(text, account_id),
                )
                self._paged = False
                return _book(direct)
            except (BackendDown, Unexpected) as error:
                missing = error.failure.status in _NO_SUCH_ENDPOINT
            await _turn(between, Endpoint.POSITIONS_PAGE)
        paged = await self._pages(account_id, between)
        self._paged = True
        self._pages_only = self._pages_only or missing
        return _book(paged)

    async def rich_positions(self, account_id: str, *, between: Between | None = None) -> Answer[tuple[Position, ...]]:
        """All that the account holds, from the pages: cached figures, but names, exchanges and last days.

        IBKR's first answer has none of these; those that follow have.
        """
        return _book(await self._pages(account_id, between))

    async def other_scheme(self) -> Failure | None:
        """What one look with the other of http and https shows: WRONG_SCHEME where a gateway answers there.

        NOT_A_GATEWAY where something else does; None where nothing tells.
        """
        other = replace(self.address, scheme="http" if self.address.scheme == "https" else "https")
        read = min(self._limits.read, LONGEST_LOOK)
        limits = Limits(self._limits.connect, read, self._limits.connect + read)
        try:
            received = await self._asker.look(self._connections, other, Endpoint.ROOT, limits)
        except Untrusted as error:
            # TLS where plain HTTP was cut without a byte: just like a gateway, whose certificate never passes.
            return Failure(FailureKind.WRONG_SCHEME, f"{other.scheme} answers here: {error.failure.evidence}")
        except NotAGateway as error:
            return replace(error.failure, evidence=f"over {other.scheme}: {error.failure.evidence}")
        except GatewayError:
            return None
        if is_gateway_root(received, other):
            return Failure(FailureKind.WRONG_SCHEME, f"{other.scheme} answers here", received.status)
        return Failure(FailureKind.NOT_A_GATEWAY, f"over {other.scheme}: {received.evidence}", received.status)

    async def own_answer(self) -> Timing:
        """What the page takes that a gateway answers by itself, and never forwards.

        Raises GatewayError, NotAGateway where the answer is not a gateway's own; RateLimited where it is a 429, which
        is none of its own either, and tells no time.
        """
        exchanged = await self._asker.time(Endpoint.ROOT)
        received = exchanged.received
        if not is_gateway_root(received, self.address):
            await self._asker.forget(Endpoint.ROOT)
            found = failure_in(received, self.address, decides=True)
            if found is not None and found.kind is FailureKind.RATE_LIMITED:
                raise RateLimited(found, replace(exchanged.timing, first_byte=None))
            failure = Failure(FailureKind.NOT_A_GATEWAY, received.evidence, received.status)
            raise NotAGateway(failure, exchanged.timing)
        return exchanged.timing

    async def greeting(self) -> Answer[Greeting]:
        """What a websocket hears that is opened, greeted and closed again, on a connection of its own.

        Raises GatewayError where it was not taken.
        """
        asked = self._clock.now()
        heard = await greeted(self._connections, self.address, self._limits, self._clock, _log)
        return Answer(heard, Timing(), asked, self._clock.now())

    async def aclose(self) -> None:
        """Close all connections. The session at the gateway is left alone."""
        await self._asker.aclose()
        await self._connections.aclose()

    async def _pages(self, account_id: str, between: Between | None) -> Answer[Page]:
        """The pages' rows as one answer, up to a short or empty page, or one that only repeats what was there."""
        first = last = await self._page(account_id, 0)
        rows = list(first.value.rows)
        seen = {translate.identity(row) for row in rows if row.conid is not None}
        as_of = first.value.as_of
        full = max(first.value.full or SMALLEST_PAGE, first.value.received)
        for number in range(1, MOST_PAGES):
            if last.value.received < full:
                break
            await _turn(between, Endpoint.POSITIONS_PAGE)
            page = await self._page(account_id, number)
            # By identity, as prices move between two pages; and a row that slips to the next page counts once.
            new = [row for row in page.value.rows if row.conid is None or translate.identity(row) not in seen]
            if not new or page.value.rows == last.value.rows:
                break
            seen.update(translate.identity(row) for row in new)
            rows += new
            as_of = max(filter(None, (as_of, page.value.as_of)), default=None)
            last = page
        return replace(first, value=Page(tuple(rows), len(rows), None, as_of), at=last.at)

    async def _subaccount_pages(
        self, first: Answer[Subaccounts] | None, between: Between | None
    ) -> Answer[tuple[Account, ...]]:
        """The accounts of `first` and of the pages as one answer, up to a short page or one without new accounts."""
        page = await self._subaccounts_page(0, between)
        first = first or page
        found = {account.id: account for account in first.value.accounts}
        paged: set[str] = set()
        received = 0
        for number in range(1, MOST_PAGES + 1):
            new = {account.id: account for account in page.value.accounts if account.id not in paged}
            paged.update(new)
            found |= {key: new[key] for key in new if key not in found}
            received += page.value.received
            at_end = page.value.total is not None and received >= page.value.total
            short = page.value.received < (page.value.page_size or PAGE_SIZE)
            if at_end or short or not new or number == MOST_PAGES:
                break
            page = await self._subaccounts_page(number, between)
        return replace(_dated(first, tuple(found.values())), at=page.at)

    async def _subaccounts_page(self, number: int, between: Between | None) -> Answer[Subaccounts]:
        await _turn(between, Endpoint.SUBACCOUNTS_PAGE)
        return await self._asker.ask(Endpoint.SUBACCOUNTS_PAGE, subaccounts, page=number)

    async def _page(self, account_id: str, number: int) -> Answer[Page]:
        return await self._asker.ask(
            Endpoint.POSITIONS_PAGE,
            lambda value: parsed_page(translate.position_rows(value), account_id),
            account_id,
            number,
            quick=lambda text: self._books.read(text, account_id, number),
        )


def _book(answer: Answer[Page]) -> Answer[tuple[Position, ...]]:
    return _dated(answer, translate.with_own_keys(answer.value.rows), answer.value.as_of)


def _dated(answer: Answer[Any], value: T, as_of: datetime | None = None) -> Answer[T]:
    """The answer with another value, and the time that the data itself carries."""
    return Answer(value, answer.timing, answer.asked, answer.at, as_of)


async def _turn(between: Between | None, endpoint: Endpoint) -> None:
    if between is not None:
        await between(endpoint)
