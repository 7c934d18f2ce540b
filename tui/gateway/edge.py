"""The marks that a tunnel leaves on answers of its own, which are not the gateway's, whatever their status says.

ngrok: the header `ngrok-error-code` is on every error that it makes itself, and no server behind it can set it.
Cloudflare: `server: cloudflare` and `cf-ray` are on every answer that passes through, so that they tell only who is on
the way. An answer is its own where `cf-error-type` says so, where the body is its error page or `error code: 1033`,
where the status is one that only it gives (520 to 530), and where a 502, 504 or 404 has no body at all: cloudflared
answers so where it reaches no gateway or no rule leads to one, while IBKR's 5xx come through the gateway with a page or
JSON. Tailscale's serve: a 502 without a body, as the Go library beneath it answers. frp: its name in `server`.
"""

import re

from tui.domain.address import Address, PathKind
from tui.domain.failure import Failure, FailureKind
from tui.domain.sanitise import safe_text
from tui.gateway.received import Received, of_ibkr, of_the_gateways_machine

_READ = 64 * 1024
_NGROK_CODE = re.compile(r"ERR_NGROK_(\d{1,6})", re.ASCII)
_NGROK_KINDS = {
    **dict.fromkeys((724, 3200, 3210), FailureKind.TUNNEL_DOWN),
    8012: FailureKind.NOTHING_BEHIND,
    3004: FailureKind.UPSTREAM_SCHEME,
    **dict.fromkeys((702, 703, 725, 727, 734), FailureKind.TUNNEL_LIMITED),
    # An IP policy, a webhook's signature, a policy that forbids; an account for HTML, the page that warns browsers.
    **dict.fromkeys((3203, 3204, 3403, 6022, 6024), FailureKind.TUNNEL_DENIED),
}
_ACCESS_DOMAIN = ".cloudflareaccess.com"
_ACCESS_SIGNS = (b"cloudflareaccess.com", b"cloudflare access", b"/cdn-cgi/access/")
_PAGE_SIGNS = (b"cf-error-details", b"cf-error-code", b"cf-wrapper")
# Cloudflare's three forms: a line of text, its page, JSON.
_LINE = re.compile(rb"\s*error code:?\s*(\d{3,4})\s*", re.IGNORECASE)
_PAGE_CODE = re.compile(
    rb"cf-error-code\W{0,3}>\s*(\d{3,4})\b|\berror(?:\s|&nbsp;|<[^>]{0,80}>){1,4}(\d{4})\b", re.IGNORECASE
)
_JSON_CODE = re.compile(rb'"error_code"\s*:\s*"?(\d{3,4})\b')
_TUNNELS = frozenset({PathKind.NGROK, PathKind.CLOUDFLARE, PathKind.TAILSCALE})


def mark(received: Received, address: Address) -> Failure | None:
    """What a tunnel between here and the gateway says by this answer; None where the answer bears no mark of one.

    Looked at before any status code. The address tells only what no mark does: whose guard a plain 401 may be.
    """
    if "ngrok-error-code" in received.headers:
        return _ngrok(received)
    if (login := _access_login(received)) is not None:
        return login
    if through_cloudflare(received) and (found := _cloudflare(received, address)) is not None:
        return found
    return _scheme(received, address) or _guard(received, address) or _frp(received) or _serve(received, address)


def through_cloudflare(received: Received) -> bool:
    """True where Cloudflare's edge handed this answer over, whoever made it."""
    return received.headers.get("server", "").strip().lower() == "cloudflare" and "cf-ray" in received.headers


def _ngrok(received: Received) -> Failure:
    found = _NGROK_CODE.fullmatch(received.headers["ngrok-error-code"].strip()[:40])
    known = _NGROK_KINDS.get(int(found[1])) if found else None
    code = found[0] if found else ""
    kind = known or _by_status(received.status)
    seen = f"{received.status} {code or 'an error of ngrok'}"
    return _marked(kind, PathKind.NGROK, seen, received, code)


def _by_status(status: int) -> FailureKind:
    """What an error that is not known by its number means: it was not passed on, so it is not about the gateway."""
    match status:
        case 401 | 403 | 407:
            return FailureKind.TUNNEL_DENIED
        case 429:
            return FailureKind.TUNNEL_LIMITED
    return FailureKind.TUNNEL_DOWN


def _access_login(received: Received) -> Failure | None:
    host = received.redirect_host or ""
    if not (received.redirects and host.endswith(_ACCESS_DOMAIN)):
        return None
    seen = f"{received.status} to {safe_text(host, 100)}"
    return _marked(FailureKind.TUNNEL_DENIED, PathKind.CLOUDFLARE, seen, received)


