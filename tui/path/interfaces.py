"""What a network interface's name tells of the network behind it."""

import re
from enum import StrEnum


class InterfaceKind(StrEnum):
    """What is behind a network interface."""

    LOOPBACK = "loopback"
    """This machine itself."""
    NETWORK = "network"
    """A cable, a radio, a bridge: nothing that hides another way."""
    WIREGUARD = "wireguard"
    TAILSCALE = "tailscale"
    VPN = "vpn"
    """A tunnel of some other kind, or of one that is not told."""


_BY_NAME: tuple[tuple[re.Pattern[str], InterfaceKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), kind)
    for pattern, kind in (
        (r"lo\d*|loopback.*", InterfaceKind.LOOPBACK),
        (r"tailscale\d*", InterfaceKind.TAILSCALE),
        (r"wg.*|wireguard.*", InterfaceKind.WIREGUARD),
        (r"nordlynx.*|proton\d*|mullvad.*|surfshark.*|(?:u?tun|tap|ppp|ipsec)\d*", InterfaceKind.VPN),
        (r"cloudflarewarp.*|zt.*|zerotier.*|nebula.*|netbird.*|wt\d+|openvpn.*", InterfaceKind.VPN),
    )
)


def kind_by_name(interface: str) -> InterfaceKind | None:
    """The kind that the name alone tells; None for any other name, `eth0` among them."""
    return next((kind for pattern, kind in _BY_NAME if pattern.fullmatch(interface)), None)
