"""Whom the client believes: nobody needs to be believed on loopback, and everybody else does."""

import ssl
from pathlib import Path

import httpx
import pytest

from tests.support.clock import ManualClock
from tests.support.doubles import CERTIFICATE, KEY
from tui.domain.address import Address, BadAddress, parse_address
from tui.gateway.connections import Connections
from tui.gateway.errors import BadCertificateFile
from tui.gateway.tls import context_from, default_context


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("https://localhost:5000", ssl.CERT_NONE),
        ("https://127.0.0.1:5000", ssl.CERT_NONE),
        ("https://127.9.9.9:5000", ssl.CERT_NONE),
        ("https://[::1]:5000", ssl.CERT_NONE),
        ("https://192.168.1.5:5000", ssl.CERT_REQUIRED),
        ("https://gateway.example.com", ssl.CERT_REQUIRED),
        ("https://localhost.example.com", ssl.CERT_REQUIRED),
        ("https://0.0.0.0:5000", ssl.CERT_REQUIRED),
    ],
)
def test_verification_is_off_on_loopback_only(url: str, mode: ssl.VerifyMode) -> None:
    context = default_context(parse_address(url))
    assert context.verify_mode is mode
    assert context.check_hostname is (mode is ssl.CERT_REQUIRED)


@pytest.mark.parametrize("host", ["localhost", "gateway.example.com"])
def test_a_file_of_authorities_verifies_everywhere_and_trusts_nobody_else(host: str) -> None:
    connections = Connections(Address("https", host, 5000), ManualClock(), CERTIFICATE, None)
    assert connections.context.verify_mode is ssl.CERT_REQUIRED
    assert connections.context.check_hostname
    assert len(connections.context.get_ca_certs()) == 1
    assert connections.context is connections.context


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff\x00", KEY.read_bytes()])
def test_a_file_that_holds_no_certificate_is_refused_at_once(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadCertificateFile, match=r"ca\.pem: .*PEM"):
        Connections(Address("https", "localhost", 5000), ManualClock(), file, None)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadCertificateFile, match="PEM"):
        context_from(tmp_path)


def test_a_host_that_no_url_can_name_is_refused_at_once() -> None:
    with pytest.raises(BadAddress):
        Connections(Address("https", "snow☃\u0378.test", 5000), ManualClock(), None, None)


async def test_a_client_takes_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    slot = Connections(Address("https", "localhost", 5000), ManualClock(), None, None).slot()
    assert not slot.client.trust_env
    assert not slot.client.follow_redirects
    assert slot.client._mounts == {}
    await slot.drop()


async def test_a_transport_that_is_lent_is_closed_once_and_by_its_owner() -> None:
    closed: list[bool] = []

    class Lent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200)

        async def aclose(self) -> None:
            closed.append(True)

    connections = Connections(Address("https", "localhost", 5000), ManualClock(), None, Lent())
    slot = connections.slot()
    assert (await slot.client.get("https://localhost:5000/")).status_code == 200
    await slot.drop()
    assert closed == []
    await connections.aclose()
    assert closed == [True]
