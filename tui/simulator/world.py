"""The simulated accounts and what they are worth at a given second: a pure function of the seed and that second.

Where only a share of the prices moves, those of one step move with it and the others stay as they were.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from tui.simulator.holdings import holdings
from tui.simulator.instruments import Holding, Instrument, Kind

FIRST_ACCOUNT = 1_234_567
BASE = "USD"
# Currency -> (cash held by account 0, US dollars for one unit).
CASH: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "USD": (318_204.61, 1.0),
        "EUR": (15_000.0, 1.0842),
        "JPY": (-412_300.0, 0.006482),
        "CHF": (2_118.4, 1.2417),
        "GBP": (0.0, 1.3128),
    }
)
# Three waves a price rides on: seconds a turn, and its share of the instrument's swing.
_WAVES = ((47.0, 0.15), (613.0, 0.35), (7177.0, 0.4))
_NOISE = 0.1


@lru_cache(maxsize=32_768)
def _phases(seed: int, conid: int) -> tuple[float, ...]:
    """Of each wave its share's cosine and sine at second 0, then what they come to there."""
    digest = hashlib.blake2b(f"{seed}/{conid}".encode(), digest_size=8).digest()
    phases = [int.from_bytes(digest[i : i + 2]) / 65_536 * math.tau for i in (0, 2, 4)]
    parts = [
        part
        for (_, share), at in zip(_WAVES, phases, strict=True)
        for part in (share * math.cos(at), share * math.sin(at))
    ]
    return (*parts, parts[1] + parts[3] + parts[5])


@lru_cache(maxsize=4)
def _turns(second: int) -> tuple[float, ...]:
    """Sine and cosine of each wave at that second: the same for all instruments, which only add their own phases."""
    angles = [math.tau * second / turn for turn, _ in _WAVES]
    return tuple(part for angle in angles for part in (math.sin(angle), math.cos(angle)))


