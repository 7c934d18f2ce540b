"""The machine that the setup wizard runs on: where gateways lie, who is around, what runs, what is written."""

import asyncio
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from tui.clock import Clock
from tui.config.locations import APP, state_folder
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.domain.way import Forward
from tui.path.local_http import LocalHttp
from tui.path.machine import Machine, System, SystemMachine
from tui.path.programs import found, ran
from tui.setup import networks, recipes_check, restart, unpack
from tui.setup.advice import Advice, every_system, firewall
from tui.setup.find import Found, NotFound, named
from tui.setup.find import found as gateways_found
from tui.setup.java import java_here
from tui.setup.judge import judge
from tui.setup.origin import confirmed, origin, this_machine
from tui.setup.recipe import File, Recipe, Step, Unfit
from tui.setup.recipes_check import Checked, Stands
from tui.setup.recipes_edges import cloudflared_file, ngrok_files
from tui.setup.recipes_gateway import no_gateway
from tui.setup.recipes_place import Place
from tui.setup.recipes_services import Manager, managers, service_recipe
from tui.setup.recipes_tunnels import cloudflare, ngrok, quick_tunnel, ssh, tailscale
from tui.setup.service import Service, cloudflared_service, gateway_service, ngrok_service, watch_service
from tui.setup.surroundings import free_port, live_context
from tui.setup.tunnel_files import ENDPOINT, Target
from tui.setup.write import Seen, Unread, Unwritten, Written, seen, written
from tui.ui.screens.wizard.tools import Sorry
from tui.ui.wizard_offers import offers_of
from tui.ui.wizard_state import Offer, Reading, Restarting, Wizard

Prove = Callable[[tuple[Address, ...], Callable[[Proof], None]], bool]
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
        for manager in managers(self._machine.system):
            if wizard.place is not None:
                makers.append(partial(self._gateway_service, manager, wizard.place, wizard.port))
            makers += [partial(self._tunnel_service, manager, *each) for each in self._tunnels()]
            if self._watches:
                makers.append(partial(self._watch_service, manager))
        made: list[Recipe] = []
        for make in makers:
            try:
                made.append(make())
            except Unfit:
                continue
        return tuple(made)

    def stands(self, file: File) -> Stands:
        """As it is now."""
        return recipes_check.stands(file)

    def put(self, file: File, there: Stands) -> Written:
        """Its folder is made where there is none. Raises Sorry."""
        done = recipes_check.put(file, self._clock, there)
        if isinstance(done, Unwritten):
            raise Sorry(f"{done.reason} {done.fix}".strip())
        return done

    def checked(self, step: Step) -> Checked:
        """By the first of its checks that can tell; else by what the first one says."""
        found = None
        for check in step.checks:
            done = asyncio.run(recipes_check.checked(check, self._clock))
            if done.ok is not None:
                return done
            found = found or done
        return found or Checked(None, "cpwatch can't see that from here: look yourself, as the step says.")

    @property
    def _place(self) -> Place:
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):
            user = "USER"
        return Place(self._machine.system, os.path.expanduser("~"), user)  # noqa: PTH111 (Path.home raises where none is known)

    @property
    def _staging(self) -> str:
        """Where files lie that an administrator then puts in place."""
        return str(state_folder() / "setup")

    def _gateway_service(self, manager: Manager, at: Found, port: int) -> Recipe:
        windows = self._machine.system is System.WINDOWS
        service = gateway_service(str(at.folder), at.name, windows=windows)
        return service_recipe(service, manager, self._place, self._staging, port=port)

    def _tunnels(self) -> tuple[tuple[str, Callable[[], Service]], ...]:
        """Those whose recipe was followed: the program is here, and so are the files that it starts with."""
        try:
            own, ours = ngrok_files(self._place)
            config = cloudflared_file(self._place)
        except Unfit:
            return ()
        ngrok_at, cloudflared_at = found("ngrok"), found("cloudflared")
        made: list[tuple[str, Callable[[], Service]]] = []
        if ngrok_at is not None and all(map(os.path.isfile, (own, ours))):
            made.append(("ngrok", partial(ngrok_service, ngrok_at, (own, ours), ENDPOINT)))
        if cloudflared_at is not None and os.path.isfile(config):  # noqa: PTH113 (which raises nothing)
            made.append(("cloudflared", partial(cloudflared_service, cloudflared_at, config)))
        return tuple(made)

    def _tunnel_service(self, manager: Manager, name: str, make: Callable[[], Service]) -> Recipe:
        recipe = service_recipe(make(), manager, self._place, self._staging)
        return replace(recipe, id=f"{recipe.id}-{name}", title=f"A service for {name}: {manager.words}")

    def _watch_service(self, manager: Manager) -> Recipe:
        service = watch_service(self._cpwatch, self._state)
        return service_recipe(service, manager, self._place, self._staging)

    @property
    def _state(self) -> str:
        """Where a service of this user's remembers: systemd gives it none of what the user's shell has set."""
        linux = self._machine.system is System.LINUX
        return self._place.own(".local", "state", APP) if linux else str(state_folder())

    @property
    def _cpwatch(self) -> tuple[str, ...]:
        """What starts cpwatch."""
        installed = found(APP)
        # -P: not a folder of that name wherever the user, or the service, happens to be.
        return (installed,) if installed is not None else (sys.executable, "-P", "-m", "tui")

    @cached_property
    def _watches(self) -> bool:
        """Whether the cpwatch that is installed can watch without a screen."""
        done = asyncio.run(ran(self._clock, *self._cpwatch, "watch", "--help"))
        return done is not None and done.code == 0

    def _process(self, place: Found) -> Found | None:
        """The gateway that runs with that file now."""
        running = (each for each in self.find() if each.process is not None)
        return next((each for each in running if each.conf == place.conf or each.folder == place.folder), None)
