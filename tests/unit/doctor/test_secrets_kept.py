"""Nothing secret comes out of a check, wherever it was planted."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.support import states
from tests.support.broken_ways import HERE, failing, over
from tests.support.doctor_cases import DENIED, fails, status
from tests.support.doctoring import GATEWAY, IDLE, RUNNING, SHIPPED, conf, host, run, seen
from tui.doctor.check import Result
from tui.doctor.scene import Facts
from tui.domain.failure import Failure, FailureKind
from tui.path.processes import GatewayProcess
from tui.setup.gateway_logs import GatewayLogs, read_logs

SESSION = "bb665d0f5b6289d70bc7380089fc96f0"
ACCOUNT = "DU1234567"
PLANTED = (SESSION, "planted-password", "planted-user", "planted-cookie", ACCOUNT, "AA:BB:CC:DD:EE:FF")
BODY = f'{{"session":"{SESSION}","USER_NAME":"planted-user","MAC":"AA:BB:CC:DD:EE:FF","id":"{ACCOUNT}"}}'
FAULTY = SHIPPED.replace('"mywebapi"', '["planted-password"]')
LINES = f"""\
17:33:48.465 INFO  main GatewayStart         : config ../root/conf.yaml sslPwd: planted-password
sslPwd: planted-password
Cookie: x-sess-uuid=planted-cookie
17:36:58.208 ERROR vert.x-eventloop-thread-0 DeploymentManager    : Address in use; session={SESSION}; {ACCOUNT}
"""


def everything(results: tuple[Result, ...]) -> str:
    """All that a run says, as it may be shown, written and sent."""
    return "\n".join(repr(each) for each in results)


def planted_logs(folder: Path) -> GatewayLogs:
    (folder / "logs").mkdir()
    (folder / "logs" / "gw.2026-11-20.log").write_text(LINES, encoding="utf-8")
    return read_logs(folder)


async def test_planted_secrets_stay_where_they_are(tmp_path: Path) -> None:
    place = GatewayProcess(4121, f"/srv/password=planted-password/{ACCOUNT}", "root/conf.yaml", None, ())
    on = host(IDLE, place, settings=conf(FAULTY), logs=planted_logs(tmp_path))
    said = everything(await run(seen(failing(over(HERE), Failure(FailureKind.REFUSED, f"refused {BODY}")), on)))
    well = host(RUNNING, replace(place, ports=(5000,)), settings=conf(FAULTY))
    facts = Facts("home", problems=(f"password=planted-password {ACCOUNT}",))
    said += everything(await run(seen(states.ready(), well, facts=facts)))
    for planted in PLANTED:
        assert planted not in said


@pytest.mark.parametrize(
    "failure",
    [
        replace(DENIED, evidence=f"404 {BODY}"),
        Failure(FailureKind.BACKEND, f"500 {BODY}", 500),
        Failure(FailureKind.NOT_A_GATEWAY, f"200 {BODY}", 200),
        Failure(FailureKind.SILENT, BODY),
    ],
)
async def test_nor_what_an_answer_held(failure: Failure) -> None:
    said = everything(await run(seen(failing(over(HERE), failure), host(RUNNING, GATEWAY))))
    said += everything(await run(fails(failure)))
    for planted in PLANTED:
        assert planted not in said


async def test_nor_what_ibkr_says_in_words() -> None:
    state = status(False, True, False, message=f"session={SESSION} for {ACCOUNT}")

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(500, content=BODY.encode())

    said = everything(await run(seen(state, answering=answer)))
    for planted in PLANTED:
        assert planted not in said
