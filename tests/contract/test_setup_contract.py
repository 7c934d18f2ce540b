"""What the wizard writes, before the real gateway: denied before, allowed after, and every kind of file loads."""

import http.client
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tests.support.real_gateway import RealGateway, gateway_home
from tui.setup.edit import Change, Edited, edited
from tui.setup.judge import Answer
from tui.setup.plan import TAILNET, Admit, Plan, Who, plan
from tui.setup.write import Seen, Written, seen, written

pytestmark = pytest.mark.live

FILES = sorted((Path(__file__).parents[1] / "data" / "conf").glob("*.yaml"))
UPSTREAM = "http://127.0.0.1:9"
ANSWERS = {302: Answer.ALLOWED, 404: Answer.DENIED, 500: Answer.ERROR}
BEFORE = "ips:\n  allow:\n    - 127.0.0.3 # nobody\n  deny:\n    - 212.90.324.10\n"


@pytest.fixture
def gateways(tmp_path: Path) -> Iterator[Any]:
    """Makes a real gateway, which is ended after the test, in a folder of its own."""
    home = gateway_home()
    with ExitStack() as stack:

        def made(ips: str) -> RealGateway:
            gateway = RealGateway(home, tmp_path / "gateway", UPSTREAM, tls=False, ips=ips)
            stack.callback(gateway.stop)
            return gateway

        yield made


def put(conf: Path, change: Change) -> Edited:
    """Make that change to the file, as the wizard does."""
    old = seen(conf)
    assert isinstance(old, Seen)
    new = edited(old.data, change)
    assert isinstance(new, Edited), new
    done = written(old, new.data, ManualClock())
    assert isinstance(done, Written), done
    return new


def answer(gateway: RealGateway, client: str) -> Answer | None:
    """What that client gets; None where this machine has no such address."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, 10.0, (client, 0))
    try:
        connection.connect()
    except OSError:
        return None
    try:
        connection.request("GET", "/")
        return ANSWERS[connection.getresponse().status]
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("made", "second"),
    [
        (plan(()), Answer.DENIED),
        (plan([Admit(Who.MACHINES, ("127.0.0.2",))]), Answer.ALLOWED),
        (plan([Admit(Who.LAN, ("127.0.*",)), Admit(Who.TAILSCALE, (TAILNET,))]), Answer.ALLOWED),
        # A regular expression in its four parts.
        (plan([Admit(Who.KEPT, (r"127.(0|1).\d+.[2-9]",))]), Answer.ALLOWED),
    ],
    ids=["this machine", "a machine", "a network", "an expression"],
)
def test_denied_before_and_allowed_after_a_restart(made: Plan, second: Answer, gateways: Any, tmp_path: Path) -> None:
    gateway = gateways(BEFORE)
    gateway.start()
    assert answer(gateway, "127.0.0.1") is Answer.DENIED
    new = put(tmp_path / "gateway" / "root" / "conf.yaml", made.change)
    assert "# nobody" not in new.data.decode()
    # Nothing is read before the restart.
    assert answer(gateway, "127.0.0.1") is Answer.DENIED
    gateway.stop()
    gateway.start()
    assert answer(gateway, "127.0.0.1") is Answer.ALLOWED
    others = {"127.0.0.2": second, "127.0.3.1": made_for(made, "127.0.*")}
    for client, expected in others.items():
        got = answer(gateway, client)
        assert got in (expected, None)  # macOS has no such addresses of its own
        assert new.judged.decide(client) is expected


def made_for(made: Plan, entry: str) -> Answer:
    """Whether those get in for whom that entry would be there."""
    return Answer.ALLOWED if entry in (made.change.allow or ()) else Answer.DENIED


@pytest.mark.parametrize("path", [each for each in FILES if each.stem != "star"], ids=lambda path: path.stem)
def test_every_kind_of_file_loads_after_the_change(path: Path, gateways: Any, tmp_path: Path) -> None:
    gateway = gateways(BEFORE)
    conf = tmp_path / "gateway" / "root" / "conf.yaml"
    conf.write_bytes(path.read_bytes())
    settings = {
        "listenPort": gateway.port,
        "listenSsl": False,
        "proxyRemoteHost": UPSTREAM,
        "proxyRemoteSsl": False,
        "cors.origin.allowed": "https://localhost:5000",
    }
    change = plan(()).change
    new = put(conf, Change(change.allow, change.deny, settings, ("reauthenticate", "IPS", "webapps")))
    assert new.judged.listens
    gateway.start()
    assert answer(gateway, "127.0.0.1") is Answer.ALLOWED
    assert answer(gateway, "127.0.0.2") in (Answer.DENIED, None)
