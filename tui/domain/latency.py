"""The latency gauge: what the newest exchanges took, kept by what they measure, and what that says of the way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tui.clock import Moment
from tui.domain.address import PathKind

RING = 300
"""Samples that a series keeps."""
FAILURES_DOWN = 3
"""Losses in a row after which the way is down."""
ANSWERS_UP = 2
"""Answers in a row after which it is up again."""
JUDGED_BY = 5
"""Newest answers whose median decides whether the latency is high."""
_FEWEST = 3
"""Answers without which that median says nothing."""


class Series(StrEnum):
    """What a sample measures. They are never mixed: a fresh connection costs round trips that a reused one does not."""

    CONNECT = "connect"
    """The TCP handshake of a fresh connection."""
    OWN = "own"
    """The first byte of an answer that the gateway gave itself, on a reused connection."""
    ANSWER = "answer"
    """The first byte of an answer from behind the gateway, on a reused connection."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement. at: when it ended. seconds: what it took; None where nothing came."""

    at: Moment
    seconds: float | None

    @property
    def lost(self) -> bool:
        """True where nothing came."""
        return self.seconds is None


@dataclass(frozen=True, slots=True)
class Ring:
    """The newest RING samples of a series, oldest first.

    begun: whether the first one came. It is not kept where it has a time: that includes what this process does only
    once, as loading its TLS. A loss is kept, even as the first.
    """

    samples: tuple[Sample, ...] = ()
    begun: bool = False

    def with_sample(self, sample: Sample) -> "Ring":
        """The ring with one more sample; samples that were taken while this process lagged don't belong here."""
        if not self.begun and not sample.lost:
            return Ring((), begun=True)
        return Ring((*self.samples[-(RING - 1) :], sample), begun=True)


@dataclass(frozen=True, slots=True)
class Stats:
    """What a series of samples comes to. Seconds, None where there are too few samples to tell.

    count: all samples. lost: those without an answer. loss: their share, None without any sample. minimum, p50, p95,
    p99: of the answers, by nearest rank. ewma, rttvar: smoothed time and mean deviation (RFC 6298: alpha 1/8, beta
    1/4). jitter: as in RFC 3550, from the differences between one answer and the next; None below two answers.
    """

    count: int = 0
    lost: int = 0
    loss: float | None = None
    minimum: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    ewma: float | None = None
    rttvar: float | None = None
    jitter: float | None = None


def nearest_rank(ordered: list[float], percent: int) -> float:
    """The smallest value that at least `percent` of a hundred do not exceed. ordered: ascending, not empty."""
    return ordered[max(-(-percent * len(ordered) // 100), 1) - 1]


def stats(of: Ring | Iterable[Sample]) -> Stats:
    """The samples' figures; losses count for the loss only."""
    samples = of.samples if isinstance(of, Ring) else tuple(of)
    answers = [sample.seconds for sample in samples if sample.seconds is not None]
    lost = len(samples) - len(answers)
    loss = lost / len(samples) if samples else None
    if not answers:
        return Stats(len(samples), lost, loss)
    ordered = sorted(answers)
    ewma, rttvar = _smoothed(answers)
    return Stats(
        len(samples),
        lost,
        loss,
        ordered[0],
        nearest_rank(ordered, 50),
        nearest_rank(ordered, 95),
        nearest_rank(ordered, 99),
        ewma,
        rttvar,
        _jitter(answers),
    )


def _smoothed(answers: list[float]) -> tuple[float, float]:
    ewma, rttvar = answers[0], answers[0] / 2
    for took in answers[1:]:
        rttvar += (abs(ewma - took) - rttvar) / 4
        ewma += (took - ewma) / 8
    return ewma, rttvar


def _jitter(answers: list[float]) -> float | None:
    if len(answers) < 2:
        return None
    jitter, before = 0.0, answers[0]
    for took in answers[1:]:
        jitter += (abs(took - before) - jitter) / 16
        before = took
    return jitter


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether anything answers. up: None until something did, or FAILURES_DOWN exchanges did not.

    losses, answers: how many of the newest exchanges in a row ended so; one of the two is 0.
    """

    up: bool | None = None
    losses: int = 0
    answers: int = 0

    def after(self, *, lost: bool) -> "Reach":
        """After one more exchange. What is up takes three losses to go down, what is down two answers to come up."""
        if lost:
            losses = self.losses + 1
            return Reach(False if losses >= FAILURES_DOWN else self.up, losses, 0)
        answers = self.answers + 1
        # Nothing speaks against a first answer.
        return Reach(True if self.up is None or answers >= ANSWERS_UP else self.up, 0, answers)


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many seconds on a latency is high: on this machine and its own network, and through anything else."""

    here: float = 0.05
    tunnel: float = 0.5

    def of(self, kind: PathKind) -> float:
        """The limit for that kind of way."""
        return self.here if kind in {PathKind.LOCAL, PathKind.LAN} else self.tunnel


@dataclass(frozen=True, slots=True)
class Height:
    """Whether the latency is high, without wavering at the limit.

    It rises when the median of the newest JUDGED_BY answers reaches the limit, and falls when it is below 0.8 of it;
    with fewer than three answers it stays as it is. limit: seconds.
    """

    limit: float = Limits().here
    high: bool = False

    def after(self, samples: Iterable[Sample]) -> "Height":
        """As these samples, oldest first, leave it."""
        answers = [sample.seconds for sample in samples if sample.seconds is not None][-JUDGED_BY:]
        if len(answers) < _FEWEST:
            return self
        middle = nearest_rank(sorted(answers), 50)
        high = middle >= (self.limit * 4 / 5 if self.high else self.limit)
        return self if high is self.high else replace(self, high=high)


@dataclass(frozen=True, slots=True)
class Gauges:
    """All that is measured of one way. judged: the series whose latency is called high or not."""

    connect: Ring = Ring()
    own: Ring = Ring()
    answer: Ring = Ring()
    reach: Reach = Reach()
    height: Height = Height()
    judged: Series = Series.OWN

    def ring(self, series: Series) -> Ring:
        """That series' samples."""
        match series:
            case Series.CONNECT:
                return self.connect
            case Series.OWN:
                return self.own
            case Series.ANSWER:
                return self.answer

    def limited(self, limit: float) -> "Gauges":
        """The same under another limit, as when another kind of way is found; the same object where it is no other."""
        if limit == self.height.limit:
            return self
        return replace(self, height=Height(limit, self.height.high).after(self.ring(self.judged).samples))

    def with_sample(self, series: Series, sample: Sample) -> "Gauges":
        """The gauges with one more sample."""
        ring = self.ring(series).with_sample(sample)
        height = self.height.after(ring.samples) if series is self.judged else self.height
        match series:
            case Series.CONNECT:
                return replace(self, connect=ring, height=height)
            case Series.OWN:
                return replace(self, own=ring, height=height)
            case Series.ANSWER:
                return replace(self, answer=ring, height=height)
