"""The judge against the real gateway: whether it starts, whether it listens, and whom its allow list lets in."""

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support import real_gateway
from tests.support.real_gateway import RealGateway, gateway_home
from tui.setup.judge import Judgement, judge

pytestmark = pytest.mark.live

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "allowlist_vectors.json").read_text("utf-8"))
UPSTREAM = "http://127.0.0.1:9"
MEANINGS = {302: "allowed", 404: "denied", 500: "error"}
QUIET_FOR = 8.0
"""Seconds after which a gateway that runs, and does not listen, is taken not to."""
SETTINGS = "ips: {allow: [127.0.0.1], deny: []}"


@pytest.fixture
def home() -> Path:
    """The real gateway's distribution."""
    return gateway_home()


class Tried:
    """A gateway with these settings after its own, of which the last of a name is in force."""

    def __init__(self, stack: ExitStack, home: Path, folder: Path, settings: str) -> None:
        self.gateway = RealGateway(home, folder / "gateway", UPSTREAM, tls=False, ips=settings)
        self.conf = (folder / "gateway" / "root" / "conf.yaml").read_bytes()
        stack.callback(self.gateway.stop)

    @property
    def judged(self) -> Judgement:
        """What we make of its settings."""
        return judge(self.conf)

    def status(self, path: str, client: str = "127.0.0.1") -> int | None:
        """What it answers to that client; None where this machine has no such address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, 10.0, (client, 0))
        try:
            connection.connect()
        except OSError:
            return None
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture
def tried(home: Path, tmp_path: Path) -> Iterator[Any]:
    """Makes a gateway, which is ended after the test."""
    with ExitStack() as stack:
        yield lambda settings: Tried(stack, home, tmp_path, settings)


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_the_verdicts(vector: dict[str, Any], tried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = tried(vector["ips"])
    verdict = vector["verdict"]
    if "start" in verdict:
        assert how_it_fails(subject, monkeypatch) == verdict["start"]
        assert (subject.judged.starts, subject.judged.listens) == (verdict["start"] == "never_listens", False)
        return
    subject.gateway.start()
    statuses = {client: subject.status("/", client) for client in verdict}
    seen = {client: MEANINGS[status] for client, status in statuses.items() if status is not None}
    assert seen
    assert seen == {client: verdict[client] for client in seen}
    assert subject.judged.decide_all(seen) == list(seen.values())


def how_it_fails(subject: Tried, monkeypatch: pytest.MonkeyPatch) -> str:
    """`exits`, or `never_listens`. Fails where it starts."""
    monkeypatch.setattr(real_gateway, "_STARTS_WITHIN", QUIET_FOR)
    with pytest.raises(AssertionError, match="did not start") as caught:
        subject.gateway.start()
    ended = ("Failed to load", "Exception in thread")
    return "exits" if any(word in str(caught.value) for word in ended) else "never_listens"


@pytest.mark.parametrize(
    ("settings", "how"),
    [
        ("reauthenticate: true", "exits"),
        ("serverOptions: {eventLoopPoolSize: 0}", "exits"),
        ("# \N{GRINNING FACE}", "exits"),
        ("cors: {origin.allowed: [a, b]}", "never_listens"),
        ("cors: {allowCredentials: true}", "never_listens"),
        ("proxyRemoteHost: https://api.ibkr.com", "never_listens"),
        ("webApps: [~]", "never_listens"),
    ],
)
def test_settings_that_keep_it_from_serving(
    settings: str, how: str, tried: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = tried(f"{SETTINGS}\n{settings}")
    assert how_it_fails(subject, monkeypatch) == how
    assert (subject.judged.starts, subject.judged.listens) == (how == "never_listens", False)


@pytest.mark.parametrize(
    ("settings", "name"), [("portalBaseURL: ~", "portal-base-url"), ("proxyRemoteHost: api.ibkr.com", "proxy-host")]
)
def test_settings_with_which_it_answers_500_to_what_it_should_pass_on(settings: str, name: str, tried: Any) -> None:
    subject = tried(f"{SETTINGS}\n{settings}")
    subject.gateway.start()
    assert (subject.status("/"), subject.status("/v1/api/tickle")) == (302, 500)
    assert subject.judged.listens
    assert name in [each.id for each in subject.judged.findings if each.severity == "error"]


def test_a_bad_entry_that_is_the_first_to_deny(tried: Any) -> None:
    subject = tried("ips: {allow: [127.*], deny: [localhost]}")
    subject.gateway.start()
    seen = [MEANINGS[subject.status("/") or 0] for _ in range(3)]
    assert seen == subject.judged.decide_all(["127.0.0.1"] * 3) == ["allowed", "denied", "denied"]
