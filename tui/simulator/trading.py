"""The answers about the login and the brokerage session, and those that only the brokerage session opens."""

import json
from typing import Any
from urllib.parse import parse_qs

from tui.clock import Moment
from tui.simulator import shapes
from tui.simulator.messages import Request
from tui.simulator.session import Link, Session
from tui.simulator.world import World

_NO_BRIDGE = (400, {"error": "Bad Request: no bridge", "statusCode": 400})
_NOT_PRIMED = (400, {"error": "Bad Request: Please query /accounts first", "statusCode": 400})


def brokerage_answer(
    session: Session, world: World, method: str, path: str, request: Request, second: int, now: Moment
) -> tuple[int, Any] | None:
    """Status and JSON; None where this is another's business. second: of the prices."""
    match (method, path):
        case ("GET" | "POST", "/iserver/auth/status"):
            return 200, shapes.auth_status(session.flags, session.fail)
        case ("GET" | "POST", "/tickle"):
            session.kept_alive(now)
            return 200, shapes.tickle(session.flags, session.expires_ms(now))
        case ("GET", "/sso/validate") if session.login_at is not None:
            login_ms, now_ms = (int(at.timestamp() * 1000) for at in (session.login_at, now.wall))
            return 200, shapes.sso_validate(login_ms, now_ms, session.expires_ms(now), session.region)
        case ("POST", "/iserver/auth/ssodh/init"):
            return _opened(session, request, now)
    if method != "GET" or path not in {"/iserver/accounts", "/iserver/account/pnl/partitioned"}:
        return None
    if not session.bridged:
        return _NO_BRIDGE
    session.kept_alive(now)
    if path == "/iserver/accounts":
        session.accounts_asked = True
        return 200, shapes.iserver_accounts(world.account_ids, advisor=world.advisor)
    if not session.accounts_asked:
        return _NOT_PRIMED
    if not session.pnl_asked:
        session.pnl_asked = True
        return 200, {"upnl": {}}
    return 200, shapes.partitioned_pnl({name: world.totals(name, second) for name in world.account_ids})


def _opened(session: Session, request: Request, now: Moment) -> tuple[int, Any]:
    """`ssodh/init`: the auth status that results, with `fail` where it came to nothing."""
    wanted = _wanted(request)
    if not wanted.get("publish"):
        return 500, {"error": "Internal Server Error", "statusCode": 500}
    if session.open_brokerage(now, compete=bool(wanted.get("compete"))):
        return 200, shapes.opened(session.flags)
    return 200, shapes.opened(session.flags) | {"fail": session.fail}


def _wanted(request: Request) -> dict[str, Any]:
    """`publish` and `compete`, from the body or from the query; nothing where neither can be read."""
    query = {name: values[-1].lower() == "true" for name, values in parse_qs(request.query).items()}
    try:
        value = json.loads(request.body)
    except ValueError:
        return query
    return {name: value.get(name) is True for name in ("publish", "compete")} if isinstance(value, dict) else query


def reachable_stream(session: Session) -> bool:
    """Whether a websocket gets anything from IBKR: it takes a login, and a link to the brokerage."""
    return session.link not in {Link.OUT, Link.DOWN}
