"""Why no gateway answers on this machine: what is said, by what it is known, and what to do about it, to the letter."""

from dataclasses import replace

import pytest

from tests.support import states
from tests.support.broken_ways import HERE, failing, over
from tests.support.doctor_cases import DENIED, FOREIGN, REFUSED, UNLOADED, foreign, mute, refused
from tests.support.doctoring import GATEWAY, IDLE, SHIPPED, conf, hears, host, look, seen
from tests.support.machines import listening
from tui.doctor.check import Act, Outcome
from tui.doctor.scene import Scene
from tui.domain.failure import Failure, FailureKind
from tui.domain.way import Owner
from tui.path.machine import Listeners, System
from tui.path.processes import GatewayProcess
from tui.setup.gateway_logs import GatewayLogs

BUSY = GatewayLogs(listen="gw.2026-11-20.log 17:36:58 Address already in use")
STOPPED = "A gateway runs (process 4121), but it does not listen on any port."


async def told(scene: Scene) -> Outcome:
    return await look(scene, "process")


async def test_the_first_check_that_fails_says_what_the_process_check_knows() -> None:
    on = mute(conf(UNLOADED))
    port, process = await look(refused(on), "port"), await told(refused(on))
    assert port.means.startswith("Nothing answers at localhost port 5000.")
    assert process.means in port.means
    assert port.remedy == process.remedy
    assert port.act is Act.SETUP
    assert process.evidence in port.evidence


async def test_settings_that_stop_it_are_named_with_their_line() -> None:
    outcome = await told(refused(mute(conf(SHIPPED.replace("5000\n", "70000\n")))))
    assert outcome.means.startswith(STOPPED)
    assert "There is no port 70000" in outcome.means
    assert outcome.evidence == "root/conf.yaml line 4"
    assert outcome.remedy is not None
    assert outcome.remedy.commands == ("kill 4121", "bin/run.sh root/conf.yaml")


async def test_else_its_log_is() -> None:
    outcome = await told(refused(mute(conf(), BUSY)))
    assert (outcome.evidence, outcome.act) == (BUSY.listen, Act.SETUP)


async def test_and_where_nothing_tells_what_says_nothing_is_named_and_the_log_by_its_right_name() -> None:
    outcome = await told(refused(mute(conf())))
    assert "sslPwd" in outcome.means
    assert "there is no clientportal.log" in outcome.means


async def test_where_its_ports_are_not_told_it_is_not_said_that_it_has_none() -> None:
    outcome = await told(refused(host(IDLE, replace(GATEWAY, ports=None))))
    assert "which it has is not told" in outcome.means


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (Owner("nginx", 80, ("0.0.0.0",)), "nginx, process 80"),
        (Owner(None, None, ("0.0.0.0",)), "one of another user's, which the system does not tell"),
    ],
)
async def test_a_port_that_another_program_has(owner: Owner, said: str) -> None:
    on = host(hears(Listeners((owner,), taken=True)), replace(GATEWAY, ports=()))
    outcome = await told(seen(failing(over(HERE), FOREIGN), on, foreign))
    assert outcome.evidence == said
    assert "could not take the port" in outcome.means
    assert outcome.remedy is not None
    assert outcome.remedy.commands[1] == "cpwatch --url https://localhost:5001"


@pytest.mark.parametrize("gateways", [(), (replace(GATEWAY, ports=None),)])
async def test_what_another_user_runs_there_is_not_called_another_program(gateways: tuple[GatewayProcess, ...]) -> None:
    on = host(hears(Listeners((Owner(None, None, ("0.0.0.0",)),), complete=False, taken=True)), *gateways)
    cut = failing(over(HERE), Failure(FailureKind.CUT, "closed during the TLS handshake"))
    assert (await told(seen(cut, on))).cause == "unseen"
    assert (await look(seen(cut, on), "tls")).cause == "cut"


async def test_another_program_in_java_is_no_gateway() -> None:
    outcome = await told(seen(failing(over(HERE), FOREIGN), host(hears(listening("java", 9))), foreign))
    assert outcome.cause == "held"


async def test_airplay_is_named_on_a_mac() -> None:
    on = host(hears(listening("controlce", 9), system=System.MACOS))
    assert "AirPlay" in (await told(seen(failing(over(HERE), FOREIGN), on, foreign))).means


async def test_a_gateway_on_another_port_is_asked_there() -> None:
    outcome = await told(refused(host(IDLE, replace(GATEWAY, ports=(5001,), port=5001))))
    assert "--port 5001" in outcome.means
    assert outcome.remedy is not None
    assert outcome.remedy.commands == ("cpwatch --url https://localhost:5001",)


async def test_trader_workstation_is_no_gateway_and_the_port_says_so_first() -> None:
    on = host(hears(listening("java", 9), 7496))
    outcome = await look(seen(failing(over(HERE), REFUSED), on), "port")
    assert "another API" in outcome.means
    assert outcome.links


async def test_without_java_that_comes_first() -> None:
    outcome = await look(refused(host(IDLE, java=None)), "port")
    assert "Java" in outcome.means
    assert outcome.remedy is not None
    assert outcome.remedy.commands == ("java -version",)


async def test_where_it_was_only_stopped_the_remedy_is_the_verdicts() -> None:
    scene = refused(host(IDLE))
    expected = scene.verdict().remedy
    outcome = await look(scene, "port")
    assert outcome.remedy == expected
    assert "in its own folder" in outcome.means


@pytest.mark.parametrize("answer", [None, DENIED])
async def test_a_gateway_on_another_port_is_not_taken_for_the_one_that_answers(answer: Failure | None) -> None:
    """As of one in a container that is asked, while another runs beside it: its settings are none of that one's."""
    on = host(hears(Listeners()), replace(GATEWAY, ports=(5001,)), settings=conf())

    def scene() -> Scene:
        return seen(states.ready() if answer is None else failing(over(HERE), answer), on)

    assert (await told(scene())).cause == "unseen"
    assert (await look(scene(), "conf")).cause == "no-process"
    assert (await look(scene(), "allow-list")).cause == ("admits" if answer is None else "denied")
