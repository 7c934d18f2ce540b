"""All jobs of one gateway, side by side, until cancelled."""

import asyncio

from tui.engine.account_jobs import DayJob, RichJob, ledger_job, others_job, positions_job, summary_job
from tui.engine.core import Core
from tui.engine.jobs import AccountsJob, AuthJob, BrokerageJob, LoginJob, TimeJob
from tui.engine.keepalive import TickleJob
from tui.engine.supervise import Job, supervise
from tui.engine.traffic import TrafficJob


async def run_jobs(core: Core) -> None:
    """Do every job under supervision; the keep-alive only where the state says that it is wanted. Never returns."""
    jobs: list[Job] = [
        AuthJob(core),
        AccountsJob(core),
        positions_job(core),
        summary_job(core),
        ledger_job(core),
        LoginJob(core),
        BrokerageJob(core),
        DayJob(core),
        RichJob(core),
        others_job(core),
        TimeJob(core),
        TrafficJob(core),
    ]
    if core.state.session.keep_alive.enabled:
        jobs.insert(0, TickleJob(core))
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(supervise(job, core), name=job.name)
