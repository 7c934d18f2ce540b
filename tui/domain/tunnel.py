"""Tunnels whose agents run on this machine, as those agents tell of themselves."""

from dataclasses import dataclass

from tui.domain.address import PathKind
from tui.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class Tunnel:
    """One tunnel, seen at its agent.

    kind: whose it is. name: what the agent or the process calls it. up: whether the agent says that it is connected to
    its edge, peer or far side; None where it does not tell. public_url: where the world reaches it, None where it
    has no such place, or the agent does not know it. upstream: where the agent sends requests, as it is set up.
    leads_here: whether that is the gateway's port on this machine. protected: whether the agent tells of a guard of
    its own before the gateway (basic auth, Access, OAuth); None where only a request from outside could tell.
    edge: seconds of a round trip from the agent to its edge, as the agent measured it; None with `edge_reason` why.
    detail: a few words for the pane (`4 connections fra03`, `relayed by fra`). down_because: the agent's own words
    where it is not up. agent: where the agent was asked (`127.0.0.1:4040`, `process 812`). findings: what is amiss.
    requests: how many requests it has forwarded, as the agent counted; None where it does not count.
    Everything is safe to print; no token and no password is kept.
    """

    kind: PathKind
    name: str
    up: bool | None = None
    public_url: str | None = None
    upstream: str | None = None
    leads_here: bool = False
    protected: bool | None = None
    edge: float | None = None
    edge_reason: str = "the agent does not measure it"
    detail: str = ""
    down_because: str | None = None
    agent: str | None = None
    findings: tuple[Finding, ...] = ()
    requests: int | None = None
