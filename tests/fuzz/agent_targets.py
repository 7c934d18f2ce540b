"""Targets: what tunnels' agents, command line programs and the machine itself answer, up to the Path pane."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from tests.fuzz.shown import Screen, check
from tests.fuzz.target import Message, Target, joined, message, messages
from tests.support import agents
from tests.support.clock import START, ManualClock
from tests.support.states import ready
from tui.domain.address import Address, BadAddress, PathKind, parse_address, safe_ip
from tui.domain.events import PathSeen
from tui.domain.finding import Finding
from tui.domain.forwards import safe_host
from tui.domain.public import public_urls, standing, tunnel_urls
from tui.domain.redact import redacted
from tui.domain.reduce import reduce
from tui.domain.sanitise import evidence, safe_block, safe_text
from tui.domain.tunnel import Tunnel
from tui.domain.way import Owner, ToldBy, Way
from tui.path import cloudflared, frp, ngrok, tailscale
from tui.path.argv import secret_in, without_secrets
from tui.path.durations import seconds
from tui.path.firewall import nft_guards, ufw_guards
from tui.path.interfaces import kind_by_name
from tui.path.local_http import LocalHttp, decoded
from tui.path.loose import shown
from tui.path.machine import program_name
from tui.path.processes import command_of, version_in
from tui.path.prometheus_text import samples
from tui.path.ssh import ssh_command
from tui.path.tailscale_api import Places
from tui.path.upstream import upstream
from tui.path.way import Hints, Looked, the_way
from tui.path.wireguard import handshake_words, handshakes
from tui.setup.networks import tailscale_peers, wireguard_peers
from tui.setup.origin import Origin, Started, of_cgroup, told

PORT = 5000
HERE = parse_address("https://localhost:5000")
AGENT = Address("http", "127.0.0.1", 4040)
_LISTENING = frozenset({4040, 20241, 7400, None})
"""Ports at which the input's documents are: an agent's own, or a socket's."""
Asks = Callable[[LocalHttp], Any]


def _documents(documents: agents.Documents) -> bytes:
    found = (message(each.encoded, each.status, path, each.headers) for path, each in documents.items())
    return joined(found)


class _Agent:
    """Puts an input's documents before an agent's reader, and its tunnels onto the screen."""

    def __init__(self, ask: Asks) -> None:
        self._ask = ask
        self._loop, self._screen, self._base, self._clock = asyncio.new_event_loop(), Screen(), ready(), ManualClock()

    def __call__(self, data: bytes) -> None:
        found: dict[str, Message] = {each.path: each for each in messages(data)}

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.port not in _LISTENING:
                raise httpx.ConnectError("refused", request=request)
            each = found.get(request.url.path)
            if each is None:
                return httpx.Response(404, stream=httpx.ByteStream(b""))
            return httpx.Response(each.status, headers=list(each.headers), stream=httpx.ByteStream(each.body))

        tunnels = self._loop.run_until_complete(self._asked(httpx.MockTransport(answer)))
        draw_tunnels(self._screen, tunnels)

    async def _asked(self, transport: httpx.MockTransport) -> tuple[Tunnel, ...]:
        async with LocalHttp(self._clock, transport) as http:
            found: tuple[Tunnel, ...] = await self._ask(http)
            return found


def draw_tunnels(screen: Screen, tunnels: tuple[Tunnel, ...], findings: tuple[Finding, ...] = ()) -> None:
    """The states in which these tunnels are seen from the gateway's machine and from elsewhere, and as they change."""
    for address, here in ((HERE, True), (parse_address("https://box.example.net"), False)):
        state = ready()
        state = replace(state, path=replace(state.path, address=address))
        way = the_way(
            address, Hints(), Looked(here=here, owners=(Owner("java", 1, ("0.0.0.0",)),) if here else ()), tunnels
        )
        now = ManualClock().now()
        state = reduce(state, PathSeen(state.gateway, now, way))
        state = reduce(state, PathSeen(state.gateway, now, way, tunnels, findings))
        gone = tuple(replace(each, up=None if each.up is None else not each.up) for each in tunnels[1:])
        later = reduce(state, PathSeen(state.gateway, now, way, gone))
        for each in (state, later):
            screen.draw(each)
            for found in (*public_urls(each.path), *tunnel_urls(each.path)):
                check(str(found))
            for finding in standing(each.path):
                # It is copied and pasted into a shell, line for line.
                assert finding.command is None or "\n" not in finding.command
                check(f"{finding.text}{finding.fix}{finding.command}")


