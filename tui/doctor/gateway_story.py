"""Why no gateway answers on its port of this machine: by its processes, settings and logs, and who has the port."""

from shlex import quote

from tui.doctor.check import Act, Outcome
from tui.doctor.host import Conf
from tui.doctor.outcome import failed, passed
from tui.doctor.scene import Scene
from tui.domain.address import Address
from tui.domain.failure import FailureKind
from tui.domain.remedy import Remedy
from tui.domain.remedy_parts import START
from tui.domain.way import Owner
from tui.path.local import GATEWAYS
from tui.path.machine import System
from tui.path.processes import GatewayProcess
from tui.setup.finding import Finding, Stop

CONTAINERS = frozenset({"docker-proxy", "rootlessport"})
"""Programs that pass a port on to a container."""
NO_PROCESS = "no gateway's process is to be seen on this machine"
LOGS = "Its log is logs/gw.DATE.log in that folder; there is no clientportal.log, whatever guides say."
BANNER = "Its console shows its banner all the same: that comes before it tries to listen, and proves nothing."
GUIDE = "https://www.interactivebrokers.com/campus/ibkr-api-page/cpapi-v1/"
JAVA = "https://adoptium.net"
GET_JAVA = Remedy(
    "Install a Java of version 17 or newer (8u192 is the oldest that the gateway runs on), see that the line below "
    "answers, and start the gateway again.",
    ("java -version",),
)


def after(text: str, process: GatewayProcess) -> Remedy:
    """What ends that gateway and starts one again."""
    return Remedy(text, (f"kill {process.pid}", START))


def stopping(conf: Conf | None) -> Finding | None:
    """What keeps a gateway with these settings from serving."""
    findings = conf.judged.findings if conf and conf.judged else ()
    return next((each for each in findings if each.stops is not Stop.NOTHING), None)


async def story(scene: Scene) -> Outcome:
    """Why no gateway answers on the asked port of this machine, by what is to be seen of its processes."""
    looked = "the gateway's processes, who has the port, the gateway's settings and logs"
    found = await scene.gateways()
    listeners = await scene.listeners()
    address = scene.state.path.address
    on_port = [each for each in found if address.port in (each.ports or ())]
    failure = await scene.contact()
    foreign = failure is not None and failure.kind is FailureKind.NOT_A_GATEWAY
    if on_port or (_is_java(listeners.owners) and not foreign):
        return passed("runs", f"process {on_port[0].pid}" if on_port else "java has the port", looked_at=looked)
    holder = next(iter(listeners.owners), None)
    if holder is not None and holder.program is None and not foreign:
        # What may be the gateway itself is not called another program.
        return passed("unseen", "another user's program has the port: it may be the gateway", looked_at=looked)
    if holder is not None and holder.program in CONTAINERS:
        return _container(scene, holder, looked)
    if holder is not None:
        return _held(scene, holder, found, looked)
    listening = next((each for each in found if each.ports), None)
    if listening is not None and listening.ports:
        return _other_port(address, listening, looked)
    if found:
        return await _not_listening(scene, found[0], looked)
    return await _none(scene, looked)


def _is_java(owners: tuple[Owner, ...]) -> bool:
    return any(owner.program in GATEWAYS for owner in owners)


def _container(scene: Scene, holder: Owner, looked: str) -> Outcome:
    port = scene.state.path.address.port
    means = (
        f"Port {port} is passed on to a container, and no gateway answers in it: the container is being started, its "
        "gateway has ended, or the port inside is another one."
    )
    remedy = Remedy(
        "See with the line below which container has the port; look at its log, and start it again. The gateway "
        "listens inside on listenPort of its conf.yaml.",
        (f"docker ps --filter publish={port}",),
    )
    return failed("container", f"{holder.program}, process {holder.pid}", means, remedy, looked_at=looked)


