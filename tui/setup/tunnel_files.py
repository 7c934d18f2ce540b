"""The configuration files that ngrok and cloudflared are to be started with: no token and no password in them."""

import json
import re
from dataclasses import dataclass

from tui.domain.remedy_parts import GATEWAY_PORT
from tui.setup.recipe import Unfit, one_line, quoted

ENDPOINT = "ibkr"
UNSET = "SET-ME"
"""Stands for a password that is still to be chosen; too short to be one, so that nothing starts with it."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
HOST_UNSET, ID_UNSET = "gateway.example.com", "TUNNEL-ID"
"""Stand for what cloudflared's user has to fill in where it is not known yet."""
METRICS = "127.0.0.1:20241"
WEB = "127.0.0.1:4040"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{1,62}}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """The gateway as an agent on its own machine reaches it. tls: whether it speaks it (listenSsl)."""

    port: int = GATEWAY_PORT
    tls: bool = True

    @property
    def url(self) -> str:
        """`https://localhost:5000`."""
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"


def host_name(text: str, what: str) -> str:
    """The public host name in small letters. Raises Unfit for anything else, an address or a URL among it."""
    name = one_line(text, what).lower().rstrip(".")
    if not _HOST.fullmatch(name):
        raise Unfit(f"{what} has to be a name such as gateway.example.com, without https:// and path: {quoted(text)}.")
    return name


def tunnel_name(text: str) -> str:
    """The name of a tunnel. Raises Unfit for what is no plain word."""
    if not _NAME.fullmatch(text):
        raise Unfit(f"The tunnel's name has to be a word of letters, digits, - and _: {quoted(text)}.")
    return text


def tunnel_id(text: str) -> str:
    """The id that `cloudflared tunnel create` prints. Raises Unfit for anything else."""
    found = text.strip().lower()
    if not _ID.fullmatch(found):
        raise Unfit("The tunnel's id has to be as cloudflared prints it: 8-4-4-4-12 digits and letters from a to f.")
    return found


def ngrok_config(target: Target, domain: str | None) -> bytes:
    """A version 3 configuration of one endpoint behind basic auth, to be read after the file that holds the token.

    domain: the account's own, None to let ngrok choose. The requests are not kept for anyone to read at the agent.
    """
    host = None if domain is None else host_name(domain, "The domain")
    url = "" if host is None else f"    url: {_yaml(f'https://{host}')}\n"
    return (
        "version: 3\n"
        "agent:\n"
        f"  web_addr: {WEB}\n"
        "  inspect_db_size: -1\n"
        "endpoints:\n"
        f"  - name: {ENDPOINT}\n"
        f"{url}"
        "    upstream:\n"
        f"      url: {_yaml(target.url)}\n"
        "    traffic_policy:\n"
        "      on_http_request:\n"
        "        - actions:\n"
        "            - type: basic-auth\n"
        "              config:\n"
        "                realm: ibkr\n"
        "                credentials:\n"
        f"                  # A password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters in place of {UNSET}.\n"
        f"                  - {_yaml(f'ibkr:{UNSET}')}\n"
    ).encode()


def cloudflared_config(target: Target, hostname: str | None, identity: str | None, credentials: str) -> bytes:
    """The config.yml of a named tunnel: the gateway's name, and 404 for every other.

    identity: the tunnel's id. credentials: the file that `tunnel create` wrote, which stays where it is. What is None
    stands there as HOST_UNSET and ID_UNSET.
    """
    named = HOST_UNSET if hostname is None else host_name(hostname, "The name")
    tunnel = ID_UNSET if identity is None else tunnel_id(identity)
    # The gateway's certificate is the same in every download and signed by nobody, so that verifying it fails.
    verify = "      noTLSVerify: true\n      tlsTimeout: 10s\n" if target.tls else ""
    return (
        f"tunnel: {tunnel}\n"
        f"credentials-file: {_yaml(one_line(credentials, 'The path of the credentials'))}\n"
        f"metrics: {METRICS}\n"
        "ingress:\n"
        f"  - hostname: {_yaml(named)}\n"
        f"    service: {_yaml(target.url)}\n"
        "    originRequest:\n"
        f"{verify}"
        "      connectTimeout: 10s\n"
        "      keepAliveTimeout: 30s\n"
        f"      httpHostHeader: localhost:{target.port}\n"
        "  # The last rule has to match everything.\n"
        "  - service: http_status:404\n"
    ).encode()


def _yaml(text: str) -> str:
    """The text in double quotes, whose escapes YAML shares with JSON; beyond ASCII none is needed."""
    return json.dumps(text, ensure_ascii=False)