def _ngrok_seeds() -> Iterable[bytes]:
    policy = json.dumps(
        {"on_http_request": [{"actions": [{"type": "basic-auth", "config": {"credentials": ["a:b"]}}]}]}
    )
    one = agents.endpoint(
        "https://quiet-otter-17.ngrok-free.app", "https://localhost:5000", inspect=True, traffic_policy=policy
    )
    two = agents.endpoint(
        "tcp://5.tcp.eu.ngrok.io:19421", "localhost:5000", name="raw", traffic_policy={"type": ["oauth"]}
    )
    yield _documents(agents.ngrok_documents((one, two), requests=12))
    old = agents.old_tunnel("https://quiet-otter-17.ngrok.io", "http://localhost:5000", requests=4)
    plain = agents.old_tunnel("http://quiet-otter-17.ngrok.io", "http://localhost:5000", name="ibkr (http)")
    yield _documents(agents.ngrok_documents(tunnels=(old, plain), status="reconnecting"))
    yield _documents(agents.ngrok_documents(status=None))
    deep = (
        b'{"endpoints":[{"name":"x","url":"https://x.ngrok.app","traffic_policy":'
        + b'{"a":' * 900
        + b"1"
        + b"}" * 900
        + b"}]}"
    )
    yield message(deep, path="/api/endpoints").encoded


def _cloudflared_seeds() -> Iterable[bytes]:
    rules = (
        agents.rule("gw.example.com", "https://localhost:5000", noTLSVerify=True),
        agents.rule("", "http_status:404"),
        agents.rule("b.example.com", "http://localhost:5000", access={"required": True}),
    )
    yield _documents(agents.cloudflared_documents(rules))
    yield _documents(agents.cloudflared_documents((), connections=0, quick=agents.QUICK_HOST))


def _frp_seeds() -> Iterable[bytes]:
    proxies = (
        agents.proxy("ibkr", "127.0.0.1:5000", "frp.example.com:6000"),
        agents.proxy(
            "web", "localhost:5000", "a.example.com,b.example.com", kind="http", status="start error", err="x"
        ),
    )
    yield _documents(agents.frpc_documents(proxies))
    yield _documents(agents.frpc_documents(guarded=True))


def _tailscale(http: LocalHttp) -> Any:
    return tailscale.tunnels(http, PORT, host="box", places=Places((Path("t.sock"),), None))


PEERS = {
    "nodekey:1": agents.peer("box", "100.64.0.7", relay="fra"),
    "nodekey:2": agents.peer("far", "100.64.0.8", current="192.0.2.1:41641"),
}


def _tailscale_seeds() -> Iterable[bytes]:
    status = agents.tailscale_status(peers=PEERS, KeyExpiry="2026-11-22T08:00:00Z")
    serve = agents.serving("https+insecure://localhost:5000", funnel=True)
    serve["TCP"]["8443"] = {"TCPForward": "localhost:5000"}
    yield _documents(agents.tailscale_documents(status, serve))
    serve = {"Foreground": {"a": agents.serving("http://localhost:5000", port=8443)}}
    yield _documents(agents.tailscale_documents(agents.tailscale_status("NeedsLogin", Expired=True), serve))
    yield _documents(agents.tailscale_documents(agents.tailscale_status(KeyExpiry="9999-12-31T23:59:59-23:59")))


