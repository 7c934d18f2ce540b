"""What happens in a week beside a gateway: each kind of happening as a script, and when each of them begins."""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from tests.soak.world import BY_SSH, World
from tests.support.ways import LOCAL
from tui.simulator.regions import ZONES, next_reset
from tui.simulator.session import Link
from tui.simulator.situations import Upstream

EASTERN = ZoneInfo("America/New_York")
SATURDAY, EVENING = 5, 18


@dataclass(frozen=True)
class Asleep:
    """The machine sleeps for so many seconds."""

    seconds: float


Script = Iterator[float | Asleep | Callable[[], Awaitable[None]]]
"""Does something at each step, and yields the seconds until its next, or what is to be waited for."""


@dataclass
class Dice:
    """Chance, by a seed. longest: seconds that anything may last, so that a short soak has all of it."""

    random: random.Random
    longest: float = 7200.0

    def seconds(self, least: float, most: float) -> float:
        """Some time between the two, as far as anything may last so long."""
        return self.random.uniform(least, max(least, min(most, self.longest)))


def upstream(trouble: Upstream, least: float, most: float) -> Callable[[World, Dice], Script]:
    """IBKR's servers do that for a while."""

    def script(world: World, dice: Dice) -> Script:
        world.upstream = trouble
        yield dice.seconds(least, most)
        world.upstream = Upstream.ANSWERS

    return script


def restart(world: World, dice: Dice) -> Script:
    """The gateway's program ends and is started again; a person has to log in afterwards."""
    world.cut() if world.looks.way is BY_SSH else world.refuse()
    yield dice.seconds(5, 45)
    world.mend()
    world.restart()


def logout(world: World, dice: Dice) -> Script:
    """Somebody logs out."""
    world.rig.gateway.session.log_out()
    yield 0.0


def link_down(world: World, dice: Dice) -> Script:
    """IBKR's brokerage servers lose the session's link, and find it again."""
    session = world.rig.gateway.session
    if session.login_at is not None:
        session.become(Link.DOWN, world.theirs.now())
    yield dice.seconds(30, 300)
    if session.link is Link.DOWN:
        session.become(Link.LIVE, world.theirs.now())


def rival(world: World, dice: Dice) -> Script:
    """Another login wants the brokerage session, takes it, and lets it lie."""
    session = world.rig.gateway.session
    for link, seconds in ((Link.CONTESTED, dice.seconds(20, 90)), (Link.TAKEN, dice.seconds(60, 1800))):
        if session.login_at is None:
            return
        session.become(link, world.theirs.now())
        yield seconds
    if session.link is Link.TAKEN:
        session.become(Link.LAPSED, world.theirs.now())


def lapse(world: World, dice: Dice) -> Script:
    """IBKR ends the brokerage session for no reason that anybody could see."""
    session = world.rig.gateway.session
    if session.login_at is not None:
        session.become(Link.LAPSED, world.theirs.now())
    yield 0.0


def limited_by_one(world: World, dice: Dice) -> Script:
    """Another program asks for the same endpoint as often as we do."""
    world.limited = dice.random.choice(["/pnl/partitioned", "/summary", "/portfolio/accounts", "/positions"])
    yield dice.seconds(20, 120)
    world.limited = None


def flapping(world: World, dice: Dice) -> Script:
    """IBKR's servers answer and don't, by turns."""
    for _ in range(6):
        world.upstream = Upstream.BROKEN
        yield dice.seconds(15, 40)
        world.upstream = Upstream.ANSWERS
        yield dice.seconds(15, 40)


def slow(world: World, dice: Dice) -> Script:
    """Every answer takes seconds."""
    world.rig.transport.latency = dice.random.uniform(1.5, 5.0)
    yield dice.seconds(60, 400)
    world.rig.transport.latency = 0.0


def nap(world: World, dice: Dice) -> Script:
    """The machine sleeps for less than a session needs to end."""
    yield Asleep(dice.seconds(20, 200))


def sleep(world: World, dice: Dice) -> Script:
    """The machine sleeps for hours."""
    yield Asleep(dice.seconds(900, 7200))


def asleep_while_hung(world: World, dice: Dice) -> Script:
    """The machine sleeps while nothing is answered."""
    world.upstream = Upstream.SILENT
    yield dice.seconds(20, 60)
    yield Asleep(dice.seconds(60, 900))
    yield 30.0
    world.upstream = Upstream.ANSWERS


