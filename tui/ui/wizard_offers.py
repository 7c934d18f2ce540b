"""Whom the setup wizard offers to let in: by this machine's own networks, and by what the file admits already."""

from collections.abc import Iterable, Sequence

from tui.setup.entries import Effect
from tui.setup.judge import LOOPBACK, Judgement
from tui.setup.networks import Network, NetworkKind, Peer
from tui.setup.plan import Admit, Who, of_kept, of_networks, of_own, of_peers
from tui.ui.wizard_state import NAMED, Offer
from tui.ui.wizard_words import number

_SHOWN = 4
_MOST_PEERS = 20
_MOST_KEPT = 20
_KINDS = {
    NetworkKind.LAN: "The whole network",
    NetworkKind.CONTAINERS: "Containers and virtual machines",
    NetworkKind.WIREGUARD: "WireGuard",
    NetworkKind.VPN: "The VPN",
}


def offers_of(
    networks: Sequence[Network], tailnet: Iterable[Peer], wireguard: Iterable[Peer], judged: Judgement
) -> tuple[Offer, ...]:
    """This machine, named machines, its networks, the machines of its VPNs, a tunnel, and the entries there are."""
    made = [
        Offer("this-machine", "This machine", f"{LOOPBACK}: a browser here, cpwatch, your own programs", fixed=True),
    ]
    own = of_own(networks)
    if own:
        addresses = tuple(entry for each in own for entry in each.entries)
        said = f"{_few(addresses)}: where it asks under another address than localhost"
        made.append(Offer("own", "This machine under its other addresses", said, own))
    made.append(Offer(NAMED, "Named machines", "by their IPv4 addresses, which are typed next"))
    for kind, title in _KINDS.items():
        made += [_network(each, title) for each in of_networks(networks, kind)]
    made += _peers(of_peers(tailnet, Who.TAILSCALE), "over Tailscale")
    made += _peers(of_peers(wireguard, Who.WIREGUARD), "over WireGuard")
    made.append(
        Offer(
            "tunnel",
            "A tunnel on this machine",
            "ngrok, cloudflared, tailscale serve, ssh: nothing to admit, and why it needs a guard of its own",
            (Admit(Who.TUNNEL, ()),),
        )
    )
    known = {LOOPBACK, *(entry for offer in made for admit in offer.admits for entry in admit.entries)}
    return (*made, *_kept(judged, known))


def _network(admit: Admit, title: str) -> Offer:
    return Offer(f"{admit.who}:{admit.entries[0]}", f"{title}: {admit.label}", _few(admit.entries), (admit,))


def _peers(admits: Sequence[Admit], over: str) -> list[Offer]:
    return [
        Offer(f"{each.who}:{each.entries[0]}", f"{each.label}, {over}", each.entries[0], (each,))
        for each in admits[:_MOST_PEERS]
    ]


def _kept(judged: Judgement, known: set[str]) -> list[Offer]:
    """What the file lets in already, if it does so; strangers are not kept unless the user wants to."""
    made = []
    for each in judged.entries:
        works = each.effect in {Effect.ADDRESS, Effect.WILDCARD, Effect.REGEX}
        if each.list != "allow" or not works or each.entry in known:
            continue
        known.add(each.entry)
        reached = each.reach.addresses
        count = "addresses that can't be counted" if reached is None else number(reached)
        said = f"{count}, strangers' among them" if each.reach.public else count
        wanted = judged.in_force and not each.reach.public
        made.append(
            Offer(f"kept:{each.entry}", f"As before: {each.entry}", said, (of_kept([each.entry]),), wanted=wanted)
        )
    return made[:_MOST_KEPT]


def _few(entries: Sequence[str]) -> str:
    more = f" and {len(entries) - _SHOWN} more" if len(entries) > _SHOWN else ""
    return ", ".join(entries[:_SHOWN]) + more
