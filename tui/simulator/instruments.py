"""The instruments that the simulated accounts can hold, and a dozen of them of every kind."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Asset classes by IBKR's codes."""

    STK = "STK"
    OPT = "OPT"
    FUT = "FUT"
    CASH = "CASH"
    BOND = "BOND"
    FUND = "FUND"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One contract. price: where it starts. tick: its smallest step. factor: currency per unit and point of price.

    swing: the widest relative move of its price. expiry: YYYYMMDD.
    """

    conid: int
    ticker: str
    description: str
    name: str
    kind: Kind
    currency: str
    exchange: str
    price: float
    tick: float = 0.01
    factor: float = 1.0
    swing: float = 0.012
    sector: str | None = None
    group: str | None = None
    country: str | None = "US"
    expiry: str | None = None
    right: str | None = None
    strike: float = 0.0
    underlying_conid: int = 0
    underlying: str | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """An instrument held. quantity: negative when short. cost: average price paid, without commission's factor.

    model: the part of an account that it belongs to; empty for the rest of it.
    """

    instrument: Instrument
    quantity: float
    cost: float
    model: str = ""


DOZEN: tuple[Holding, ...] = (
    Holding(
        Instrument(
            265598,
            "AAPL",
            "AAPL",
            "APPLE INC",
            Kind.STK,
            "USD",
            "NASDAQ",
            268.47,
            sector="Technology",
            group="Computers",
        ),
        300.0,
        187.44153333333333,
    ),
    Holding(
        Instrument(
            272093,
            "MSFT",
            "MSFT",
            "MICROSOFT CORP",
            Kind.STK,
            "USD",
            "NASDAQ",
            512.63,
            sector="Technology",
            group="Software",
        ),
        85.5,
        418.90234506,
    ),
    Holding(
        Instrument(
            14204,
            "SAP",
            "SAP",
            "SAP SE",
            Kind.STK,
            "EUR",
            "IBIS",
            224.85,
            tick=0.05,
            sector="Technology",
            group="Software",
            country="DE",
        ),
        120.0,
        231.17083333333335,
    ),
    Holding(
        Instrument(
            15016062,
            "7203",
            "7203",
            "TOYOTA MOTOR CORP",
            Kind.STK,
            "JPY",
            "TSEJ",
            3107.0,
            tick=0.5,
            sector="Consumer, Cyclical",
            group="Auto Manufacturers",
            country="JP",
        ),
        1000.0,
        2744.3125,
    ),
    Holding(
        Instrument(
            29612193,
            "NESN",
            "NESN",
            "NESTLE SA-REG",
            Kind.STK,
            "CHF",
            "EBS",
            79.38,
            tick=0.02,
            sector="Consumer, Non-cyclical",
            group="Food",
            country="CH",
        ),
        210.0,
        92.06190476190476,
    ),
    Holding(
        Instrument(
            76792991,
            "TSLA",
            "TSLA",
            "TESLA INC",
            Kind.STK,
            "USD",
            "NASDAQ",
            391.09,
            swing=0.03,
            sector="Consumer, Cyclical",
            group="Auto Manufacturers",
        ),
        -40.0,
        352.1875,
    ),
    Holding(
        Instrument(
            812345671,
            "NVDA",
            "NVDA   MAR2027 200 C [NVDA  270319C00200000 100]",
            "NVIDIA CORP",
            Kind.OPT,
            "USD",
            "AMEX",
            18.35,
            tick=0.05,
            factor=100.0,
            swing=0.09,
            expiry="20270319",
            right="C",
            strike=200.0,
            underlying_conid=4815747,
            underlying="NVDA",
        ),
        6.0,
        12.704183333333333,
    ),
    Holding(
        Instrument(
            812345702,
            "SPY",
            "SPY    DEC2026 640 P [SPY   261218P00640000 100]",
            "SS SPDR S&P 500 ETF TRUST-US",
            Kind.OPT,
            "USD",
            "AMEX",
            7.12,
            tick=0.01,
            factor=100.0,
            swing=0.11,
            expiry="20261218",
            right="P",
            strike=640.0,
            underlying_conid=756733,
            underlying="SPY",
        ),
        -4.0,
        9.841725,
    ),
    Holding(
        Instrument(
            649180695,
            "ES",
            "ES       DEC2026",
            "E-mini S&P 500",
            Kind.FUT,
            "USD",
            "CME",
            6684.25,
            tick=0.25,
            factor=50.0,
            swing=0.008,
            expiry="20261218",
            underlying_conid=11004968,
            underlying="ES",
        ),
        1.0,
        6641.0446,
    ),
    Holding(
        Instrument(
            12087792,
            "EUR",
            "EUR.USD",
            "European Monetary Union Euro",
            Kind.CASH,
            "USD",
            "IDEALPRO",
            1.0842,
            tick=0.00005,
            swing=0.004,
            country=None,
        ),
        15000.0,
        1.0791235,
    ),
    Holding(
        Instrument(
            736411902,
            "US-T",
            "US-T 4 1/4 11/15/34",
            "United States Treasury 4 1/4 11/15/34",
            Kind.BOND,
            "USD",
            "SMART",
            100.734375,
            tick=0.015625,
            factor=0.01,
            swing=0.004,
            sector="Government",
            expiry="20341115",
        ),
        25000.0,
        98.21875,
    ),
    Holding(
        Instrument(
            67888902,
            "VFIAX",
            "VFIAX",
            "VANGUARD 500 INDEX-ADM",
            Kind.FUND,
            "USD",
            "FUNDSERV",
            617.52,
            swing=0.006,
            sector="Funds",
            group="Equity Fund",
        ),
        42.118,
        549.3307,
    ),
)
