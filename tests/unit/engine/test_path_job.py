"""When this machine is looked over, what is kept in mind of it, and what a look tells the state."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.support.rig import Rig, rig
from tests.support.ways import FORWARD, LOCAL, NGROK, SSH, SSH_GONE
from tui.config.remembered_paths import remembered
from tui.domain.address import Address, PathKind
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, Owner, Told, ToldBy, Way
from tui.engine.core import Core
from tui.engine.path_job import EVERY, NOT_WITHIN, PathJob, look_at_way
from tui.engine.supervise import supervise
from tui.path.detect import Hints, Seen


@dataclass
class Looks:
    """Stands in for the detection: tells of `way`, and keeps what it was told."""

    way: Way = LOCAL
    hints: list[Hints] = field(default_factory=list)

    async def __call__(self, _address: Address, hints: Hints) -> Seen:
        self.hints.append(hints)
        return Seen(self.way, (NGROK,), ())


def job(core: Core, looks: Looks, folder: Path, told: Told | None = None) -> PathJob:
    return PathJob(core, told or Told(), looks, folder)


async def looked(running: Rig, looks: Looks, folder: Path) -> None:
    await job(running.core, looks, folder).round()


async def test_a_look_is_told_to_the_state(tmp_path: Path) -> None:
    made = rig()
    await looked(made, Looks(SSH), tmp_path)
    assert made.state.path.way is not None
    assert made.state.path.way.value == SSH
    assert made.state.path.tunnels == (NGROK,)


async def test_the_settings_word_is_handed_on(tmp_path: Path) -> None:
    made, looks = rig(), Looks()
    await job(made.core, looks, tmp_path, Told(PathKind.SSH)).round()
    assert looks.hints == [Hints(PathKind.SSH, (), None)]


async def test_the_forward_is_remembered_in_this_run_and_for_the_next(tmp_path: Path) -> None:
    made, looks = rig(), Looks(SSH)
    first = job(made.core, looks, tmp_path)
    await first.round()
    assert remembered(made.state.path.address, tmp_path) == FORWARD
    looks.way = SSH_GONE
    await made.clock.advance(EVERY)
    await first.round()
    assert looks.hints[-1].remembered == FORWARD
    again = Looks(SSH_GONE)
    await looked(rig(), again, tmp_path)
    assert again.hints[-1].remembered == FORWARD
    assert remembered(made.state.path.address, tmp_path) == FORWARD


async def test_another_owner_of_the_port_ends_the_memory(tmp_path: Path) -> None:
    made, looks = rig(), Looks(SSH)
    the_job = job(made.core, looks, tmp_path)
    await the_job.round()
    looks.way = LOCAL
    await made.clock.advance(EVERY)
    await the_job.round()
    assert remembered(made.state.path.address, tmp_path) is None


@pytest.mark.parametrize(
    ("owner", "kept"),
    [
        (None, FORWARD),
        (Owner(None, 4121, ("127.0.0.1",)), FORWARD),  # it ended while its name was looked up
        (Owner(None, None, ("0.0.0.0",)), None),  # another user's, such as a container's
    ],
)
async def test_an_owner_that_is_not_told_ends_it_only_where_it_is_another_users(
    owner: Owner | None, kept: Forward | None, tmp_path: Path
) -> None:
    made, looks = rig(), Looks(SSH)
    the_job = job(made.core, looks, tmp_path)
    await the_job.round()
    looks.way = Way(PathKind.LOCAL, ToldBy.ADDRESS, owner)
    await made.clock.advance(EVERY)
    await the_job.round()
    assert remembered(made.state.path.address, tmp_path) == kept


async def test_the_settings_word_is_not_remembered_for_what_listens_there(tmp_path: Path) -> None:
    made = rig()
    await looked(made, Looks(replace(LOCAL, kind=PathKind.SSH, told_by=ToldBy.SETTINGS)), tmp_path)
    assert remembered(made.state.path.address, tmp_path) is None


async def test_where_the_way_begins_or_ceases_to_fail_it_is_looked_at_once(tmp_path: Path) -> None:
    import asyncio

    async with rig().running() as running:
        looks = Looks()
        task = asyncio.ensure_future(supervise(job(running.core, looks, tmp_path), running.core))
        try:
            await running.clock.advance(NOT_WITHIN + 1)
            settled = len(looks.hints)
            await running.clock.advance(30)
            assert len(looks.hints) == settled
            running.transport.refused = True
            await running.clock.advance(6)
            assert len(looks.hints) == settled + 1
            await running.clock.advance(20)
            assert len(looks.hints) == settled + 1  # it fails as before
            running.transport.refused = False
            await running.clock.advance(6)
            assert len(looks.hints) == settled + 2
        finally:
            task.cancel()


async def test_a_look_that_fails_by_a_defect_leaves_the_one_look_whole(tmp_path: Path) -> None:
    async def broken(_address: Address, _hints: Hints) -> Seen:
        raise RuntimeError("no")

    made, told = rig(), []
    await look_at_way(PathJob(made.core, Told(), broken, tmp_path), told.append)
    assert made.state.path.way is None
    assert made.state.journal[-1].text in told
    assert "by a defect of cpwatch (RuntimeError: no)" in told[0]


async def test_what_an_agent_told_stands_for_one_look_that_it_missed_and_no_longer(tmp_path: Path) -> None:
    made = rig()
    known: list[tuple[Tunnel, ...]] = []
    missing = [frozenset(), frozenset({PathKind.NGROK}), frozenset({PathKind.NGROK}), frozenset()]

    async def look(_address: Address, hints: Hints) -> Seen:
        known.append(hints.known)
        missed = missing[len(known) - 1]
        return Seen(LOCAL, hints.known if missed else (NGROK,), (), missed)

    each = PathJob(made.core, Told(), look, tmp_path)
    for _ in missing:
        await each.round()
        await made.clock.advance(EVERY)
    assert known == [(), (NGROK,), (), ()]
    lines = [entry.text for entry in made.state.journal if "ngrok" in entry.text]
    assert [line.rpartition(" ")[0].rpartition(" ")[2] for line in lines if "gone" in line] == ["is"]
    assert ["gone" in line or "come up" in line for line in lines] == [True, True]
