"""A machine, a range or a network that the user typed -> entries of the allow list, or why there are none."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from tui.setup.admitted import reach_of
from tui.setup.finding import shown
from tui.setup.matcher import rule_of
from tui.setup.networks import FEW, exact

_LONGEST = 60
_WILDCARD = re.compile(r"(?:\d{1,3}\.){1,3}\*", re.ASCII)
_STARS = re.compile(r"(?:\d{1,3}\.)+\*(?:\.\*)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Machines:
    """What one thing that was typed means in the list's own words. note: a sentence that belongs to it, or empty."""

    entries: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """What was typed can't be an entry. reason: a sentence. needed: the entries that would mean it; may be empty."""

    reason: str
    needed: tuple[str, ...] = ()


def of_machine(text: str) -> Machines | Inexpressible:
    """What a typed address, range or network means in the list's own words.

    The gateway compares text: a whole address, or a beginning such as `192.168.1.*`. What else is meant is refused,
    with the entries that would say it.
    """
    typed = text.strip()
    name = shown(typed)
    if not typed:
        return Inexpressible("Type an IPv4 address, such as 192.168.1.20.")
    if len(typed) > _LONGEST:
        return Inexpressible("That is too long for an address.")
    if "/" in typed:
        return _of_network(typed, name)
    if "*" in typed:
        return _of_wildcard(typed, name)
    if ":" in typed:
        return Inexpressible(f"{name} is no IPv4 address, and the gateway speaks no IPv6: its start script has it so.")
    try:
        address = IPv4Address(typed)
    except ValueError:
        if not any(sign.isdigit() for sign in typed) or typed.replace("-", "").replace("_", "").isalnum():
            return Inexpressible(
                f"{name} is a name, and the gateway looks up no names. Type the machine's IPv4 address."
            )
        return Inexpressible(f"{name} is no IPv4 address: four numbers up to 255, without leading zeros.")
    return _of_address(address)


def _of_address(address: IPv4Address) -> Machines | Inexpressible:
    if address.is_unspecified:
        return Inexpressible("0.0.0.0 is nobody's address, and lets nobody in. Type the machine's own.")
    if address.is_multicast or address.is_reserved:
        return Inexpressible(f"No machine has the address {address}.")
    note = ""
    if _public(str(address)):
        note = f"{address} is an address on the internet: whoever has it, or comes to have it, gets in."
    return Machines((str(address),), note)


def _of_network(typed: str, name: str) -> Machines | Inexpressible:
    try:
        network = IPv4Network(typed, strict=False)
    except ValueError:
        return Inexpressible(f"{name} is no IPv4 network: an address, a slash, and a number up to 32.")
    if network.prefixlen == 0:
        return Inexpressible("That is everyone on the internet. Name the machines, or your own network.")
    if network.prefixlen == 32:
        return _of_address(network.network_address)
    entries = exact(network)
    if len(entries) == 1:
        return Machines(entries, _note(entries[0]))
    few = ", ".join(entries if len(entries) <= FEW else [*entries[:2], "…", entries[-1]])
    said = f"The gateway knows no ranges with a slash. {name} would need {len(entries)} entries: {few}."
    return Inexpressible(said, entries)


def _of_wildcard(typed: str, name: str) -> Machines | Inexpressible:
    if _WILDCARD.fullmatch(typed):
        parts = typed.split(".")[:-1]
        if any(str(int(part)) != part or int(part) > 255 for part in parts):
            return Inexpressible(f"{name} matches no address: parts go up to 255, without leading zeros.")
        return Machines((typed,), _note(typed))
    if typed.strip("*.") == "":
        return Inexpressible("The gateway has no entry for everyone; with a star alone it answers 500 to all.")
    if _STARS.fullmatch(typed):
        short = f"{typed[: typed.index('*')]}*"
        return Inexpressible(f"{name} matches nobody: one star stands for all that is left. Type {short}.", (short,))
    return Inexpressible(f"{name} matches nobody: a star stands for all that is left, and only at the end.")


def _note(entry: str) -> str:
    rule = rule_of(entry)
    reach = None if rule.pattern is None else reach_of(rule.pattern)
    if reach is None or not reach.public or reach.addresses is None:
        return ""
    if entry == "100.*":
        return "100.* is all of 100.0.0.0/8, most of it strangers' on the internet: name Tailscale's machines instead."
    return f"{entry} admits {reach.addresses:,} addresses, strangers on the internet among them."


def _public(entry: str) -> bool:
    rule = rule_of(entry)
    return rule.pattern is not None and reach_of(rule.pattern).public
