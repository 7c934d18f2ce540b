"""What a websocket hears: nothing at first, IBKR's greeting some seconds late, a heartbeat every ten, and losses.

No socket and no sleep: bytes in, bytes out, and when to look again. What a client sends besides control frames is
read and dropped, as it is by the real one before its greeting.
"""

from collections.abc import Callable
from typing import Any

from tui.clock import Moment
from tui.simulator import shapes
from tui.simulator.frames import BadFrame, Opcode, frame, take
from tui.simulator.messages import compact_json
from tui.simulator.session import Flags, Session

HEARTBEAT = 10.0
LOOK = 0.5
_NOT_YET = {"message": "waiting for session"}


class Greeting:
    """One websocket's conversation.

    accounts: what the greeting tells of them. delay: seconds to the first word. hears: whether IBKR says anything now.
    """

    def __init__(
        self, session: Session, accounts: shapes.Json, delay: float, began: Moment, hears: Callable[[], bool]
    ) -> None:
        self.closed = False
        self._session = session
        self._accounts = accounts
        self._due = began.plus(delay)
        self._hears = hears
        self._received = bytearray()
        self._beat: Moment | None = None
        self._told: Flags | None = None
        self._waited = False

    def say(self, now: Moment) -> bytes:
        """What there is to say by now. A session that was lost is announced; one that came back is not."""
        if self.closed or now.ticks < self._due.ticks or not self._hears():
            return b""
        flags = self._session.flags
        if self._told is None:
            return self._greet(flags, now)
        said = b""
        if self._told.authenticated and not flags.authenticated:
            said += _message({"topic": "sts", "args": {"authenticated": False}})
        if flags.competing and not self._told.competing:
            said += _message({"topic": "sts", "args": {"competing": True}})
        self._told = flags
        if self._beat is not None and now.ticks >= self._beat.ticks:
            said += _message({"topic": "system", "hb": int(now.wall.timestamp() * 1000)})
            self._beat = self._beat.plus(HEARTBEAT)
        return said

    def hear(self, data: bytes) -> bytes:
        """Take what the client sent, and answer its pings. A close frame ends it without one in return."""
        self._received += data
        said = b""
        try:
            while not self.closed and (heard := take(self._received)) is not None:
                match heard.opcode:
                    case Opcode.PING:
                        said += frame(Opcode.PONG, heard.payload)
                    case Opcode.CLOSE:
                        self.closed = True
        except BadFrame:
            self.closed = True
        return said

    def _greet(self, flags: Flags, now: Moment) -> bytes:
        if not flags.authenticated:
            waiting, self._waited = not self._waited, True
            return _message(_NOT_YET) if waiting else b""
        self._told = flags
        self._beat = now.plus(HEARTBEAT)
        status = {
            "connected": flags.connected,
            "authenticated": flags.authenticated,
            "established": flags.established,
            "competing": flags.competing,
            "message": "",
            "fail": "",
            **shapes.SERVER,
            "username": shapes.USER_NAME,
        }
        return b"".join(
            (
                _message({"topic": "system", "success": shapes.USER_NAME, "isFT": False, "isPaper": True}),
                _message({"topic": "act", "args": self._accounts}),
                _message({"topic": "sts", "args": status}),
            )
        )


def _message(value: dict[str, Any]) -> bytes:
    """IBKR sends text; the gateway hands it on as binary."""
    return frame(Opcode.BINARY, compact_json(value))