def _texts(data: bytes) -> None:
    """Everything that reads a text of unknown origin on its own."""
    text = data.decode("utf-8", "replace")
    for each in (text, *text.split("\n")[:20]):
        check(safe_text(each))
        check(shown(each))
        check(evidence(200, each.encode("utf-8", "surrogatepass")))
        check(program_name(each))
        span = seconds(each)
        assert span is None or span >= 0
        found = upstream(each)
        if found is not None:
            check(found.words)
            found.leads_to(PORT)
        safe_host(each)
        check(safe_ip(each) or "")
        kind_by_name(each)
        try:
            check(parse_address(each).url)
        except BadAddress as error:
            check(str(error))
    safe_block(text)
    # Masked twice is masked.
    assert redacted(redacted(text)) == redacted(text)


def _programs(data: bytes) -> None:
    """What command line programs print."""
    text = data.decode("utf-8", "replace")
    for ports in (("0.0.0.0",), ("::", "127.0.0.1")):
        nft_guards(text, PORT, ports)
    ufw_guards(text, PORT)
    version = version_in(text)
    assert all(part >= 0 for part in version)
    for interface in ("wg0", text[:4]):
        epochs = handshakes(text, interface)
        check(handshake_words(epochs or (), START))
    how = of_cgroup(text)
    told(text, how, frozenset({1}))
    told(text, Origin(Started.SHELL, group="/"), frozenset({1}))
    for peer in (*wireguard_peers(text), *tailscale_peers(decoded(text))):
        check(f"{peer.name} {peer.address}")
    check(tailscale.peer_words(decoded(text), "box"))
    for sample in samples(text, {"build_info", "quic_client_smoothed_rtt", "a"}):
        assert sample.value == sample.value


class _Arguments:
    """What processes were started with, one argument a line."""

    def __init__(self) -> None:
        self._screen, self._base = Screen(), ready()

    def __call__(self, data: bytes) -> None:
        words = data.decode("utf-8", "surrogateescape").split("\n")[:256]
        masked = without_secrets(words)
        assert without_secrets(masked) == masked
        for program in ("ssh", "autossh", "plink", "ngrok", "frpc", "sshpass"):
            command = ssh_command(words, program)
            check(str(command))
            finding = secret_in(7, program, words)
            if finding is not None:
                check(f"{finding.text} {finding.fix} {finding.command}")
            for forward in command.forwards[:4]:
                way = Way(PathKind.SSH, ToldBy.OWNER, Owner(program_name(program), 812, ("127.0.0.1",)), forward)
                self._screen.draw(reduce(self._base, PathSeen(self._base.gateway, ManualClock().now(), way)))
        command_of(words)


def _program_seeds() -> Iterable[bytes]:
    yield agents.METRICS_UP.encode()
    yield json.dumps(agents.tailscale_status(peers=PEERS)).encode()
    yield (
        b"table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n"
        b'\t\tct state established,related accept\n\t\tiifname "lo" accept\n\t\ttcp dport { 22, 80-90 } accept\n'
        b'\t\tiifname != "lo" tcp dport 5000 counter packets 0 bytes 0 drop\n\t}\n}\n'
    )
    yield (
        b"Status: active\nLogging: on (low)\nDefault: deny (incoming), allow (outgoing), disabled (routed)\n\n"
        b"To                         Action      From\n--                         ------      ----\n"
        b"22/tcp                     ALLOW IN    Anywhere\n5000/tcp                   DENY IN     Anywhere\n"
        b"6000:6007/tcp              LIMIT IN    192.0.2.0/24\n"
    )
    yield b'openjdk version "17.0.15" 2025-04-15\njava version "1.8.0_202"\n'
    yield b"wg0\tkey=\t1795633402\nwg0\tother=\t0\n"
    yield b"wg0\tkey=\t10.0.0.2/32 fd00::2/128\nwg0\tother=\t192.0.2.0/24\n"
    yield b"LoadState=loaded\nActiveState=active\nMainPID=1\nControlGroup=/system.slice/ibkr.service\n"
    yield b"0::/user.slice/user-1000.slice/user@1000.service/app.slice/gw.service\n12:cpuset:/docker/4f1a\n"


