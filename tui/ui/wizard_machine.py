"""The machine that the setup wizard runs on: where gateways lie, who is around, what runs, what is written."""

import asyncio
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tui.clock import Clock
from tui.config.locations import state_folder
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.domain.way import Forward
from tui.files import write_whole
from tui.path.agents import asked
from tui.path.local_http import LocalHttp
from tui.path.machine import Machine, System, SystemMachine
from tui.path.programs import found, ran
from tui.setup import networks, restart, unpack
from tui.setup.advice import Advice, every_system, firewall
from tui.setup.find import Found, NotFound, named
from tui.setup.find import found as gateways_found
from tui.setup.java import java_here
from tui.setup.judge import judge
from tui.setup.origin import confirmed, origin, this_machine
from tui.setup.recipe import Leads, Looks, Reads, Recipe, Runs, Step, Unfit
from tui.setup.recipes_gateway import no_gateway
from tui.setup.recipes_place import Place
from tui.setup.recipes_services import Manager, service_recipe
from tui.setup.recipes_tunnels import cloudflare, ngrok, quick_tunnel, ssh, tailscale
from tui.setup.service import gateway_service, watch_service
from tui.setup.surroundings import free_port, live_context
from tui.setup.tunnel_files import Target
from tui.setup.validate import problems
from tui.setup.write import Seen, Unread, Unwritten, Written, seen, shown, written
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.wizard_offers import offers_of
from tui.ui.wizard_state import Offer, Reading, Restarting, Wizard

T = TypeVar("T")
Prove = Callable[[tuple[Address, ...], Callable[[Proof], None]], bool]
_MOST_FILE = 1 << 20
_FAR = "you@the-gateways-machine"
_FIREWALLS: Mapping[System, tuple[str, ...]] = {
    System.LINUX: ("nft", "ufw"),
    System.MACOS: ("pf",),
    System.WINDOWS: ("Windows",),
}


