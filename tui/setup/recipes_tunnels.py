"""Ways to a gateway from afar, step by step: those over one's own network here, those by an edge beside it."""

from tui.domain.address import PathKind
from tui.domain.way import Forward
from tui.path.machine import System
from tui.setup.recipe import Leads, Looks, Recipe, Runs, Step, Where, one_line
from tui.setup.recipes_edges import ALLOWED_AS_HERE, UNKNOWN_HOST, cloudflare, ngrok, quick_tunnel
from tui.setup.recipes_place import Place
from tui.setup.service import ssh_words
from tui.setup.tunnel_files import Target, host_name

__all__ = ["UNKNOWN_FORWARD", "Target", "cloudflare", "ngrok", "quick_tunnel", "ssh", "tailscale", "tunnel_recipes"]

UNKNOWN_FORWARD = "USER@HOST"
"""Stands for a machine that is reached by ssh and not known yet."""


def tunnel_recipes(place: Place, target: Target) -> tuple[Recipe, ...]:
    """All ways, with capitals or an example for what only the user knows. Raises Unfit: a home that is no path."""
    forward = Forward(UNKNOWN_FORWARD, target.port, "127.0.0.1", target.port)
    return (
        ssh(place, forward),
        tailscale(place, target),
        cloudflare(place, target),
        ngrok(place, target),
        quick_tunnel(place, target),
    )


def tailscale(place: Place, target: Target, host: str | None = None) -> Recipe:
    """`tailscale serve`, with both ends in one tailnet. host: the gateway's machine there, e.g. `box.name.ts.net`."""
    name = UNKNOWN_HOST if host is None else host_name(host, "The machine's name")
    scheme = "https+insecure" if target.tls else "http"
    linux = place.system is System.LINUX
    command = place.root_line if linux else place.line
    rights = f" {place.root_words}" if linux else ""
    operator = (
        " `sudo tailscale set --operator=$USER` lets you do it without from then on, and cpwatch too." if linux else ""
    )
    return Recipe(
        "tailscale",
        "Tailscale",
        "The gateway under a name within your tailnet, with a certificate that browsers trust; nothing of it is on the "
        "internet, and nobody between sees what passes.",
        (
            Step(
                "install",
                "Install Tailscale on both machines, from tailscale.com/download or with the package manager.",
                ("tailscale version",),
                Where.BOTH,
                checks=(Runs("tailscale", ("version",), "Tailscale is installed here."),),
            ),
            Step(
                "up",
                f"Connect both to your tailnet; each shows a page to log in.{rights}",
                (command("tailscale", "up"),),
                Where.BOTH,
                root=linux,
                typed="your login with Tailscale, in the browser",
                checks=(Runs("tailscale", ("status", "--peers=false"), "Tailscale is connected here."),),
            ),
            Step(
                "serve",
                "Let Tailscale lead its port 443 to the gateway. Where HTTPS is not yet on in the tailnet, it shows a "
                f"page to allow it: leave Funnel off there.{rights}{operator}",
                (command("tailscale", "serve", "--bg", f"{scheme}://localhost:{target.port}"),),
                root=linux,
                checks=(
                    Leads(PathKind.TAILSCALE, target.port, target.tls, "tailscale serve leads to the gateway."),
                    Looks("It names the address, and says “tailnet only”.", ("tailscale serve status",)),
                ),
            ),
            Step(
                "cpwatch",
                "See from the other machine whether Tailscale reaches the gateway's, and start cpwatch with the "
                "address that serve has named.",
                (place.line("tailscale", "ping", "-c", "1", name), place.line("cpwatch", "--url", f"https://{name}")),
                Where.CLIENT,
                checks=(
                    Runs("tailscale", ("ping", "-c", "1", "--timeout", "2s", name), "Tailscale reaches the machine."),
                )
                if host
                else (Looks("tailscale ping answers with “pong”."),),
            ),
        ),
        (
            (
                "Everyone in the tailnet whom its access rules let reach this machine can use the session: narrow them "
                "to yourself."
            ),
            "Never `tailscale funnel`: it puts the gateway on the internet, without any guard.",
            ALLOWED_AS_HERE,
        ),
        (command("tailscale", "serve", "reset"),),
    )


def ssh(place: Place, forward: Forward) -> Recipe:
    """`ssh -L` from the machine that uses the gateway to the gateway's own, as it is reached by ssh anyway."""
    words = ssh_words(forward)
    port = () if forward.ssh_port in {None, 22} else ("-p", str(forward.ssh_port))
    here = f"https://localhost:{forward.local_port}"
    destination = one_line(forward.destination, "The machine's name")
    return Recipe(
        "ssh",
        "ssh -L",
        "The gateway's port on your own machine, through ssh: no account, no edge, nothing open to anybody else.",
        (
            Step(
                "reach",
                "Reach the gateway's machine by ssh once, so that its key is known; `exit` leaves it. Logging in by a "
                "key of your own is needed for a service, which can't type a password.",
                (place.line("ssh", *forward.options, *port, destination),),
                Where.CLIENT,
                typed="your password or key's passphrase, into ssh",
            ),
            Step(
                "forward",
                "Start the tunnel, and leave it running; it says nothing. It ends by itself 45 s after the other side "
                "fell silent, or at once where the port is taken here.",
                (place.line("ssh", *words),),
                Where.CLIENT,
                checks=(
                    Looks(
                        "cpwatch shows what the gateway says. “tunnel down”: ssh does not run. “gateway down”: it "
                        "does, and no gateway behind it.",
                        (place.line("cpwatch", "status", "--url", here),),
                    ),
                ),
            ),
            Step(
                "login", f"Log in to the gateway at {here}: the browser goes through the tunnel.", where=Where.BROWSER
            ),
        ),
        (
            (
                "The gateway sees the requests come from 127.0.0.1 of its own machine, which its allow list admits: "
                "nothing is to be added there."
            ),
            "Every user of your machine can use the port while the tunnel is up.",
        ),
    )
