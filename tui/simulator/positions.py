"""What the two position endpoints answer: pages that are cached and grow rich, and live rows that are neither."""

from tui.clock import Moment
from tui.simulator.messages import compact_json
from tui.simulator.rows import PAGE_SIZE, LiveRow, live_row, minimal_row, rich_row
from tui.simulator.world import World


class Positions:
    """The positions of one World, as IBKR's servers hand them out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read: dict[str, Moment] = {}
        self._seen: set[tuple[str, int]] = set()
        self._rows: dict[str, tuple[LiveRow, ...]] = {}
        self._live: dict[str, tuple[int, int, bytes]] = {}

    def page(self, account: str, number: int, started: Moment, now: Moment, *, cache: float, defined: bool) -> bytes:
        """JSON of one page, from 0; none there is an empty list.

        started: second 0 of the prices. cache: seconds for which the account is not read anew. defined: the caller
        waits for the contracts' definitions (`waitForSecDef`); else they come with the second request for the page.
        """
        read = self._read.get(account)
        if read is None or now.seconds_since(read) >= cache:
            read = self._read[account] = now
        second = max(0, int(read.ticks - started.ticks))
        first = number * PAGE_SIZE
        rows = self._world.valued(account, second, first, first + PAGE_SIZE)
        rich = defined or (account, number) in self._seen
        if rows:
            self._seen.add((account, number))
        if not rich:
            return compact_json([minimal_row(account, row) for row in rows])
        read_ms = int(read.wall.timestamp() * 1000)
        return compact_json([rich_row(account, row, read_ms) for row in rows])

    def invalidate(self, account: str) -> None:
        """Read the account anew for the next page."""
        self._read.pop(account, None)

    def forget(self) -> None:
        """What a new login begins with: nothing cached, no contract defined."""
        self._read.clear()
        self._seen.clear()

    def live(self, account: str, second: int, epoch: int) -> bytes:
        """JSON of all rows at that second of the prices. epoch: the same second by the calendar."""
        kept = self._live.get(account)
        if kept is not None and kept[:2] == (second, epoch):
            return kept[2]
        if account not in self._rows:
            self._rows[account] = tuple(live_row(held) for held in self._world.held(account))
        self._world.step(account, second)
        prices = self._world.prices(account, second)
        texts = [row.text(price, epoch) for row, price in zip(self._rows[account], prices, strict=True)]
        body = f"[{','.join(texts)}]".encode()
        self._live[account] = (second, epoch, body)
        return body