class ThisMachine:
    """prove: asks a gateway at addresses of this machine. clock: for what waits, and for a copy's time stamp."""

    def __init__(self, clock: Clock, prove: Prove, machine: Machine | None = None) -> None:
        self._clock = clock
        self._prove = prove
        self._machine = machine or SystemMachine()
        self._traces = this_machine()
        self._own: frozenset[Address] = frozenset()

    def find(self) -> tuple[Found, ...]:
        """Those that run first."""
        return gateways_found(self._machine.system)

    def look(self, typed: str) -> Found:
        """A gateway's folder, one around it, or a file. Raises Sorry."""
        there = named(typed)
        if isinstance(there, NotFound):
            raise Sorry(there.reason)
        return there

    def read(self, place: Found) -> Reading:
        """The file, judged with all that is known of its surroundings. Raises Sorry."""
        there = seen(place.conf)
        if isinstance(there, Unread):
            raise Sorry(there.reason)
        context = live_context(place.conf, self._machine, place.process)
        return Reading(there, judge(there.data, context))

    def offers(self, reading: Reading) -> tuple[Offer, ...]:
        """By this machine's interfaces, and by what Tailscale and WireGuard tell without being an administrator."""
        around = networks.networks(self._machine)

        async def peers() -> tuple[tuple[networks.Peer, ...], tuple[networks.Peer, ...]]:
            async with LocalHttp(self._clock) as http:
                return await networks.ask_tailscale(http), await networks.ask_wireguard(self._clock)

        tailnet, wireguard = asyncio.run(peers())
        return offers_of(around, tailnet, wireguard, reading.judged)

    def free_port(self) -> int | None:
        """From 5001 on."""
        return free_port(self._machine)

    def write(self, old: Seen, data: bytes) -> Written:
        """Raises Sorry."""
        done = written(old, data, self._clock)
        if isinstance(done, Unwritten):
            raise Sorry(f"{done.reason} {done.fix}".strip())
        return done

    def restarting(self, place: Found) -> Restarting:
        """By its process's control group, its parents, and what systemd says."""
        process = self._process(place)
        system = self._machine.system
        if process is None or process.process is None:
            return Restarting(restart.restart(None, str(place.folder), place.name, system))
        java = process.process
        how = origin(java, system, self._traces)

        async def proved() -> Restarting:
            sure = await confirmed(how, java.pid, self._traces, self._clock)
            mine = await restart.owns(sure, java.pid, self._traces, self._clock)
            return Restarting(restart.restart(java, str(place.folder), place.name, system, sure), mine)

        return asyncio.run(proved())

    def restart(self, place: Found, restarting: Restarting, typed: str) -> str:
        """Raises Sorry."""
        process = self._process(place)
        if process is None or process.process is None:
            raise Sorry("It does not run any more. Nothing was done.")
        pid = process.process.pid
        done = asyncio.run(restart.restarted(restarting.how.origin, pid, typed, self._traces, self._clock))
        if not done.restarted:
            raise Sorry(done.said)
        return done.said

    def own(self, wizard: Wizard) -> tuple[Address, ...]:
        """127.0.0.1 first, then the other IPv4 addresses of this machine's interfaces."""
        scheme = "https" if wizard.judged is None or wizard.judged.conf.listen_ssl else "http"
        others = (str(each.address) for each in networks.networks(self._machine))
        hosts = dict.fromkeys(["127.0.0.1", *(each for each in others if not each.startswith("127."))])
        own = tuple(Address(scheme, host, wizard.port) for host in hosts)
        self._own = frozenset(own)
        return own

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Only at those that `own` has named, whatever is asked for."""
        return self._prove(tuple(each for each in addresses if each in self._own), tell)

    def guarding(self, port: int, admitted: tuple[str, ...]) -> tuple[tuple[str, Advice], ...]:
        """For the firewalls of this system; of Linux's two, ufw where it is there."""
        system = self._machine.system
        if system is System.LINUX and found("ufw") is None:
            return (("nft", firewall(port, system, admitted)),)
        known = every_system(port, admitted)
        return tuple((name, known[name]) for name in _FIREWALLS.get(system, tuple(known)))

    def none_yet(self) -> Recipe:
        """From IBKR's page to the first login. Raises Sorry."""
        java = asyncio.run(java_here(self._clock, self._machine.system))
        try:
            return no_gateway(self._place, java)
        except Unfit as error:
            raise Sorry(str(error)) from None

    def unpack(self, zipped: str, folder: str) -> Found:
        """Raises Sorry."""
        try:
            made = unpack.unpack(Path(zipped).expanduser(), Path(folder).expanduser())
        except (unpack.Refused, RuntimeError) as error:
            raise Sorry(str(error) if isinstance(error, unpack.Refused) else "There is no such home folder.") from None
        return self.look(str(made.folder))

    def recipes(self, wizard: Wizard) -> tuple[Recipe, ...]:
        """Tunnels first, then services; what can't be made for this machine is left out."""
        place, conf = self._place, wizard.judged.conf if wizard.judged is not None else None
        target = Target(wizard.port, conf is None or conf.listen_ssl)
        makers: list[Callable[[], Recipe]] = [
            lambda: ngrok(place, target),
            lambda: cloudflare(place, target),
            lambda: quick_tunnel(place, target),
            lambda: tailscale(place, target),
            lambda: ssh(place, Forward(_FAR, wizard.port, "localhost", wizard.port)),
        ]
        staging = str(state_folder())
        for manager in _managers(self._machine.system):
            if wizard.place is not None:
                makers.append(partial(self._gateway_service, manager, wizard.place, staging, wizard.port))
            makers.append(partial(self._watch_service, manager, staging))
        made: list[Recipe] = []
        for make in makers:
            try:
                made.append(make())
            except Unfit:
                continue
        return tuple(made)

    def put(self, step: Step) -> str:
        """Its folders are made where there are none. An existing file is not overwritten. Raises Sorry."""
        file = step.file
        if file is None:
            raise Sorry("There is no file to write.")
        amiss = () if file.filled_by_hand else problems(file.data, file.format)
        path = Path(file.path)
        if amiss:
            raise Sorry(f"Nothing was written: {amiss[0]}")
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(mode=0o700, parents=True)
            if path.exists():
                raise Sorry(f"{shown(path)} is there already, and stays as it is. Move it away first.")
            made = write_whole(path, file.data, overwrite=False, mode=file.mode)
        except OSError as error:
            raise Sorry(f"{shown(path)} could not be written: {error.strerror or 'the system refused'}.") from None
        return f"Written: {shown(made)}"

    def checked(self, step: Step) -> tuple[bool | None, str]:
        """By the first of its checks that can tell."""
        missing = ""
        for check in step.checks:
            match check:
                case Runs(program, arguments, proves):
                    path = found(program)
                    if path is None:
                        missing = missing or program
                        continue
                    done = asyncio.run(ran(self._clock, path, *arguments, errors=True))
                    good = done is not None and done.code == 0
                    return good, proves if good else f"{program} does not say so."
                case Leads(kind, port, tls, proves):
                    good = asyncio.run(self._leads(kind, port, tls=tls))
                    return good, proves if good else f"{kind.words} does not say that it leads to port {port}."
                case Reads(path, form, proves):
                    return self._read(Path(path), form, proves)
                case Looks():
                    continue
        if missing:
            return False, f"There is no {missing} on this machine's PATH."
        return None, "cpwatch can't see that from here: look yourself, as the step says."

    @property
    def _place(self) -> Place:
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):
            user = "USER"
        return Place(self._machine.system, os.path.expanduser("~"), user)  # noqa: PTH111 (Path.home raises where none is known)

    def _gateway_service(self, manager: Manager, at: Found, staging: str, port: int) -> Recipe:
        windows = self._machine.system is System.WINDOWS
        service = gateway_service(str(at.folder), at.name, windows=windows)
        return service_recipe(service, manager, self._place, staging, port=port)

    def _watch_service(self, manager: Manager, staging: str) -> Recipe:
        command = (sys.executable, "-m", "tui")
        installed = found("cpwatch")
        service = watch_service((installed,) if installed else command, staging)
        return service_recipe(service, manager, self._place, staging)

    def _process(self, place: Found) -> Found | None:
        """The gateway that runs with that file now."""
        running = (each for each in self.find() if each.process is not None)
        return next((each for each in running if each.conf == place.conf or each.folder == place.folder), None)

    async def _leads(self, kind: Any, port: int, *, tls: bool) -> bool:
        async with asked(self._clock, tls=tls) as agents:
            ask = agents.get(kind)
            tunnels = () if ask is None else await ask(port, (), "localhost")
        return any(each.leads_here and each.up is not False for each in tunnels)

    def _read(self, path: Path, form: Any, proves: str) -> tuple[bool, str]:
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_FILE)
        except (OSError, ValueError):
            return False, f"There is no {shown(path)} that can be read."
        amiss = problems(data, form)
        return (False, amiss[0]) if amiss else (True, proves)


def _managers(system: System) -> tuple[Manager, ...]:
    match system:
        case System.LINUX:
            return (Manager.SYSTEMD_USER, Manager.SYSTEMD)
        case System.MACOS:
            return (Manager.LAUNCHD,)
        case System.WINDOWS:
            return (Manager.TASK_AT_LOGON, Manager.TASK_AT_BOOT)
    return ()
