"""Delivery: tried again with growing waits, each channel by itself, and nothing is lost without a word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.alerting import Keeping, an_alert, titles
from tests.support.clock import ManualClock, settle
from tui.domain.journal import Level
from tui.watch.alerts.deliver import LIMIT, LONGEST_QUEUE, WAITS, Delivery, attempt
from tui.watch.alerts.text import document

TOLD = document(an_alert(), "home", figures=False)


class Journal:
    def __init__(self) -> None:
        self.lines: list[tuple[Level, str]] = []

    def tell(self, level: Level, text: str) -> None:
        self.lines.append((level, text))

    @property
    def undelivered(self) -> list[str]:
        return [text for level, text in self.lines if level is Level.ALARM]


@asynccontextmanager
async def delivering(*channels: Keeping) -> AsyncIterator[tuple[Delivery, ManualClock, Journal]]:
    clock, journal = ManualClock(), Journal()
    delivery = Delivery(channels, clock, journal.tell)
    task = asyncio.create_task(delivery.run())
    await settle()
    try:
        yield delivery, clock, journal
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def numbered(number: int) -> dict[str, Any]:
    return {**TOLD, "title": f"n{number}"}


async def test_every_channel_gets_every_alert_in_order_and_the_journal_says_so() -> None:
    one, other = Keeping("one"), Keeping("other")
    async with delivering(one, other) as (delivery, _, journal):
        for number in range(5):
            delivery.put(numbered(number))
        await settle()
        assert titles(one.got) == titles(other.got) == [f"n{number}" for number in range(5)]
        assert len(journal.lines) == 10
        assert all(level is Level.INFO and "alert sent by" in text for level, text in journal.lines)


async def test_what_is_refused_is_tried_again_after_growing_waits_and_sent_once() -> None:
    channel = Keeping(refuses=len(WAITS))
    async with delivering(channel) as (delivery, clock, journal):
        delivery.put(TOLD)
        for number, wait in enumerate(WAITS, 1):
            await settle()
            assert channel.tries == number
            await clock.advance(wait - 0.1)
            assert channel.tries == number
            await clock.advance(0.1)
        assert channel.got == [TOLD]
        await clock.advance(10_000)
        assert channel.tries == len(WAITS) + 1
        assert [level for level, _ in journal.lines] == [Level.WARN, Level.INFO]
        assert "yet (not now), tried again" in journal.lines[0][1]
        assert journal.undelivered == []


async def test_what_nobody_takes_is_given_up_with_a_word_and_the_next_one_tried() -> None:
    channel = Keeping("dead", refuses=len(WAITS) + 1)
    async with delivering(channel) as (delivery, clock, journal):
        delivery.put(numbered(1))
        delivery.put(numbered(2))
        await clock.advance(sum(WAITS))
        assert journal.undelivered == ["undelivered by dead (not now, 5 times): n1"]
        assert [(each.channel, each.told["title"]) for each in delivery.undelivered] == [("dead", "n1")]
        assert titles(channel.got) == ["n2"]


async def test_a_channel_that_never_answers_holds_up_no_other() -> None:
    hung, well = Keeping("hung", hangs=True), Keeping("well")
    async with delivering(hung, well) as (delivery, clock, journal):
        delivery.put(numbered(1))
        delivery.put(numbered(2))
        await settle()
        assert titles(well.got) == ["n1", "n2"]
        await clock.advance(LIMIT * (len(WAITS) + 1) + sum(WAITS))
        assert journal.undelivered == [f"undelivered by hung (no answer within {LIMIT:g} s, 5 times): n1"]


async def test_a_defect_of_a_channel_ends_nothing() -> None:
    class Defective(Keeping):
        async def send(self, told: dict[str, Any]) -> None:
            await super().send(told)
            if self.tries == 1:
                raise ZeroDivisionError

    channel = Defective()
    async with delivering(channel) as (delivery, clock, _):
        delivery.put(TOLD)
        await clock.advance(WAITS[0])
        assert channel.tries == 2
        assert await attempt(Defective(), TOLD, clock) == "a defect of cpwatch (ZeroDivisionError)"


async def test_a_queue_has_an_end_and_what_falls_out_is_told() -> None:
    channel = Keeping("hung", hangs=True)
    async with delivering(channel) as (delivery, _, journal):
        for number in range(LONGEST_QUEUE + 2):
            delivery.put(numbered(number))
        assert journal.undelivered == [f"undelivered by hung (too many wait before it): n{n}" for n in (1, 2)]


async def test_what_waits_at_the_end_of_the_watch_is_told_to_be_undelivered() -> None:
    channel = Keeping("hung", hangs=True)
    async with delivering(channel) as (delivery, _, journal):
        delivery.put(numbered(1))
        delivery.put(numbered(2))
        await settle()
    assert journal.undelivered == [f"undelivered by hung (the watch ended): n{n}" for n in (1, 2)]
