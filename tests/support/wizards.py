"""A machine for the setup wizard: a gateway's folder, networks that are told, answers that are given."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path, PurePosixPath
from typing import ClassVar, cast

from tests.support.clock import ManualClock
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.proof import Proof
from tui.path.machine import System
from tui.path.processes import GatewayProcess
from tui.setup import unpack
from tui.setup.advice import Advice, firewall
from tui.setup.find import By, Found, NotFound, named
from tui.setup.java import JavaReport, JavaState
from tui.setup.judge import judge
from tui.setup.networks import Network, NetworkKind, Peer
from tui.setup.origin import Origin, Started
from tui.setup.recipe import File, Recipe, Step
from tui.setup.recipes_check import Checked, Standing, Stands
from tui.setup.recipes_gateway import no_gateway
from tui.setup.recipes_place import Place
from tui.setup.recipes_services import Manager, service_recipe
from tui.setup.recipes_tunnels import ngrok, tailscale
from tui.setup.restart import restart
from tui.setup.service import gateway_service
from tui.setup.tunnel_files import Target
from tui.setup.write import Seen, Unread, Unwritten, Written, seen, written
from tui.ui.bare_app import BareApp
from tui.ui.glyphs import UTF_8
from tui.ui.screens.wizard.flow import step_screen
from tui.ui.screens.wizard.step import Hands
from tui.ui.screens.wizard.tools import Sorry, Tools
from tui.ui.theme import DARK
from tui.ui.wizard_offers import offers_of
from tui.ui.wizard_state import (
    Offer,
    Reading,
    Restarting,
    Wizard,
    back,
    chosen,
    draft_of,
    drafted,
    offered,
    placed,
    plan_for,
    planned,
    went,
    wrote,
)
from tui.ui.wizard_state import Step as WizardStep

SHIPPED = Path(__file__).parents[1] / "data" / "conf" / "shipped.yaml"
LAN = Network(NetworkKind.LAN, "eth0", IPv4Address("192.168.1.7"), IPv4Network("192.168.1.0/24"))
BRIDGE = Network(NetworkKind.CONTAINERS, "docker0", IPv4Address("172.17.0.1"), IPv4Network("172.17.0.0/16"))
UNIT = "ibkr-gateway.service"


def gateway_folder(folder: Path, conf: bytes | None = None) -> Path:
    """A gateway's folder with everything by which one is known, and that conf.yaml; the shipped one without any."""
    home = folder / "clientportal.gw"
    for each in ("bin", "dist", "root"):
        (home / each).mkdir(parents=True)
    (home / "bin" / "run.sh").write_text("#!/bin/bash\n")
    (home / "dist" / "ibgroup.web.core.iblink.router.clientportal.gw.jar").write_bytes(b"")
    (home / "root" / "conf.yaml").write_bytes(SHIPPED.read_bytes() if conf is None else conf)
    return home


@dataclass
class FakeTools:
    """The wizard's machine. home: the gateway's folder, None where there is none. answers: by address, its failure.

    mine: whether the gateway is this user's own service. running: whether it runs. standing: what is in the place of
    a recipe's files. asked, restarts, put_files: what was done.
    """

    home: Path | None = None
    mine: bool = False
    running: bool = True
    networks: tuple[Network, ...] = (LAN, BRIDGE)
    tailnet: tuple[Peer, ...] = (Peer("laptop", "100.101.102.103", True),)
    answers: dict[str, Failure | None] = field(default_factory=dict)
    answering: bool = True
    broken: bool = False
    asked: list[tuple[Address, ...]] = field(default_factory=list)
    restarts: list[str] = field(default_factory=list)
    standing: Standing = Standing.FREE
    put_files: list[File] = field(default_factory=list)
    clock: ManualClock = field(default_factory=ManualClock)

    @property
    def conf(self) -> Path:
        """Its settings file."""
        assert self.home is not None
        return self.home / "root" / "conf.yaml"

    def find(self) -> tuple[Found, ...]:
        """That one."""
        if self.broken:
            raise RuntimeError("hostile \x1b[31m")
        if self.home is None:
            return ()
        process = GatewayProcess(4121, str(self.home), "root/conf.yaml", ports=(5000,)) if self.running else None
        return (Found(self.home, self.conf, By.RUNNING if self.running else By.FOLDER, process),)

    def look(self, typed: str) -> Found:
        """A real look."""
        found = named(typed)
        if isinstance(found, NotFound):
            raise Sorry(found.reason)
        return found

    def read(self, place: Found) -> Reading:
        """A real reading, judged by itself."""
        there = seen(place.conf)
        if isinstance(there, Unread):
            raise Sorry(there.reason)
        return Reading(there, judge(there.data))

    def offers(self, reading: Reading) -> tuple[Offer, ...]:
        """By the networks that are told."""
        return offers_of(self.networks, self.tailnet, (), reading.judged)

    def free_port(self) -> int | None:
        """Always the same."""
        return 5001

    def write(self, old: Seen, data: bytes) -> Written:
        """A real writing, by the hand-driven clock."""
        done = written(old, data, self.clock)
        if isinstance(done, Unwritten):
            raise Sorry(f"{done.reason} {done.fix}".strip())
        return done

    def restarting(self, place: Found) -> Restarting:
        """By a shell, or as a service of the user's."""
        how = Origin(Started.SYSTEMD_USER, UNIT, 1000) if self.mine else Origin(Started.SHELL)
        return Restarting(restart(place.process, str(place.folder), place.name, System.LINUX, how), self.mine)

    def restart(self, place: Found, restarting: Restarting, typed: str) -> str:
        """Remember it."""
        self.restarts.append(typed)
        if not self.running:
            raise Sorry("It does not run any more. Nothing was done.")
        return f"{UNIT} was restarted."

    def own(self, wizard: Wizard) -> tuple[Address, ...]:
        """127.0.0.1, and the LAN's."""
        return tuple(Address("https", host, wizard.port) for host in ("127.0.0.1", *(str(LAN.address),)))

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Answer at once, as is told."""
        self.asked.append(addresses)
        for each in addresses if self.answering else ():
            tell(Proof(each, self.answers.get(each.host)))
        return self.answering

    def guarding(self, port: int, admitted: tuple[str, ...]) -> tuple[tuple[str, Advice], ...]:
        """Linux's."""
        return (("nft", firewall(port, System.LINUX, admitted)),)

    def none_yet(self) -> Recipe:
        """With a Java that runs it."""
        return no_gateway(self.place, JavaReport(JavaState.FIT, "Java 17.0.15 runs the gateway."))

    def unpack(self, zipped: str, folder: str) -> Found:
        """A real unpacking."""
        try:
            return self.look(str(unpack.unpack(Path(zipped), Path(folder)).folder))
        except unpack.Refused as error:
            raise Sorry(str(error)) from None

    def recipes(self, wizard: Wizard) -> tuple[Recipe, ...]:
        """Two tunnels and a service."""
        target = Target(wizard.port)
        service = service_recipe(gateway_service("/srv/gw"), Manager.SYSTEMD_USER, self.place, "/var/lib/cpwatch")
        return (ngrok(self.place, target), tailscale(self.place, target), service)

    def stands(self, file: File) -> Stands:
        """As is told."""
        return Stands(self.standing, reason="It can't be read.")

    def put(self, file: File, there: Stands) -> Written:
        """Remember it."""
        self.put_files.append(file)
        if self.broken:
            raise Sorry("It is there already.")
        backup = Path(f"{file.path}.old") if there.standing is Standing.OTHER else None
        return Written(Path(file.path), backup)

    def checked(self, step: Step) -> Checked:
        """It is well."""
        return Checked(None if not step.checks else not self.broken, "It was looked at.", ("It says more.",))

    @property
    def place(self) -> Place:
        """A Linux machine."""
        return Place(System.LINUX, "/home-of/me", "me")


