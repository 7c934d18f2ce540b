"""What the client asks about logins, funds, sub-accounts and pages: which requests, and what of them it keeps."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.support.clock import ManualClock
from tests.support.recordings import recorded
from tui.domain.address import Address
from tui.domain.pnl import wants_accounts_first
from tui.gateway.client import MOST_PAGES, GatewayClient
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import BackendDown, GatewayError, LoginRequired, RateLimited, Unexpected

Handler = Callable[[httpx.Request], httpx.Response]


class Gateway:
    """A client's transport that keeps what it is asked. turns: the endpoints for which `between` was awaited."""

    def __init__(self, handler: Handler) -> None:
        self.asked: list[str] = []
        self.turns: list[Endpoint] = []
        self._handler = handler
        self.client = GatewayClient(
            Address("https", "localhost", 5000), clock=ManualClock(), transport=httpx.MockTransport(self._answer)
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = str(request.url).removeprefix("https://localhost:5000/v1/api")
        self.asked.append(f"{request.method} {path}")
        return self._handler(request)

    async def between(self, endpoint: Endpoint) -> None:
        self.turns.append(endpoint)


def always(value: object, status: int = 200) -> Gateway:
    return Gateway(lambda _: httpx.Response(status, json=value))


@pytest.mark.parametrize(
    ("ask", "body", "request_line"),
    [
        (lambda c: c.sso_validate(), {}, "GET /sso/validate"),
        (lambda c: c.ledger("U1234567"), {}, "GET /portfolio/U1234567/ledger"),
        (lambda c: c.pnl(), {"upnl": {}}, "GET /iserver/account/pnl/partitioned"),
        (lambda c: c.subaccounts(), [], "GET /portfolio/subaccounts"),
        (lambda c: c.rich_positions("U1234567"), [], "GET /portfolio/U1234567/positions/0"),
    ],
)
async def test_each_asks_its_endpoint_once(ask: Any, body: object, request_line: str) -> None:
    gateway = always(body)
    await ask(gateway.client)
    assert gateway.asked == [request_line]


@pytest.mark.parametrize("method", ["ledger", "rich_positions"])
@pytest.mark.parametrize("account", ["", "../x", "U1?x=1"])
async def test_an_id_that_is_none_is_never_sent(method: str, account: str) -> None:
    gateway = always([])
    with pytest.raises(Unexpected, match="no account id"):
        await getattr(gateway.client, method)(account)
    assert gateway.asked == []


async def test_answers_carry_the_time_of_their_data() -> None:
    time = datetime(2026, 4, 2, 22, 40, 6, tzinfo=UTC)
    ledger = recorded_gateway("ledger")
    assert (await ledger.client.ledger("U1")).as_of == time
    summary = await recorded_gateway("summary_seconds").client.summary("U1")
    assert (summary.as_of, summary.value.net_liquidation) == (time, Decimal("1005165.5"))
    assert (await always({}).client.summary("U1")).as_of is None


def recorded_gateway(name: str) -> Gateway:
    content = recorded(name)
    return Gateway(lambda _: httpx.Response(200, json=plain(content)))


def plain(value: Any) -> Any:
    """The value with its Decimals as JSON's numbers."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value


async def test_profit_and_loss_before_the_accounts_were_asked_for() -> None:
    gateway = always({"error": "Bad Request: Please query /accounts first", "statusCode": 400}, 400)
    with pytest.raises(GatewayError) as raised:
        await gateway.client.pnl()
    assert wants_accounts_first(raised.value.failure)


async def test_a_login_that_is_gone() -> None:
    with pytest.raises(LoginRequired):
        await always(None, 401).client.sso_validate()


def advisor(
    count: int, *, at_once: int | None = 100, page_size: int = 20, bare: bool = False, pages: int | None = 200
) -> Gateway:
    """Has that many sub-accounts. at_once: listed by the one question, None where it fails. pages: their status."""
    every = [{"id": f"U{n:05}", "faclient": True} for n in range(count)]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/subaccounts"):
            return (
                httpx.Response(500, json={"error": "x"})
                if at_once is None
                else httpx.Response(200, json=every[:at_once])
            )
        if pages != 200:
            return httpx.Response(pages or 404, json={"error": "x"})
        number = int(request.url.params["page"])
        rows = every[number * page_size : (number + 1) * page_size]
        metadata = {"total": count, "pageSize": page_size, "pageNum": number}
        return httpx.Response(200, json=rows if bare else {"metadata": metadata, "subaccounts": rows})

    return Gateway(answer)


@pytest.mark.parametrize(
    ("gateway", "count", "requests"),
    [
        (advisor(0), 0, 1),
        (advisor(99), 99, 1),
        (advisor(100), 100, 1 + 5),
        (advisor(100, bare=True), 100, 1 + 6),
        (advisor(145), 145, 1 + 8),
        (advisor(145, bare=True), 145, 1 + 8),
        (advisor(45, at_once=None), 45, 1 + 3),
        (advisor(45, at_once=None, page_size=50), 45, 1 + 1),
        (advisor(0, at_once=None, bare=True), 0, 1 + 1),
        (advisor(145, pages=404), 100, 1 + 1),
    ],
)
async def test_all_subaccounts_by_as_few_questions_as_will_do(gateway: Gateway, count: int, requests: int) -> None:
    answer = await gateway.client.subaccounts(between=gateway.between)
    assert [account.id for account in answer.value] == [f"U{n:05}" for n in range(count)]
    assert len(gateway.asked) == requests
    assert gateway.turns == [Endpoint.SUBACCOUNTS_PAGE] * (requests - 1)
    assert gateway.asked[1:] == [f"GET /portfolio/subaccounts2?page={n}" for n in range(requests - 1)]


async def test_pages_of_accounts_that_never_end_do() -> None:
    same = Gateway(lambda _: httpx.Response(200, json=[{"id": f"U{n}"} for n in range(100)]))
    assert len((await same.client.subaccounts()).value) == 100
    assert len(same.asked) == 3
    endless = advisor(10**4, at_once=None, bare=True)
    assert len((await endless.client.subaccounts()).value) == MOST_PAGES * 20


@pytest.mark.parametrize(("at_once", "status"), [(None, 500), (None, 404), (100, 500)])
async def test_subaccounts_that_can_not_be_had(at_once: int | None, status: int) -> None:
    gateway = advisor(145, at_once=at_once, pages=status)
    with pytest.raises(BackendDown):
        await gateway.client.subaccounts()
    assert len(gateway.asked) == 2


async def test_a_limit_is_not_worked_around_by_pages() -> None:
    gateway = always({"error": "x"}, 429)
    with pytest.raises(RateLimited):
        await gateway.client.subaccounts()
    assert gateway.asked == ["GET /portfolio/subaccounts"]


def paged(rows: int, *, page: Callable[[int], int] = lambda number: number, moved: int = 0) -> Gateway:
    """Holds `rows` in pages of 100, with prices that never stand still. page: which one it takes a number for.

    moved: how many rows slip to the next page between two questions.
    """

    def answer(request: httpx.Request) -> httpx.Response:
        if "portfolio2" in request.url.path:
            return httpx.Response(503, json={"error": "x"})
        number = page(int(request.url.path.rpartition("/")[2]))
        start = max(0, number * 100 - moved)
        return httpx.Response(
            200,
            json=[
                {"acctId": "U1", "conid": n, "contractDesc": f"S{n}", "mktPrice": len(gateway.asked), "pageSize": 100}
                for n in range(start, min(rows, number * 100 + 100))
            ],
        )

    gateway = Gateway(answer)
    return gateway


@pytest.mark.parametrize(
    ("gateway", "rows", "requests"),
    [
        (paged(250), 250, 1 + 3),
        (paged(250, moved=3), 250, 1 + 3),
        (paged(100, page=lambda _: 0), 100, 1 + 2),
    ],
)
async def test_a_row_counts_once_though_prices_move_between_pages(gateway: Gateway, rows: int, requests: int) -> None:
    answer = await gateway.client.positions("U1", between=gateway.between)
    assert sorted(row.symbol for row in answer.value) == sorted(f"S{n}" for n in range(rows))
    assert len(gateway.asked) == requests
    assert gateway.turns == [Endpoint.POSITIONS_PAGE] * (requests - 1)
    assert len({row.key for row in answer.value}) == rows


async def test_both_sources_key_a_row_alike() -> None:
    direct = await recorded_gateway("positions_direct").client.positions("U1234567")
    paged = await recorded_gateway("positions_rich").client.rich_positions("U1234567")
    assert {row.key for row in paged.value} < {row.key for row in direct.value}
    assert paged.as_of is None
    assert direct.as_of == datetime(2026, 4, 2, 22, 40, 11, tzinfo=UTC)


def test_only_the_pages_of_accounts_have_a_query() -> None:
    assert [endpoint for endpoint in Endpoint if "?" in endpoint.path("U1", 3)] == [Endpoint.SUBACCOUNTS_PAGE]
    assert Endpoint.SUBACCOUNTS_PAGE.path("U1", 3) == "/v1/api/portfolio/subaccounts2?page=3"
