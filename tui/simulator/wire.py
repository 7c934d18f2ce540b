"""Replies as bytes, in the order, case and framing that the real program gives them."""

from tui.simulator.messages import Reply, Request

CLOSED_TOO_LONG_LINE = b"HTTP/1.0 414 Request-URI Too Long\r\n\r\n"
CLOSED_TOO_LONG_HEADERS = b"HTTP/1.1 400 Bad Request\r\n\r\n"
LONGEST_LINE = 4096
LONGEST_HEADERS = 8192


def render(reply: Reply, request: Request) -> bytes:
    """All bytes of an answer.

    To HEAD, a chunked reply sends neither body nor framing, nor does one whose length the gateway would work out;
    but where the headers themselves tell a length, the body follows even so, as the real program's 404 does, and
    where it was written piece by piece, it follows without any framing.
    """
    old = request.http_version == "1.0"
    explicit = any(name.lower() == b"content-length" for name, _ in reply.headers)
    lines = [f"HTTP/{request.http_version} {reply.status} {reply.reason}".encode("ascii")]
    lines += [name + b": " + value for name, value in reply.headers]
    if reply.status != 101 and asks_to_close(request):
        lines.append(b"Connection: close")
    body = reply.body
    silent = request.method == "HEAD" and not explicit
    if silent or reply.status == 101:
        body = body if reply.written else b""
    elif explicit:
        pass
    elif not reply.chunked or (old and not body):
        lines.append(b"Content-Length: %d" % len(body))
    elif not old:
        lines.append(b"Transfer-Encoding: chunked")
        parts = (body[: reply.written], body[reply.written :])
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def asks_to_close(request: Request) -> bool:
    """True where the client said that this is its last request on the connection."""
    return "close" in (request.header("Connection") or "").lower()