DENIED = Failure(FailureKind.DENIED, '404 "Access Denied"', 404)


def found_at(home: Path) -> Found:
    """The gateway in that folder, which does not run."""
    return Found(home, home / "root" / "conf.yaml", By.NAMED)


def read_at(home: Path) -> Wizard:
    """The wizard once that gateway's file is read."""
    place = found_at(home)
    there = seen(place.conf)
    assert isinstance(there, Seen)
    return replace(Wizard(), place=place, reading=Reading(there, judge(there.data)))


def before_writing(tools: FakeTools, audience: frozenset[str] = frozenset({"lan:192.168.1.*"})) -> Wizard:
    """The wizard where it asks whether it shall be written, with the LAN let in, or others."""
    place = tools.find()[0]
    wizard_ = placed(Wizard(), place, tools.read(place))
    assert wizard_.reading is not None
    wizard_ = chosen(offered(went(wizard_, WizardStep.WHO), tools.offers(wizard_.reading)), audience)
    plan = plan_for(wizard_)
    assert not isinstance(plan, str)
    wizard_ = planned(wizard_, plan)
    draft = draft_of(wizard_)
    assert not isinstance(draft, str)
    return went(drafted(wizard_, draft), WizardStep.WRITE)


def at_lists(tools: FakeTools) -> Wizard:
    """The wizard where it shows the lists that result, with everybody let in whom this machine's networks offer."""
    found = before_writing(tools, frozenset({"lan:192.168.1.*", "containers:172.17.*", "tailscale:100.101.102.103"}))
    while found.step is not WizardStep.LISTS:
        found = back(found)
    return found


def after_writing(tools: FakeTools, step: WizardStep) -> Wizard:
    """The wizard at a step behind the writing."""
    at = before_writing(tools)
    assert at.reading is not None
    assert at.draft is not None
    return went(wrote(at, tools.write(at.reading.seen, at.draft.data)), step)


_PICTURED = cast("Path", PurePosixPath("/srv/clientportal.gw"))
"""Where the gateway of the pictures lies; spelled so on every system."""


@dataclass
class PicturedTools(FakeTools):
    """A machine that touches no file, so that what it tells is always the same: IBKR's file as it is shipped."""

    @property
    def conf(self) -> Path:
        """Its settings file."""
        return _PICTURED / "root" / "conf.yaml"

    def find(self) -> tuple[Found, ...]:
        """One that runs."""
        process = GatewayProcess(4121, str(_PICTURED), "root/conf.yaml", ports=(5000,))
        return (Found(_PICTURED, self.conf, By.RUNNING, process),)

    def read(self, place: Found) -> Reading:
        """The file as it comes from IBKR."""
        data = SHIPPED.read_bytes()
        return Reading(Seen(place.conf, place.conf, data, (), b""), judge(data))

    def write(self, old: Seen, data: bytes) -> Written:
        """As if it were written."""
        return Written(old.target, old.target.with_name("conf.yaml.20260105-140322.bak"))


class WizardApp(BareApp):
    """The wizard alone, over that machine. at: the step that it begins with."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self, tools: Tools, at: Wizard | None = None, theme: str = DARK) -> None:
        super().__init__(theme=theme, encoding=UTF_8)
        self._first = step_screen(at or Wizard(), Hands(tools, self.copy, step_screen))

    def on_mount(self) -> None:
        """Show it."""
        self.push_screen(self._first)

    @property
    def busy(self) -> bool:
        """Whether the step that is shown is still looking, or doing something."""
        return bool(getattr(self.screen, "busy", ""))
