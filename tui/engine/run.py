"""All jobs of one gateway, side by side, until cancelled."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui.domain.accounts import ALL
from tui.domain.events import PositionsSeen
from tui.domain.rich import merge_rich
from tui.engine.account_jobs import DayJob, RichJob, ledger_job, others_job, positions_job, summary_job
from tui.engine.core import Core
from tui.engine.jobs import AccountsJob, AuthJob, BrokerageJob, LoginJob, TimeJob
from tui.engine.keepalive import TickleJob
from tui.engine.on_word import OnWord, Paced
from tui.engine.probe_job import ProbeJob
from tui.engine.supervise import LONGEST, Job, supervise
from tui.engine.traffic import TrafficJob


async def run_jobs(core: Core, *others: Job) -> None:
    """Do every job under supervision; the keep-alive only where the state says that it is wanted. Never returns.

    others: jobs that look at more than the gateway, and that a test may leave out.
    """
    pace = core.state.pace
    auth, tickle = AuthJob(core), TickleJob(core)
    jobs: list[Job] = [
        Paced(auth, core) if pace.auth > LONGEST else auth,
        *_asking(core),
        TimeJob(core),
        TrafficJob(core),
        ProbeJob(core),
        *others,
    ]
    if core.state.session.keep_alive.enabled:
        jobs.insert(0, Paced(tickle, core) if pace.tickle > LONGEST else tickle)
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(supervise(job, core), name=job.name)


def _asking(core: Core) -> Iterator[Job]:
    """What asks about the login and the accounts: at its pace, or over a metered way once and then on the user's word.

    There the pace says which of them; those without an interval of their own are always among them.
    """
    metered = core.state.path.plan.metered
    for each in _ASKING:
        once = metered if each.kind is None else each.kind in core.state.pace.on_word
        yield OnWord(each.make, core, each.whole, each.then, each.done) if once else Paced(each.make(core), core)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What asks. kind: its interval in the pace, None where it has none there. make: makes the job.

    The rest is how it does on the user's word: see OnWord.
    """

    kind: str | None
    make: Callable[[Core], Job]
    whole: Callable[[Core], int] = lambda _: 1
    then: tuple[str, ...] = ()
    done: Callable[[Core], None] = lambda _: None


def _looked_at(core: Core) -> int:
    accounts = core.state.accounts
    return len(accounts.all) if accounts.visible == ALL else 1


def _beside(core: Core) -> int:
    accounts = core.state.accounts
    return 0 if accounts.visible == ALL else len(accounts.all) - 1


def _until(known: Callable[[Core], object], tries: int) -> Callable[[Core], int]:
    """Some questions until the answer is known, as IBKR's first ones may be empty; none beyond the word's own then."""
    return lambda core: 0 if known(core) else tries


def _named(core: Core) -> None:
    """Put the names to the rows that are there: over a metered way no newer rows come by themselves to take them."""
    for account, book in core.state.positions.books.items():
        rows = merge_rich(book.value, core.rich.get(account, ()))
        if rows != book.value:
            core.apply(PositionsSeen(core.gateway, book.at, account, rows))


_ASKING = (
    _Asking("accounts", AccountsJob, _until(lambda core: core.primed.is_set(), 4)),
    _Asking("positions", positions_job, _looked_at, then=("names",)),
    _Asking("summary", summary_job, _looked_at),
    _Asking("summary", ledger_job, _looked_at),
    _Asking(None, LoginJob, _until(lambda core: core.state.session.sign_in, 1)),
    _Asking(None, BrokerageJob, _until(lambda core: core.state.accounts.brokerage, 1)),
    _Asking("pnl", DayJob, _until(lambda core: core.state.accounts.pnl, 3)),
    _Asking(None, RichJob, lambda _: 2, done=_named),
    _Asking("others", others_job, _beside),
)
