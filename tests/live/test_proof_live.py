"""Whether this machine is let in, asked over real sockets with the certificate that no authority has signed."""

import pytest

from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.domain.failure import FailureKind
from tui.gateway.own import let_in
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live


async def test_the_shipped_certificate_is_no_hindrance() -> None:
    with SimulatorChild("denied") as child:
        address = parse_address(child.url.replace("localhost", "127.0.0.1"))
        failure = await let_in(address, SystemClock())
        assert failure is not None
        assert failure.kind is FailureKind.DENIED
        child.set_scenario("ready")
        assert await let_in(address, SystemClock()) is None
        assert child.requests()["counters"] == {"GET /": 2}
