"""IBKR's servers as the simulated gateway hands them on: who is asked, in which order the refusals come."""

from dataclasses import replace

from tui.clock import Moment
from tui.simulator.distortions import Distorter
from tui.simulator.messages import Headers, Reply, Request, compact_json, reply
from tui.simulator.pacing import Pacing
from tui.simulator.pages import HTML_TYPE, JSON_TYPE, LOGIN_PAGE, refusal
from tui.simulator.pool import Pool
from tui.simulator.portal import Portal
from tui.simulator.session import Session
from tui.simulator.situations import Distortion, Script, Upstream
from tui.simulator.trading import brokerage_answer


class Backend:
    """What answers behind the gateway. started: second 0 of its prices."""

    def __init__(self, session: Session, portal: Portal, pacing: Pacing, started: Moment) -> None:
        self.portal = portal
        self._session = session
        self._pacing = pacing
        self._started = started
        self._pool = Pool()
        self._distorter = Distorter()

    def answer(self, request: Request, path: str, script: Script, upstream: Upstream, now: Moment) -> Reply:
        """The answer to a request that the gateway proxies. path: as behind `/v1/api`, or the whole of `/sso/…`."""
        if request.method == "POST" and request.header("Content-Length") is None:
            # IBKR's edge says so; the gateway itself lets it pass.
            return self._json({"error": "Length Required", "statusCode": 411}, now, 411)
        page = path.startswith("/sso/Login")
        if refused := refusal(upstream, page=page):
            status, body, content_type = refused
            return self._from_ibkr(status, body, content_type, now)
        if page:
            return self._from_ibkr(200, LOGIN_PAGE, HTML_TYPE, now)
        if path.startswith("/sso/Dispatcher") and request.method == "POST":
            self._session.log_in(now)
            return self._from_ibkr(200, b"Client login succeeds", None, now)
        answer = self._api(request, path, script, now)
        if not script.delay:
            return answer
        return replace(answer, wait=self._pool.seconds(script.delay, now))

    def _api(self, request: Request, path: str, script: Script, now: Moment) -> Reply:
        if not self._pacing.admits(path, now, script.timers.penalty):
            return self._json({"error": "Too many requests"}, now, 429)
        if self._session.login_at is None:
            if script.no_session:
                return self._json({"error": "no session"}, now)
            return self._from_ibkr(401, b"", None, now)
        method = "GET" if request.method == "HEAD" else request.method
        status, body = self._found(request, method, path, script, now)
        self._session.asked(now)
        if status != 200 or script.distortion is Distortion.NONE:
            return self._from_ibkr(status, body, JSON_TYPE, now)
        body, content_type = self._distorter.apply(script.distortion, path, body)
        return self._from_ibkr(status, body, content_type, now)

    def _found(self, request: Request, method: str, path: str, script: Script, now: Moment) -> tuple[int, bytes]:
        second = max(0, int(now.ticks - self._started.ticks))
        answered = brokerage_answer(self._session, self.portal.world, method, path, request, second, now)
        if answered is not None:
            status, value = answered
            return status, compact_json(value)
        found = self.portal.answer(method, path, request, script.timers.page_cache, self._started, now)
        return found or (404, compact_json({"error": "not found", "statusCode": 404}))

    def _json(self, value: object, now: Moment, status: int = 200) -> Reply:
        return self._from_ibkr(status, compact_json(value), JSON_TYPE, now)

    def _from_ibkr(self, status: int, body: bytes, content_type: bytes | None, now: Moment) -> Reply:
        """An answer of IBKR's, with the time that it takes there and what IBKR's edge says of it."""
        origin = 11 + max(0, int(now.ticks - self._started.ticks)) * 7 % 29
        timing = f"cdn-cache; desc=MISS, edge; dur=4, origin; dur={origin}"
        typed: Headers = ((b"Content-Type", content_type),) if content_type else ()
        headers: Headers = (
            *typed,
            (b"x-response-time", f"{origin}ms".encode("ascii")),
            (b"Server-Timing", timing.encode("ascii")),
        )
        return reply(status, body, headers, seconds=(4 + origin) / 1000)
