"""The HTML pages that come from IBKR's side: the login, and what its servers and its edge show instead."""

from tui.simulator.messages import compact_json
from tui.simulator.situations import Upstream

JSON_TYPE = b"application/json;charset=utf-8"
HTML_TYPE = b"text/html;charset=utf-8"

LOGIN_PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simulated login</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1em}
button{font:inherit;padding:.5em 1.5em}</style></head>
<body><h1>Simulated login</h1>
<p>This is cpwatch's simulated gateway. There is no account behind it, and no password is needed or wanted.</p>
<form method="post" action="/sso/Dispatcher"><button type="submit">Log in</button></form></body></html>
"""
DOWN_PAGE = b"<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>\n"
BROKEN_PAGE = b"<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>\n"
EDGE_PAGE = (
    b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n"
    b"You don't have permission to access this server from your address.<P>\nReference #18.0.0.0\n</BODY>\n</HTML>\n"
)


def refusal(upstream: Upstream, *, page: bool) -> tuple[int, bytes, bytes] | None:
    """Status, body and content type where IBKR's side refuses everything alike; None where it does not.

    page: a browser asks, not the API.
    """
    match upstream:
        case Upstream.UNAVAILABLE if page:
            return 503, DOWN_PAGE, HTML_TYPE
        case Upstream.UNAVAILABLE:
            return 503, compact_json({"error": "Service Unavailable", "statusCode": 503}), JSON_TYPE
        case Upstream.BROKEN if page:
            return 500, BROKEN_PAGE, HTML_TYPE
        case Upstream.BROKEN:
            return 500, compact_json({"error": "Internal Server Error", "statusCode": 500}), JSON_TYPE
        case Upstream.FORBIDS:
            return 403, EDGE_PAGE, HTML_TYPE
        case Upstream.LIMITS if not page:
            return 429, compact_json({"error": "Too many requests"}), JSON_TYPE
    return None
