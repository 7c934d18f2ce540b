"""IBKR's servers as the simulated gateway hands them on: the Web API's answers and the login page."""

from tui.clock import Moment
from tui.simulator import shapes
from tui.simulator.messages import Headers, Reply, Request, compact_json, reply
from tui.simulator.scenarios import Situation
from tui.simulator.summary import summary
from tui.simulator.world import World

_JSON = b"application/json;charset=utf-8"
_HTML = b"text/html;charset=utf-8"
_SSO_WINDOW_MS = 600_000
_LOGGED_IN_BEFORE_START_MS = 2 * 3600 * 1000
_SUBACCOUNTS_PAGE = 20

_LOGIN_PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated login</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1em}
button{font:inherit;padding:.5em 1.5em}</style></head>
<body><h1>Simulated login</h1>
<p>This is cpwatch's simulated gateway. There is no account behind it, and no password is needed or wanted.</p>
<form method="post" action="/sso/Dispatcher"><button type="submit">Log in</button></form></body></html>
"""
_DOWN_PAGE = b"<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>\n"


class Backend:
    """What answers behind the gateway, over one World. started: second 0 of its prices."""

    def __init__(self, world: World, started: Moment) -> None:
        self.world = world
        self._started = started
        self._login_ms = _ms(started) - _LOGGED_IN_BEFORE_START_MS
        self._last: Moment = started

    def log_in(self, now: Moment) -> None:
        """A login in the browser: the session's age starts anew."""
        self._login_ms = _ms(now)

    def answer(self, request: Request, path: str, situation: Situation, now: Moment) -> Reply:
        """The answer to a request that the gateway proxies. path: as behind `/v1/api`, or the whole of `/sso/…`."""
        if path == "/sso/Login":
            return self._from_ibkr(200, _LOGIN_PAGE, _HTML, now)
        if not situation.sso:
            return self._from_ibkr(401, b"", None, now)
        method = "GET" if request.method == "HEAD" else request.method
        found = self._session(method, path, situation, now) or self._portfolio(method, path, request, now)
        self._last = now
        return found or self._json({"error": "not found", "statusCode": 404}, now, 404)

    def unavailable(self, path: str, now: Moment) -> Reply:
        """503, as IBKR's servers answer while they restart: JSON from the API, a page from the login."""
        if path.startswith("/sso/Login"):
            return self._from_ibkr(503, _DOWN_PAGE, _HTML, now)
        return self._json({"error": "Service Unavailable", "statusCode": 503}, now, 503)

    def length_required(self, now: Moment) -> Reply:
        """411, as IBKR's edge answers a POST without Content-Length (the gateway itself lets it pass)."""
        return self._json({"error": "Length Required", "statusCode": 411}, now, 411)

    def _session(self, method: str, path: str, situation: Situation, now: Moment) -> Reply | None:
        brokerage = situation.brokerage
        match (method, path):
            case ("GET" | "POST", "/iserver/auth/status"):
                return self._json(shapes.auth_status(brokerage), now)
            case ("GET" | "POST", "/tickle"):
                return self._json(shapes.tickle(brokerage, self._sso_expires(now)), now)
            case ("GET", "/sso/validate"):
                body = shapes.sso_validate(self._login_ms, _ms(now), self._sso_expires(now))
                return self._json(body, now)
            case ("GET", "/iserver/accounts" | "/iserver/account/pnl/partitioned"):
                if not brokerage.authenticated:
                    return self._json({"error": "Bad Request: no bridge", "statusCode": 400}, now, 400)
                if path == "/iserver/accounts":
                    return self._json(shapes.iserver_accounts(self.world.account_ids), now)
                ids = self.world.account_ids
                second = self._second(now)
                return self._json(shapes.partitioned_pnl({name: self.world.totals(name, second) for name in ids}), now)
        return None

    def _portfolio(self, method: str, path: str, request: Request, now: Moment) -> Reply | None:
        if method != "GET":
            return None
        everybody = [shapes.account(name, i) for i, name in enumerate(self.world.account_ids)]
        match path.strip("/").split("/"):
            case ["portfolio", "accounts" | "subaccounts"]:
                return self._json(everybody, now)
            case ["portfolio", "subaccounts2"]:
                return self._json(_subaccounts_page(everybody, request), now)
            case ["portfolio" | "portfolio2", name, *_] if name not in self.world:
                return self._json(
                    {"error": f"Bad Request: accountId is not valid: {name[:40]}", "statusCode": 400}, now, 400
                )
            case ["portfolio", name, *rest]:
                return self._account(name, rest, now)
            case ["portfolio2", name, "positions"]:
                rows = self.world.valued(name, self._second(now))
                epoch = int(now.wall.timestamp())
                return self._json([shapes.live_position_row(row, epoch) for row in rows], now)
        return None

    def _account(self, name: str, rest: list[str], now: Moment) -> Reply | None:
        second = self._second(now)
        match rest:
            case ["meta"]:
                return self._json(shapes.account(name, self.world.account_ids.index(name)), now)
            case ["summary"]:
                return self._json(summary(name, self.world.totals(name, second), _ms(now)), now)
            case ["ledger"]:
                totals = self.world.totals(name, second)
                rows = self.world.valued(name, second)
                epoch = int(now.wall.timestamp())
                return self._json(shapes.ledger(name, self.world.cash(name), rows, totals, epoch), now)
            case ["positions", page] if page.isascii() and page.isdigit():
                first = int(page[:9]) * shapes.PAGE_SIZE
                rows = self.world.valued(name, second)[first : first + shapes.PAGE_SIZE]
                return self._json([shapes.position_row(name, row, _ms(now)) for row in rows], now)
        return None

    def _second(self, now: Moment) -> int:
        return max(0, int(now.ticks - self._started.ticks))

    def _sso_expires(self, now: Moment) -> int:
        """Milliseconds left in a window of ten minutes that every request behind the login opens anew."""
        idle = int(now.seconds_since(self._last) * 1000)
        return max(0, _SSO_WINDOW_MS - idle - 5_350)

    def _json(self, value: object, now: Moment, status: int = 200) -> Reply:
        return self._from_ibkr(status, compact_json(value), _JSON, now)

    def _from_ibkr(self, status: int, body: bytes, content_type: bytes | None, now: Moment) -> Reply:
        """An answer of IBKR's, with the time that it takes there and what IBKR's edge says of it."""
        origin = 11 + self._second(now) * 7 % 29
        timing = f"cdn-cache; desc=MISS, edge; dur=4, origin; dur={origin}"
        typed: Headers = ((b"Content-Type", content_type),) if content_type else ()
        headers: Headers = (
            *typed,
            (b"x-response-time", f"{origin}ms".encode("ascii")),
            (b"Server-Timing", timing.encode("ascii")),
        )
        return reply(status, body, headers, seconds=(4 + origin) / 1000)


def _ms(moment: Moment) -> int:
    return int(moment.wall.timestamp() * 1000)


def _subaccounts_page(everybody: list[shapes.Json], request: Request) -> shapes.Json:
    digits = request.target.partition("page=")[2].partition("&")[0]
    page = int(digits[:9]) if digits.isascii() and digits.isdigit() else 0
    first = page * _SUBACCOUNTS_PAGE
    return {
        "metadata": {"total": len(everybody), "pageSize": _SUBACCOUNTS_PAGE, "pageNum": page},
        "subaccounts": everybody[first : first + _SUBACCOUNTS_PAGE],
    }