def _cloudflare(received: Received, address: Address) -> Failure | None:
    """What Cloudflare says by an answer of its own; None where it only passed one on."""
    status = received.status
    code = _cloudflare_code(received)
    match status:
        case 401 | 403 if _access_refuses(received):
            return _marked(FailureKind.TUNNEL_DENIED, PathKind.CLOUDFLARE, f"{status} of Cloudflare Access", received)
        case 530:
            kind = FailureKind.TUNNEL_DOWN
        case 524:
            # The gateway took the question, and gave no answer in all the time that Cloudflare waits.
            kind = FailureKind.SILENT
        case _ if 520 <= status < 530:
            kind = FailureKind.NOTHING_BEHIND
        case 404 | 502 | 504 if not received.body or (code is not None and status > 500):
            kind = FailureKind.NOTHING_BEHIND
        case 429 if code is not None or (address.quick_tunnel and not received.is_json):
            kind = FailureKind.TUNNEL_LIMITED
        case 401 | 403 | 429 if code is not None:
            kind = FailureKind.TUNNEL_DENIED
        case _ if code is not None and status >= 400:
            kind = FailureKind.TUNNEL_DOWN
        case _:
            return None
    code = code or str(status)
    seen = f"{status} made by Cloudflare" if code == str(status) else f"{status} Cloudflare error {code}"
    return _marked(kind, PathKind.CLOUDFLARE, seen, received, code)


def _cloudflare_code(received: Received) -> str | None:
    """Cloudflare's number of an error that it made itself, at the least the status; None where it made none."""
    body = received.body[:_READ]
    if line := _LINE.fullmatch(body):
        return line[1].decode()
    low = body.lower()
    if any(sign in low for sign in _PAGE_SIGNS) and (found := _PAGE_CODE.search(body)):
        return (found[1] or found[2]).decode()
    if b"cloudflare" in low and (found := _JSON_CODE.search(body)):
        return found[1].decode()
    made = "cf-error-type" in received.headers or "cf-mitigated" in received.headers
    return str(received.status) if made or any(sign in low for sign in _PAGE_SIGNS) else None


def _access_refuses(received: Received) -> bool:
    headers = received.headers
    if any(name.lower().startswith("cf-access-") for name in headers):
        return True
    if "cloudflare-access" in headers.get("www-authenticate", "").lower():
        return True
    return any(sign in received.body[:_READ].lower() for sign in _ACCESS_SIGNS)


def _scheme(received: Received, address: Address) -> Failure | None:
    """An edge that takes https only sends whoever comes by http to the same host."""
    kind = PathKind.CLOUDFLARE if through_cloudflare(received) else address.kind
    if address.scheme != "http" or not kind.by_edge or not received.redirects:
        return None
    if not received.redirect.lower().startswith("https://") or received.redirect_host != address.host.lower():
        return None
    return _marked(FailureKind.WRONG_SCHEME, kind, f"{received.status} to https of the same host", received)


def _guard(received: Received, address: Address) -> Failure | None:
    """A guard that leaves no mark but what no gateway does; told only where the address itself is a tunnel's."""
    kind = address.kind
    if kind not in _TUNNELS:
        return None
    if received.status == 401 and received.asks_for_a_password:
        seen = f"{received.status}, asking for a user name and password"
        return _marked(FailureKind.TUNNEL_DENIED, kind, seen, received)
    host = received.redirect_host
    if kind is not PathKind.NGROK or not received.redirects or not host:
        return None
    if host == address.host.lower() or of_ibkr(host) or of_the_gateways_machine(host):
        return None
    seen = f"{received.status} to {safe_text(host, 100)}"
    return _marked(FailureKind.TUNNEL_DENIED, kind, seen, received)


def _frp(received: Received) -> Failure | None:
    """frps answers for a name that no client serves just now."""
    if received.status not in {404, 503} or not received.headers.get("server", "").lower().startswith("frp/"):
        return None
    return _marked(FailureKind.TUNNEL_DOWN, PathKind.FRP, f"{received.status} of frps", received)


def _serve(received: Received, address: Address) -> Failure | None:
    if address.kind is not PathKind.TAILSCALE or received.status != 502 or received.body:
        return None
    seen = f"{received.status} with an empty body"
    return _marked(FailureKind.NOTHING_BEHIND, PathKind.TAILSCALE, seen, received)


def _marked(kind: FailureKind, tunnel: PathKind, seen: str, received: Received, code: str = "") -> Failure:
    wait = received.retry_after if kind is FailureKind.TUNNEL_LIMITED else None
    return Failure(kind, seen, received.status, wait, tunnel, code)
