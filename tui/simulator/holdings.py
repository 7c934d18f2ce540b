"""What the simulated accounts hold: the curated dozen, and as many made-up holdings as are asked for."""

import random

from tui.simulator.instruments import DOZEN, Holding, Instrument, Kind

_LETTERS = "ABCDEFGHIJKLMNOPRSTVWXY"
_WORDS = (
    "Alder",
    "Birch",
    "Cedar",
    "Delta",
    "Ember",
    "Fjord",
    "Gable",
    "Harbor",
    "Iron",
    "Juniper",
    "Kestrel",
    "Lumen",
)
_TRADES = ("Energy", "Health", "Foods", "Systems", "Mining", "Rail", "Software", "Holdings", "Labs", "Marine")
_MARKETS = (
    ("USD", "NYSE", "US"),
    ("EUR", "IBIS", "DE"),
    ("GBP", "LSE", "GB"),
    ("JPY", "TSEJ", "JP"),
    ("CHF", "EBS", "CH"),
)
_SCALE = {"JPY": 140.0}


def holdings(seed: int, account: int, count: int) -> tuple[Holding, ...]:
    """The first `count` holdings of the account of that index; the same for the same three numbers.

    Account 0 holds the curated dozen first; the others hold them in other quantities.
    """
    chosen = [DOZEN[i] if i < len(DOZEN) else _made_up(seed, i) for i in range(count)]
    if account == 0:
        return tuple(chosen)
    dice = random.Random(f"{seed}/account/{account}")  # noqa: S311 (made-up figures, not secrets)
    return tuple(
        Holding(held.instrument, held.quantity * dice.randint(1, 9), held.cost * dice.uniform(0.9, 1.1))
        for held in chosen
    )


def _made_up(seed: int, index: int) -> Holding:
    """Holding number `index` beyond the curated ones: mostly stocks, some options, long and short."""
    dice = random.Random(f"{seed}/holding/{index}")  # noqa: S311 (as above)
    letters = len(_LETTERS)
    ticker = "".join(_LETTERS[index // letters**place % letters] for place in range(3)) + dice.choice(_LETTERS)
    currency, exchange, country = dice.choice(_MARKETS) if dice.random() < 0.4 else _MARKETS[0]
    name = f"{dice.choice(_WORDS)} {dice.choice(_TRADES)}".upper()
    price = round(dice.lognormvariate(4.0, 0.8) * _SCALE.get(currency, 1.0), 2)
    cost = price * dice.uniform(0.6, 1.35)
    sign = -1 if dice.random() < 0.15 else 1
    stock = Instrument(
        500_000_000 + index, ticker, ticker, name, Kind.STK, currency, exchange, price,
        swing=0.02, sector="Industrial", group="Miscellaneous", country=country,
    )  # fmt: skip
    if dice.random() < 0.75:
        return Holding(stock, float(sign * dice.randint(1, 80) * 10), cost)
    right, strike = dice.choice("CP"), float(max(1, round(price)))
    option = Instrument(
        600_000_000 + index, ticker, f"{ticker:<6} JUN2027 {strike:g} {right}", name, Kind.OPT, currency, exchange,
        max(0.05, round(price * 0.06, 2)), factor=100.0, swing=0.12, expiry="20270618", right=right, strike=strike,
        underlying_conid=stock.conid, underlying=ticker, country=country,
    )  # fmt: skip
    return Holding(option, float(sign * dice.randint(1, 12)), max(0.05, cost * 0.06))