def _noise(seed: int, conid: int, second: int) -> float:
    """Between -1 and 1, another one each second."""
    digest = hashlib.blake2b(f"{seed}/{conid}/{second}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**31 - 1.0


@lru_cache(maxsize=32_768)
def _close(seed: int, conid: int) -> float:
    """How far from its price yesterday ended, as `_noise` of the second before the first."""
    return _noise(seed, conid, -1)


def price(instrument: Instrument, seed: int, second: int) -> float:
    """The price at a whole second since the start, on a tick; never below one tick. Second 0: as catalogued."""
    if second == 0:
        return instrument.price
    c1, s1, c2, s2, c3, s3, start = _phases(seed, instrument.conid)
    sin1, cos1, sin2, cos2, sin3, cos3 = _turns(second)
    drift = sin1 * c1 + cos1 * s1 + sin2 * c2 + cos2 * s2 + sin3 * c3 + cos3 * s3 - start
    moved = instrument.price * (1.0 + instrument.swing * (drift + _NOISE * _noise(seed, instrument.conid, second)))
    return max(instrument.tick, round(moved / instrument.tick) * instrument.tick)


@dataclass(frozen=True, slots=True)
class Valued:
    """A holding at a given second. All amounts in the instrument's currency; day: the gain since yesterday's close."""

    holding: Holding
    price: float
    value: float
    unrealised: float
    day: float

    @property
    def counted(self) -> float:
        """What it adds to net liquidation besides the cash: futures their gain, currency pairs nothing."""
        match self.holding.instrument.kind:
            case Kind.FUT:
                return self.unrealised
            case Kind.CASH:
                return 0.0
            case _:
                return self.value


@dataclass(frozen=True, slots=True)
class Totals:
    """An account in US dollars: what its holdings and its cash come to."""

    cash: float
    stocks: float
    gross: float
    unrealised: float
    day: float
    net: float


class World:
    """All accounts. positions: how many each of them holds. advisor: they are the clients of one.

    `moving` may be set at any time: the share of the prices, 0 to 1, that a step moves. With 1, as at first, all
    follow every second by themselves.
    """

    def __init__(self, *, seed: int = 1, positions: int = 12, accounts: int = 1, advisor: bool = False) -> None:
        self.moving = 1.0
        self.seed = seed
        self.positions = positions
        self.advisor = advisor
        self.account_ids = tuple(f"DU{FIRST_ACCOUNT + i}" for i in range(accounts))
        self._index = {name: i for i, name in enumerate(self.account_ids)}
        self._holdings: dict[str, tuple[Holding, ...]] = {}
        self._prices: dict[str, tuple[int, tuple[float, ...]]] = {}
        self._steps = 0

    def __contains__(self, account: object) -> bool:
        return account in self._index

    def held(self, account: str) -> tuple[Holding, ...]:
        """Everything that an account holds. Raises KeyError for an unknown account."""
        if account not in self._holdings:
            self._holdings[account] = holdings(self.seed, self._index[account], self.positions)
        return self._holdings[account]

    def prices(self, account: str, second: int) -> tuple[float, ...]:
        """The prices of what an account holds at that second, in the same order; the last ones asked for are kept."""
        kept = self._prices.get(account)
        if kept is None or (kept[0] != second and self.moving >= 1.0):
            found = tuple(price(held.instrument, self.seed, second) for held in self.held(account))
            kept = self._prices[account] = (second, found)
        return kept[1]

    def step(self, account: str, second: int) -> None:
        """Move the next share of an account's prices to that second, rows spread evenly; nothing where all follow."""
        if self.moving >= 1.0 or account not in self._prices:
            return
        self._steps += 1
        share, since = self.moving, self._steps
        found = tuple(
            price(held.instrument, self.seed, second) if int((since + i + 1) * share) > int((since + i) * share) else at
            for i, (held, at) in enumerate(zip(self.held(account), self.prices(account, second), strict=True))
        )
        self._prices[account] = (second, found)

    def valued(self, account: str, second: int, first: int = 0, end: int | None = None) -> tuple[Valued, ...]:
        """What an account holds at that second, row `first` to before `end`. Raises KeyError for an unknown account."""
        rows = self.held(account)[first:end]
        if self.moving < 1.0 or (first == 0 and end is None):
            return tuple(map(self._value, rows, self.prices(account, second)[first:end]))
        return tuple(self._value(held, price(held.instrument, self.seed, second)) for held in rows)

    def cash(self, account: str) -> Iterator[tuple[str, float, float]]:
        """The cash of an account by currency: code, amount, US dollars for one unit. US dollars come first."""
        share = 1.0 + 0.37 * self._index[account]
        for currency, (amount, rate) in CASH.items():
            if amount or currency in self._currencies(account):
                yield currency, round(amount * share, 2), rate

    def totals(self, account: str, second: int) -> Totals:
        """An account's sums in US dollars at that second."""
        rows = [(row, CASH[row.holding.instrument.currency][1]) for row in self.valued(account, second)]
        cash = sum(amount * rate for _, amount, rate in self.cash(account))
        return Totals(
            cash=cash,
            stocks=sum(row.value * rate for row, rate in rows if row.holding.instrument.kind is Kind.STK),
            gross=sum(abs(row.value) * rate for row, rate in rows if row.holding.instrument.kind is not Kind.CASH),
            unrealised=sum(row.unrealised * rate for row, rate in rows),
            day=sum(row.day * rate for row, rate in rows),
            net=cash + sum(row.counted * rate for row, rate in rows),
        )

    def _currencies(self, account: str) -> set[str]:
        return {held.instrument.currency for held in self.held(account)}

    def _value(self, held: Holding, now: float) -> Valued:
        instrument = held.instrument
        close = instrument.price * (1.0 - instrument.swing * _close(self.seed, instrument.conid))
        units = held.quantity * instrument.factor
        return Valued(held, now, units * now, units * (now - held.cost), units * (now - close))