def _argument_seeds() -> Iterable[bytes]:
    yield b"ssh\n-N\n-L\n5000:localhost:5000\n-p\n2222\ntrader@box"
    yield b"autossh\n-M\n0\n-o\nLocalForward=[::1]:5000 [fd00::1]:5000\n-J\njump@x:22\nssh://u:p@box:22"
    yield b"plink\n-load\nmy session\n-L\n5000:localhost:5000\n-pw\nsecret\n"
    yield b"sshpass\n-p\nsecret\nssh\n-D\n1080\n-i\n~/.ssh/id\nbox"
    yield b"/usr/bin/ngrok\nhttp\n--authtoken=2abcDEF_34\n--basic-auth\nuser:password\nhttps://u:p@x"
    yield b"cloudflared\ntunnel\nrun\n--token\neyJhIjoiYWJjZGVmZ2hpamtsbW5vcCJ9"
    yield b"java\n-cp\nx\nibgroup.web.core.clientportal.gw.GatewayStart\n--conf\n../root/conf.yaml\n--port=5001"


def _text_seeds() -> Iterable[bytes]:
    yield b"https+insecure://user:secret@localhost:5000/x?y#z\n5000\n[::1]:5000\nunix:/run/x.sock\nhttp_status:404"
    yield b"1m2.5s\n87ms\n150\xc2\xb5s\n+0\n.5h"
    yield b"java.exe\nwg0\ntun1\nutun3\nAuthorization: Bearer abc\nCookie: x=1; y=2"
    yield b"U1234567 DUO123456 00:1a:2b:3c:4d:5e"
    yield b"\"session\": \"bb665d0f55b6289d70bc7380089fc96f\", 'password': 'a\\'b' token=abc&secret=\"x"
    yield b"https://box.example.net:5000\nhttp://[fe80::1%25eth0]:80\n100.64.0.7\nfe80::1%eth0\n192.168.1.20"
    yield "\u202etxt.exe \x1b]52;c;YQ==\x07 \u0301\u200d\U000e0041".encode()


WORDS = (
    b"null", b'"\\u001b]52;c;YQ==\\u0007"', b'"https://localhost:5000"', b'"\\ud800"', b"1e999", b"NaN", b"-1",
    b"9" * 40, b"[[[[", b'{"a":', b'"online"', b"\n", b"\t", b"\xc2\xb2", b"\xd9\xa3", b" tcp dport { ", b"ALLOW",
    b"Anywhere", b"/", b":", b"@", b"[::1]", b"-L", b"-o", b"'", b'"', b";", b"$(x)", b"%", b'"0001-01-01T00:00:00Z"',
    b'"9999-12-31T23:59:59-23:59"', b'"87ms"', b"password=", b"token", b"\\", b"e", b"Bearer ", b"true",
    "\u202e".encode(), "\u0085".encode(), "\u2028".encode(), b"\x1b[31m", b"\x9b", b"\x00",
)  # fmt: skip


def targets() -> Iterable[Target]:
    """Those of this module."""
    yield Target("agent-ngrok", _Agent(lambda http: ngrok.tunnels(http, PORT, (AGENT,))), _ngrok_seeds, WORDS)
    yield Target(
        "agent-cloudflared", _Agent(lambda http: cloudflared.tunnels(http, PORT, (AGENT,))), _cloudflared_seeds, WORDS
    )
    yield Target("agent-frp", _Agent(lambda http: frp.tunnels(http, PORT, (AGENT,))), _frp_seeds, WORDS)
    yield Target("agent-tailscale", _Agent(_tailscale), _tailscale_seeds, WORDS)
    yield Target("programs", _programs, _program_seeds, WORDS)
    yield Target("arguments", _Arguments(), _argument_seeds, WORDS)
    yield Target("texts", _texts, _text_seeds, WORDS)
