"""The portfolio's answers: open to any login once its accounts were asked for, and empty without a word before."""

from typing import Any

from tui.clock import Moment
from tui.simulator import shapes
from tui.simulator.messages import Request, compact_json
from tui.simulator.positions import Positions
from tui.simulator.session import Link, Session
from tui.simulator.summary import summary
from tui.simulator.world import World

SUBACCOUNTS_PAGE = 20
MOST_SUBACCOUNTS = 100


class Portal:
    """The accounts of one World, as a login sees them."""

    def __init__(self, session: Session, world: World) -> None:
        self._session = session
        self._login_at = session.login_at
        self.show(world)

    def show(self, world: World) -> None:
        """Answer with these accounts from now on."""
        self.world = world
        self._positions = Positions(world)

    def answer(
        self, method: str, path: str, request: Request, cache: float, started: Moment, now: Moment
    ) -> tuple[int, bytes] | None:
        """Status and JSON; None for what there is not. cache: seconds for which pages of positions are kept."""
        if self._login_at != self._session.login_at:
            self._login_at = self._session.login_at
            self._positions.forget()
        parts = path.strip("/").split("/")
        if parts[0] not in {"portfolio", "portfolio2"} or len(parts) < 2:
            return None
        listing = self._listing(parts, request) if method == "GET" else None
        if listing is not None:
            return 200, compact_json(listing)
        if len(parts) < 3:
            return None
        name, what = parts[1], parts[2]
        if self._empty:
            return (200, b"[]" if what == "positions" else b"{}") if method == "GET" else None
        if name not in self.world:
            return 400, compact_json({"error": f"Bad Request: accountId is not valid: {name[:40]}", "statusCode": 400})
        second = max(0, int(now.ticks - started.ticks))
        match (method, *parts):
            case ("GET", "portfolio", _, "positions", page) if page.isascii() and page.isdigit():
                defined = "waitForSecDef=true" in request.query
                number = int(page[:9])
                return 200, self._positions.page(name, number, started, now, cache=cache, defined=defined)
            case ("POST", "portfolio", _, "positions", "invalidate"):
                self._positions.invalidate(name)
                return 200, compact_json({"message": "success"})
            case ("GET", "portfolio2", _, "positions"):
                return 200, self._positions.live(name, second, int(now.wall.timestamp()))
            case ("GET", "portfolio", _, "meta" | "summary" | "ledger"):
                return 200, compact_json(self._account(name, what, second, now))
        return None

    @property
    def _empty(self) -> bool:
        return not self._session.portfolio_open or self._session.link is Link.LOADING

    def _listing(self, parts: list[str], request: Request) -> Any | None:
        match parts:
            case ["portfolio", "accounts"]:
                self._session.portfolio_open = True
                return self._everybody()
            case ["portfolio", "subaccounts"]:
                self._session.portfolio_open = True
                return self._everybody()[:MOST_SUBACCOUNTS]
            case ["portfolio", "subaccounts2"]:
                self._session.portfolio_open = True
                return self._page(request) if self.world.advisor else self._everybody()
        return None

    def _everybody(self) -> list[shapes.Json]:
        if self._empty:
            return []
        advisor = self.world.advisor
        return [shapes.account(name, i, advisor=advisor) for i, name in enumerate(self.world.account_ids)]

    def _page(self, request: Request) -> shapes.Json:
        """Twenty of an advisor's accounts; anybody else gets a bare list of all."""
        everybody = self._everybody()
        digits = request.query.partition("page=")[2].partition("&")[0]
        page = int(digits[:9]) if digits.isascii() and digits.isdigit() else 0
        first = page * SUBACCOUNTS_PAGE
        return {
            "metadata": {"total": len(everybody), "pageSize": SUBACCOUNTS_PAGE, "pageNum": page},
            "subaccounts": everybody[first : first + SUBACCOUNTS_PAGE],
        }

    def _account(self, name: str, what: str, second: int, now: Moment) -> shapes.Json:
        match what:
            case "meta":
                return shapes.account(name, self.world.account_ids.index(name), advisor=self.world.advisor)
            case "summary":
                return summary(name, self.world.totals(name, second), int(now.wall.timestamp() * 1000))
        totals, rows = self.world.totals(name, second), self.world.valued(name, second)
        return shapes.ledger(name, self.world.cash(name), rows, totals, int(now.wall.timestamp()))