def _held(scene: Scene, holder: Owner, found: tuple[GatewayProcess, ...], looked: str) -> Outcome:
    port = scene.state.path.address.port
    name = holder.program or "one of another user's"
    means = f"Another program has port {port}: {name}."
    if found:
        means += f" A gateway runs beside it (process {found[0].pid}) and could not take the port. {BANNER}"
    if scene.host.machine.system is System.MACOS and port == 5000:
        means += " On macOS that is the AirPlay receiver, which can be switched off in the system's settings."
    remedy = Remedy(
        f"Give the gateway another port, such as `listenPort: {port + 1}` in root/conf.yaml, end the gateway that "
        "runs, start it with the first line below, and cpwatch with the second.",
        (START, _with_port(scene.state.path.address, port + 1)),
    )
    seen = f"{name}, process {holder.pid}" if holder.pid is not None else f"{name}, which the system does not tell"
    return failed("held", seen, means, remedy, looked_at=looked, act=Act.SETUP)


def _with_port(address: Address, port: int) -> str:
    return f"cpwatch --url {quote(Address(address.scheme, address.host, port).url)}"


def _other_port(address: Address, process: GatewayProcess, looked: str) -> Outcome:
    ports = process.ports or ()
    said = " and ".join(str(each) for each in ports[:3])
    means = f"The gateway listens on port {said}, and cpwatch asks port {address.port}."
    if process.port is not None:
        means += f" Its command says --port {process.port}, which counts over listenPort in its conf.yaml."
    remedy = Remedy("Start cpwatch with the line below.", (_with_port(address, ports[0]),))
    return failed("other-port", f"process {process.pid} listens on {said}", means, remedy, looked_at=looked)


async def _not_listening(scene: Scene, process: GatewayProcess, looked: str) -> Outcome:
    """A gateway that lives and serves nobody: its settings tell why, or its log, or nothing does."""
    conf, logs = await scene.conf(), await scene.logs()
    first = f"A gateway runs (process {process.pid}), but it does not listen on any port."
    if process.ports is None:
        first = f"A gateway runs (process {process.pid}), but nothing listens on the port; which it has is not told."
    why = stopping(conf)
    if why is not None:
        where = f"{conf.path} line {why.line}" if conf and why.line else conf.path if conf else ""
        remedy = after(
            f"{why.fix} Then end the gateway with the first line below, and start it with the second.", process
        )
        means = f"{first} {why.message} {BANNER}"
        return failed("not-listening", where, means, remedy, looked_at=looked, act=Act.SETUP)
    if logs.listen is not None:
        text = "End what has the port, or take another listenPort in root/conf.yaml; then end the gateway and start it."
        means = f"{first} Its log says why. {BANNER}"
        return failed("not-listening", logs.listen, means, after(text, process), looked_at=looked, act=Act.SETUP)
    means = (
        f"{first} It says nothing of why: so it does where sslPwd does not open its keystore, the keystore is not "
        f"there, or its folder's path has a + in it. {LOGS}"
    )
    text = "Put sslCert and sslPwd in root/conf.yaml as they came with the gateway, then end it and start it again."
    return failed(
        "not-listening", f"process {process.pid}", means, after(text, process), looked_at=looked, act=Act.SETUP
    )


async def _none(scene: Scene, looked: str) -> Outcome:
    tws = await scene.tws()
    port = scene.state.path.address.port
    if tws:
        ports = ", ".join(str(each) for each in tws)
        means = (
            f"Trader Workstation or IB Gateway runs here (port {ports}), but no Client Portal Gateway: they offer "
            "another API, of sockets, and can't stand in for it. While they are logged in with this user name, they "
            "hold its brokerage session, too."
        )
        remedy = Remedy(
            "Start the Client Portal Gateway as well, in its own folder, with the line below, and log in with a second "
            "user name if both are to run.",
            (START,),
        )
        return failed("tws-instead", f"port {ports}", means, remedy, looked_at=looked, links=(GUIDE,))
    if await scene.java() is None:
        means = "The gateway is not running, and the Java that it needs is not to be found on this machine."
        return failed("none", "no gateway's process; no java", means, GET_JAVA, looked_at=looked, links=(JAVA,))
    means = (
        f"The gateway is not running: no process of its kind is on this machine, and nobody listens on port {port}. It "
        "has to be started in its own folder, the one with bin and root in it: from bin, or by an absolute path to its "
        "settings, it ends at once."
    )
    return failed("none", NO_PROCESS, means, None, looked_at=looked, links=(GUIDE,))