def clock_set(world: World, dice: Dice) -> Script:
    """The clock is set wrong, by a minute or by hours, and right again."""
    wrong = dice.random.choice([7200.0, 90.0, -90.0, -7200.0])
    world.set_clock(wrong)
    yield dice.seconds(60, 600)
    world.set_clock(-wrong)


def another_address(world: World, dice: Dice) -> Script:
    """The tunnel's agent is started again, and has another public address."""
    world.another_address(dice.random.randrange(10**6))
    yield 0.0


def agent_down(world: World, dice: Dice) -> Script:
    """The tunnel's agent loses its edge for a while."""
    world.looks.tunnel = replace(world.looks.tunnel, up=False, down_because="reconnecting")
    yield dice.seconds(150, 900)
    world.looks.tunnel = replace(world.looks.tunnel, up=True, down_because=None)


def forward(world: World, dice: Dice) -> Script:
    """The gateway is reached by a forward for a while, which breaks and is made again."""
    world.looks.way = BY_SSH
    yield dice.seconds(130, 200)
    for break_ in (world.refuse, world.cut):
        break_()
        yield dice.seconds(40, 900)
        world.mend()
        yield dice.seconds(60, 120)
    yield 30.0
    world.looks.way = LOCAL


def refresh(world: World, dice: Dice) -> Script:
    """The user wants everything anew, twice, and another account."""
    for _ in range(2):
        world.rig.actions.refresh()
        world.refreshes += 1
        yield dice.seconds(10, 40)
    ids = [account.id for account in world.rig.state.accounts.all]
    if ids:
        world.rig.actions.choose(dice.random.choice(ids))


KINDS: dict[str, Callable[[World, Dice], Script]] = {
    "servers away": upstream(Upstream.UNAVAILABLE, 60, 900),
    "servers broken": upstream(Upstream.BROKEN, 10, 120),
    "hung": upstream(Upstream.SILENT, 20, 900),
    "hung for long": upstream(Upstream.SILENT, 200, 7200),
    "flood": upstream(Upstream.LIMITS, 15, 500),
    "edge": upstream(Upstream.FORBIDS, 20, 300),
    "restart": restart,
    "logout": logout,
    "link down": link_down,
    "rival": rival,
    "lapse": lapse,
    "limited": limited_by_one,
    "flapping": flapping,
    "slow": slow,
    "nap": nap,
    "sleep": sleep,
    "asleep while hung": asleep_while_hung,
    "clock set": clock_set,
    "another address": another_address,
    "agent down": agent_down,
    "forward": forward,
    "refresh": refresh,
}


def person(world: World, dice: Dice) -> Script:
    """Logs in some minutes after somebody had to, anywhere in the world; for ever."""
    session = world.rig.gateway.session
    needed = 0.0
    while True:
        needed = needed + 20.0 if world.link in {Link.OUT, Link.LAPSED} else 0.0
        patience = dice.longest / 4 if world.link is Link.LAPSED else min(240.0, dice.longest / 4)
        if needed > patience and world.can_log_in():
            session.region = dice.random.choice(list(ZONES))
            session.log_in(world.theirs.now())
            needed = 0.0
        yield 20.0


def calendar(world: World, dice: Dice) -> Script:
    """IBKR's restart about each midnight of the login's region, and Saturday evening's maintenance; for ever."""
    session = world.rig.gateway.session
    while True:
        wall = world.theirs.now().wall
        left = (next_reset(wall, session.region) - wall).total_seconds()
        there = wall.astimezone(EASTERN)
        if there.weekday() == SATURDAY and there.hour == EVENING:
            world.upstream = Upstream.UNAVAILABLE
            yield dice.seconds(600, 3 * 3600)
            world.upstream = Upstream.SILENT
            yield dice.seconds(60, 1800)
            world.upstream = Upstream.ANSWERS
            yield 3600.0
        elif left < 61:
            yield left + 30
            world.upstream = Upstream.UNAVAILABLE
            yield dice.seconds(60, 600)
            world.upstream = Upstream.ANSWERS
        yield 30.0


def plan(dice: Dice, days: float, slot: float) -> list[tuple[float, str]]:
    """When what begins, in seconds: all kinds in every round of slots, each round in another order.

    slot: seconds from one happening to the next. The last one begins a slot before the end.
    """
    found: list[tuple[float, str]] = []
    at = slot / 2
    while at < days * 86400 - slot:
        names = list(KINDS)
        dice.random.shuffle(names)
        for name in names:
            if at >= days * 86400 - slot:
                break
            found.append((at + dice.random.uniform(0, slot / 8), name))
            at += slot
    return found
