"""Whether a firewall rule that can be read keeps other machines from a port. What is not sure does not count."""

import re

from tui.clock import Clock
from tui.path.programs import found, ran

_TABLE = re.compile(r"table (\w+) \S+ \{")
_CHAIN = re.compile(r"chain (\S+) \{")
_POLICY = re.compile(r"type filter hook input priority [^;]+;(?: policy (\w+);)?")
_PORTS = re.compile(r"\btcp dport (\{[^{}]*\}|[0-9-]+)", re.ASCII)
_ENDS = re.compile(r"(?:counter packets \d+ bytes \d+ )?(?:log[^;]* )?(drop|reject)\b")
_NOT_LOOPBACK = re.compile(r'\b(?:iifname|iif) != "?lo"?')
# What lets through nothing that comes from another machine anew.
_HARMLESS = re.compile(
    r'iif(?:name)? "?lo"? .*accept'
    r"|ct state (?!.*\b(?:new|vmap)\b).*accept"
    r"|(?:ip6? (?:protocol|nexthdr) |meta l4proto )?(?:ipv6-)?icmp.*"
    r"|(?!.*\b(?:accept|jump|goto|queue)\b).*\b(?:drop|reject)\b"
)
_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)
_FAMILIES = {"inet": frozenset({4, 6}), "ip": frozenset({4}), "ip6": frozenset({6})}


async def guards(port: int, binds: tuple[str, ...], clock: Clock) -> bool:
    """Whether Linux's packet filter or ufw is known to guard the port. Needs root: False where nothing can be read."""
    if (nft := found("nft")) is not None:
        done = await ran(clock, nft, "list", "ruleset")
        if done is not None and done.code == 0 and nft_guards(done.output, port, binds):
            return True
    if (ufw := found("ufw")) is not None:
        done = await ran(clock, ufw, "status", "verbose")
        return done is not None and done.code == 0 and ufw_guards(done.output, port)
    return False


def ufw_guards(output: str, port: int) -> bool:
    """From `ufw status verbose`: it is on, refuses by default, and no line lets the port in."""
    lines = [line.strip() for line in output.splitlines()]
    if "Status: active" not in lines:
        return False
    rules = [line for line in lines if re.search(r"\b(?:ALLOW|DENY|REJECT|LIMIT)\b", line)]
    about = [line for line in rules if _speaks_of(line.split()[0], port)]
    if any(re.search(r"\b(?:ALLOW|LIMIT)\b", line) for line in about):
        return False
    denied = any(re.search(r"\b(?:DENY|REJECT) IN +Anywhere$", line) for line in about)
    return denied or any(re.match(r"Default: (?:deny|reject) \(incoming\)", line) for line in lines)


def _speaks_of(to: str, port: int) -> bool:
    """Whether a rule's first column is about the port; names of services and networks count as if they were."""
    ports, _, protocol = to.partition("/")
    if protocol == "udp":
        return False
    if not re.fullmatch(r"[0-9:,]+", ports, re.ASCII):
        return True
    return any(_between(part.replace(":", "-"), port) for part in ports.split(","))


def nft_guards(ruleset: str, port: int, binds: tuple[str, ...]) -> bool:
    """From `nft list ruleset`: whether a chain at the input drops the port from elsewhere, for all that it listens on.

    Understood are a rule of its own, and a chain that drops by default without anything in it that could let it in.
    """
    needed = {6 if ":" in bind else 4 for bind in binds} or {4}
    if "::" in binds:  # it takes IPv4 as well
        needed.add(4)
    covered: set[int] = set()
    for family, lines in _input_chains(ruleset):
        if _chain_guards(lines, port):
            covered |= _FAMILIES.get(family, frozenset())
    return needed <= covered


def _input_chains(ruleset: str) -> list[tuple[str, list[str]]]:
    """Each chain at the input, with its table's family and its lines."""
    chains: list[tuple[str, list[str]]] = []
    family = ""
    lines: list[str] = []
    for line in (raw.strip() for raw in ruleset.splitlines()):
        if table := _TABLE.match(line):
            family = table[1]
        elif _CHAIN.match(line):
            lines = []
        elif line == "}":
            if lines and _POLICY.match(lines[0]):
                chains.append((family, lines))
            lines = []
        elif line:
            lines.append(line)
    return chains


def _chain_guards(lines: list[str], port: int) -> bool:
    policy = _POLICY.match(lines[0])
    for rule in lines[1:]:
        if _drops(rule, port):
            return True
        if not _passes_by(rule, port):
            return False
    return policy is not None and policy[1] == "drop"


def _drops(rule: str, port: int) -> bool:
    """Whether it drops the port from everywhere else: nothing in it narrows that down."""
    found_ports = _PORTS.search(rule)
    if found_ports is None or not _covers(found_ports[1], port):
        return False
    rest = _NOT_LOOPBACK.sub("", rule[: found_ports.start()]) + rule[found_ports.end() :]
    return bool(_ENDS.match(rest.strip()))


def _passes_by(rule: str, port: int) -> bool:
    """Whether the rule is certain not to let a new connection to the port in."""
    if _HARMLESS.match(rule):
        return True
    found_ports = _PORTS.search(rule)
    return (found_ports is not None and not _covers(found_ports[1], port)) or "udp dport" in rule


def _covers(ports: str, port: int) -> bool:
    return any(_between(part.strip(), port) for part in ports.strip("{} ").split(","))


def _between(part: str, port: int) -> bool:
    first, _, last = part.partition("-")
    if not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(last or first)):
        return False
    return int(first) <= port <= int(last or first)
