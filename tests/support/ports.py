"""Loopback ports on which nothing listens."""

import socket


def free_port() -> int:
    """A port that was free a moment ago; a connection to it is refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
