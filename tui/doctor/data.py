"""The checks of the data itself: accounts, positions, the data stream; and of what is open that should not be."""

from tui.doctor.check import Act, Check, Outcome
from tui.doctor.outcome import failed, passed, skipped, warned
from tui.doctor.scene import Scene
from tui.domain.failure import Failure
from tui.domain.journal import Level
from tui.domain.positions import Position
from tui.domain.public import standing
from tui.domain.redact import redacted
from tui.domain.remedy import Remedy
from tui.domain.text import age
from tui.gateway.client import MOST_PAGES
from tui.gateway.websocket import Heard

STALE = 60.0
_FULL_PAGE = 100
ENDPOINTS = (
    "A program has to ask for the portfolio's accounts once in each login, or it gets an empty portfolio without any "
    "error; and `GET /iserver/account`, which guides name, does not exist: the list is `/iserver/accounts`."
)
_WAIT = Remedy("Wait half a minute, then check again; if it stays so, log in again.")


async def accounts(scene: Scene) -> Outcome:
    """Whether the login's accounts are there."""
    looked = "the portfolio's list of accounts"
    if scene.core.loading:
        return skipped("loading", "the session is coming up; until then the list is empty, and no error")
    found = await scene.accounts()
    if isinstance(found, Failure):
        means = "The list of accounts can't be had, and nothing of the portfolio without it."
        return failed("refused", found.evidence, means, _WAIT, looked_at=looked)
    if not found:
        means = f"The login has no accounts to show, though it stands. {ENDPOINTS}"
        return failed("none", "an empty list", means, _WAIT, looked_at=looked)
    kind = {True: "paper", False: "live", None: "paper or live is not told"}[scene.state.paper]
    seen = f"{len(found)} ({redacted(found[0].id)}{', …' if len(found) > 1 else ''}), {kind}"
    return passed("listed", seen, ENDPOINTS, looked_at=looked)


async def positions(scene: Scene) -> Outcome:
    """Whether the first account's positions come whole and fresh."""
    looked = "the positions of one account"
    book = await scene.book()
    if book is None:
        return skipped("no-account", "there is no account to look at")
    if book.failure is not None:
        means = "The positions can't be had, though the accounts can."
        return failed("refused", book.failure.evidence, means, _WAIT, looked_at=looked)
    count = f"{len(book.rows)} positions"
    if book.paged and len(book.rows) >= MOST_PAGES * _FULL_PAGE:
        means = f"More positions are held than cpwatch reads page by page: the first {len(book.rows)} are shown."
        return warned("cut", count, means, looked_at=looked)
    blank = sum(_incomplete(row) for row in book.rows)
    if blank:
        means = "Some rows came without a quantity or a price: IBKR has not filled them in, or their form is a new one."
        return warned("incomplete", f"{count}, {blank} of them without a figure", means, _WAIT, looked_at=looked)
    if book.behind is not None and book.behind > STALE:
        means = (
            "The positions are older than they should be: IBKR answers from its cache, as it does after a fill on some "
            "of its servers, or this machine's clock is ahead."
        )
        remedy = Remedy("Refresh them: in the monitor, the key of Refresh lets IBKR read the account anew.")
        return warned("stale", f"{count}, {age(book.behind)} old", means, remedy, looked_at=looked)
    if not book.rows:
        return passed("empty", "nothing is held", looked_at=looked)
    means = (
        "All of them, however many: IBKR's older list comes in pages, and programs that read the first one only stop "
        "at a hundred."
    )
    return passed("whole", count, means, looked_at=looked)


def _incomplete(row: Position) -> bool:
    return row.quantity is None or (row.price is None and not row.closed)


async def websocket(scene: Scene) -> Outcome:
    """Whether the data stream opens and is greeted; cpwatch does without, other programs do not."""
    looked = "a websocket, opened and closed again"
    found = await scene.greeting()
    if isinstance(found, Failure):
        means = "The data stream does not open: what is between does not pass websockets on, or forbids them."
        remedy = Remedy("Let the proxy or tunnel on the way pass websockets on (Upgrade), or come through ssh -L.")
        return warned("refused", found.evidence, means, remedy, looked_at=looked)
    seen = ", ".join(found.topics)
    match found.heard:
        case Heard.GREETED:
            means = "A program has to wait for this greeting before it subscribes: what it sends earlier is lost."
            return passed("greeted", seen, means, looked_at=looked)
        case Heard.SILENT:
            means = (
                "The gateway takes the data stream by itself, and nothing comes through it: it is not connected to "
                "IBKR behind. Programs that wait for quotes get heartbeats at the most."
            )
            remedy = Remedy("Re-open the stream a minute later; if it stays so, restart the gateway and log in again.")
            return warned("silent", "101, then nothing", means, remedy, looked_at=looked)
        case Heard.WAITING:
            means = "The data stream waits for a brokerage session, though there is one: it was opened too early."
            return warned("waiting", seen, means, _PRIME, looked_at=looked)
        case Heard.CLOSED:
            means = "The data stream is closed as soon as it is opened: IBKR does not know the session yet."
            return warned("closed", seen or "closed before a word", means, _PRIME, looked_at=looked)
    means = "The data stream says something, but no greeting."
    return warned("odd", seen, means, _PRIME, looked_at=looked)


_PRIME = Remedy("A program asks for the accounts and sends a keep-alive first, then opens the stream. Check again.")


async def exposure(scene: Scene) -> Outcome:
    """What is open that should not be, as far as this machine tells; no public address is asked."""
    looked = "who can reach the gateway's port, its tunnels, and its allow list"
    path = await scene.path()
    found = [each for each in standing(path) if each.level in {Level.ALARM, Level.WARN}]
    conf = await scene.conf() if await scene.here() else None
    everyone = bool(conf and conf.judged and conf.judged.open_to_everyone)
    if not found and not everyone:
        seen = "nothing is known to be open; what strangers get is asked on the Exposure screen only"
        return passed("closed", seen, looked_at=looked)
    told = [each.text.rstrip(".") for each in found]
    if everyone and conf is not None:
        told.insert(0, "The gateway's allow list lets everyone in: whoever reaches its port can use the session")
    means = ". ".join(sentence[:1].upper() + sentence[1:] for sentence in told) + "."
    remedy = Remedy(found[0].fix, (found[0].command,) if found[0].command else ()) if found else None
    if everyone:
        remedy = Remedy("Give ips in root/conf.yaml both lists, allow and deny, and restart the gateway.")
    ids = (*(["open-to-everyone"] if everyone else []), *dict.fromkeys(each.id for each in found))
    seen = ", ".join(each.replace("-", " ") for each in ids)
    act = Act.SETUP if everyone else None
    return warned("open", seen, means, remedy, looked_at=looked, act=act)


DATA_CHECKS: tuple[Check[Scene], ...] = (
    Check("accounts", "The accounts", accounts, ("login",), frozenset({"listed", "none", "refused", "loading"})),
    Check(
        "positions",
        "The positions, whole and fresh",
        positions,
        ("accounts",),
        frozenset({"whole", "empty", "refused", "no-account", "cut", "incomplete", "stale"}),
    ),
)
STREAM_CHECKS: tuple[Check[Scene], ...] = (
    Check(
        "websocket",
        "The data stream opens and greets",
        websocket,
        ("established",),
        frozenset({"greeted", "silent", "waiting", "closed", "refused", "odd"}),
    ),
    Check("exposure", "Nothing is open to strangers", exposure, ("settings",), frozenset({"closed", "open"})),
)
