"""How one exchange with the gateway feeds the latency gauge."""

from dataclasses import replace

from tui.clock import Moment
from tui.domain.latency import Gauges, Sample, Series
from tui.domain.path import Timing


def gauged(gauges: Gauges, timing: Timing, at: Moment, *, lost: bool, limit: float | None = None) -> Gauges:
    """The gauges after one exchange, which ended at `at`; the same object where it tells nothing.

    lost: no answer came, by a failure of the transport (refused, cut, silent, a timeout); an answer that says no is an
    answer. limit: from how many seconds on the latency is high, None to leave that as it is.

    A fresh connection feeds CONNECT alone: its first byte waited for what a reused one does not. A loss feeds ANSWER,
    since that is what was waited for. What was measured while this process lagged feeds nothing.
    """
    under = gauges if limit is None else gauges.limited(limit)
    if timing.lagged:
        return under
    reached = replace(under, reach=under.reach.after(lost=lost))
    if timing.connect is not None:
        reached = reached.with_sample(Series.CONNECT, Sample(at, timing.connect))
    if lost:
        return reached.with_sample(Series.ANSWER, Sample(at, None))
    if timing.connect is not None or timing.first_byte is None:
        return reached
    series = Series.ANSWER if timing.forwarded else Series.OWN
    return reached.with_sample(series, Sample(at, timing.first_byte))
