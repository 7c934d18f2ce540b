"""Ways to a gateway by a company's servers on the internet, step by step: ngrok, Cloudflare Tunnel."""

from tui.domain.address import PathKind
from tui.path.machine import System
from tui.setup.recipe import Check, File, Format, Leads, Looks, Reads, Recipe, Runs, Step, Where
from tui.setup.recipes_place import Place
from tui.setup.tunnel_files import (
    ENDPOINT,
    HOST_UNSET,
    ID_UNSET,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    UNSET,
    Target,
    cloudflared_config,
    host_name,
    ngrok_config,
    tunnel_id,
    tunnel_name,
)

ALLOWED_AS_HERE = (
    "The gateway sees every request of the tunnel come from 127.0.0.1, which its allow list admits: nothing is to be "
    "added there, and the list keeps nobody out who comes this way. The tunnel needs a guard of its own."
)
SECRETS = 'as "env:NAME" or "keyring:SERVICE/USER", never in the file itself'
UNKNOWN_HOST = "HOST"


def ngrok(place: Place, target: Target, domain: str | None = None) -> Recipe:
    """ngrok behind basic auth. domain: the account's own, e.g. `name.ngrok-free.app`; None to let ngrok choose.

    Raises Unfit: a domain that is none, a folder whose path no command can hold.
    """
    host = None if domain is None else host_name(domain, "The domain")
    own, ours = ngrok_files(place)
    both = ("--config", own, "--config", ours)
    file = File(ours, ngrok_config(target, host), Format.NGROK, filled_by_hand=True)
    return Recipe(
        "ngrok",
        "ngrok",
        "The gateway under an address of ngrok's, behind a user name and a password. ngrok's own servers see what "
        "passes.",
        (
            Step(
                "install",
                "Install ngrok from ngrok.com/download, or with your system's package manager, and see that it "
                "answers.",
                ("ngrok version",),
                checks=(Runs("ngrok", ("version",), "ngrok is installed."),),
            ),
            Step(
                "token",
                "Open dashboard.ngrok.com, copy your authtoken, and give it to ngrok in place of TOKEN. ngrok keeps it "
                "in its own file.",
                ("ngrok config add-authtoken TOKEN",),
                typed="the authtoken, into ngrok",
                checks=(Runs("ngrok", ("config", "check", "--config", own), "ngrok takes its own file."),),
            ),
            Step(
                "try",
                "If you like, see whether it works before it is guarded, while nobody is logged in to the gateway: "
                "until Ctrl-C, whoever has the address that it shows can use the gateway. The scheme matters: a bare "
                "port means http.",
                (place.line("ngrok", "http", *(("--url", f"https://{host}") if host else ()), target.url),),
                checks=(Leads(PathKind.NGROK, target.port, target.tls, "ngrok leads to the gateway."),),
            ),
            Step(
                "configuration",
                f"cpwatch writes the file below, with no password in it. Open it in an editor and put one of "
                f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters in place of {UNSET}, which is too short for "
                "ngrok to start with.",
                file=file,
                typed="a password of your own, into that file, which only you can read",
                checks=(
                    Reads(ours, Format.NGROK, "The file leads to the gateway, and has a guard."),
                    Runs("ngrok", ("config", "check", *both), "ngrok takes both files."),
                ),
            ),
            Step(
                "start",
                "Start it, and leave it running. The second file counts over the first, which holds the token.",
                (place.line("ngrok", "start", *both, ENDPOINT),),
                checks=(Leads(PathKind.NGROK, target.port, target.tls, "ngrok is up and leads to the gateway."),),
            ),
            Step(
                "cpwatch",
                "Give cpwatch there the user name ibkr and the password: basic_auth under [profiles.NAME.path] in its "
                f"settings, {SECRETS}; and metered = true for a free plan, so that it asks once in five minutes.",
                (place.line("cpwatch", "--url", f"https://{host or UNKNOWN_HOST}"),),
                Where.CLIENT,
                typed="the password, into the keyring or the environment",
                checks=(Looks("Without the password cpwatch says “tunnel denied”, with it what the gateway says."),),
            ),
        ),
        (
            ALLOWED_AS_HERE,
            "A free plan has 20,000 requests and 1 GB a month, which is one request in 130 s around the clock.",
            (
                "`ngrok service install --config FILE` makes it a service as well, but takes one file, which then has "
                "to hold the token too; a service file of cpwatch's names both files."
            ),
        ),
    )


def cloudflare(
    place: Place, target: Target, hostname: str | None = None, name: str = ENDPOINT, identity: str | None = None
) -> Recipe:
    """A named Cloudflare tunnel. hostname: within a domain of the user's. identity: as `tunnel create` prints it.

    What is None is left for the user to fill in. Raises Unfit: what is no name, no id.
    """
    tunnel = tunnel_name(name)
    host = HOST_UNSET if hostname is None else host_name(hostname, "The name")
    config = cloudflared_file(place)
    known = None if identity is None else tunnel_id(identity)
    credentials = place.own(".cloudflared", f"{known or ID_UNSET}.json")
    open_still = hostname is None or identity is None
    file = File(
        config,
        cloudflared_config(target, hostname, known, credentials),
        Format.CLOUDFLARED,
        filled_by_hand=open_still,
    )
    fill = f" Open it then, and put in what is missing: {HOST_UNSET}, {ID_UNSET}." if open_still else ""
    checks: tuple[Check, ...] = (
        Reads(config, Format.CLOUDFLARED, "The file leads to the gateway, with the last rule for all the rest."),
        Runs("cloudflared", ("tunnel", "--config", config, "ingress", "validate"), "cloudflared takes the file."),
    )
    if hostname is not None:
        rule = ("tunnel", "--config", config, "ingress", "rule", f"https://{host}/")
        checks += (Runs("cloudflared", rule, "cloudflared finds a rule for the name."),)
    up = Leads(PathKind.CLOUDFLARE, target.port, target.tls, "cloudflared is connected and leads to the gateway.")
    return Recipe(
        "cloudflare",
        "Cloudflare Tunnel",
        "The gateway under a name of your own domain, which has to be with Cloudflare. Cloudflare's own servers see "
        "what passes; Cloudflare Access guards it.",
        (
            Step(
                "install",
                "Install cloudflared from developers.cloudflare.com, or with your system's package manager, and see "
                "that it answers.",
                ("cloudflared --version",),
                checks=(Runs("cloudflared", ("--version",), "cloudflared is installed."),),
            ),
            Step(
                "login",
                "Log in: cloudflared shows a page to open in a browser, where you choose the domain. It keeps "
                "cert.pem in its folder, which is a key to that domain: for your eyes only.",
                ("cloudflared tunnel login",),
                typed="your login with Cloudflare, in the browser",
            ),
            Step(
                "create",
                "Create the tunnel. cloudflared prints its id, and keeps its credentials in a file of that name.",
                (place.line("cloudflared", "tunnel", "create", tunnel),),
                checks=(Looks("The list has the tunnel, with its id.", ("cloudflared tunnel list",)),),
            ),
            Step(
                "configuration",
                f"cpwatch writes the file below: to {target.url}, without verifying the gateway's certificate, which "
                f"nobody has signed; all other names get 404.{fill}",
                file=file,
                checks=checks,
            ),
            Step(
                "guard",
                "In Cloudflare's dashboard, under Zero Trust, Access, make an application for "
                f"{host}: a policy that lets you in, and one with the action Service Auth for a service token, which "
                "is for cpwatch. Before the tunnel runs: without it, whoever finds the name can use the session.",
                where=Where.BROWSER,
                typed="the service token's secret, into the keyring or the environment, when the page shows it",
            ),
            Step(
                "name",
                "Lead the name to the tunnel.",
                (place.line("cloudflared", "tunnel", "route", "dns", tunnel, host),),
            ),
            Step(
                "run",
                "Run it, and leave it running.",
                (place.line("cloudflared", "tunnel", "--config", config, "run", tunnel),),
                checks=(up,),
            ),
            Step(
                "cpwatch",
                "Give cpwatch there the service token: CF-Access-Client-Id and CF-Access-Client-Secret under "
                f"[profiles.NAME.path.headers] in its settings, {SECRETS}.",
                (place.line("cpwatch", "--url", f"https://{host}"),),
                Where.CLIENT,
                checks=(Looks("Without the token cpwatch says “tunnel denied”, with it what the gateway says."),),
            ),
            Step(
                "service",
                "To have it run by itself, install cloudflared's own service, once the tunnel has worked; it takes a "
                f"copy of the file. {place.root_words}",
                (place.root_line("cloudflared", "--config", config, "service", "install"),),
                root=True,
                checks=(up,),
            ),
        ),
        (ALLOWED_AS_HERE,),
        (place.root_line("cloudflared", "service", "uninstall"), place.line("cloudflared", "tunnel", "delete", tunnel)),
    )


def quick_tunnel(place: Place, target: Target) -> Recipe:
    """A Cloudflare tunnel without an account, which can't be guarded at all."""
    verify = ("--no-tls-verify",) if target.tls else ()
    return Recipe(
        "quick-tunnel",
        "Cloudflare quick tunnel",
        "An address for a few minutes, without an account: to try the way, and for nothing else.",
        (
            Step(
                "run",
                "End it with Ctrl-C as soon as you have seen what you wanted to see. cloudflared shows the address, "
                "another one at each start.",
                (place.line("cloudflared", "tunnel", "--url", target.url, *verify),),
                checks=(Leads(PathKind.CLOUDFLARE, target.port, target.tls, "The quick tunnel leads to the gateway."),),
            ),
        ),
        (
            (
                "Nothing can guard it: Cloudflare Access is not to be had for it. Whoever has the address can use the "
                "session, and trade. Log in to the gateway only when it has ended."
            ),
            ALLOWED_AS_HERE,
            "It does not start while there is a config.yml in cloudflared's folder.",
        ),
    )


def ngrok_files(place: Place) -> tuple[str, str]:
    """Where ngrok keeps its own file, and the one that cpwatch writes beside it. Raises Unfit."""
    folders: dict[System, tuple[str, ...]] = {
        System.MACOS: ("Library", "Application Support", "ngrok"),
        System.WINDOWS: ("AppData", "Local", "ngrok"),
    }
    folder = folders.get(place.system, (".config", "ngrok"))
    return place.own(*folder, "ngrok.yml"), place.own(*folder, "ibkr.yml")


def cloudflared_file(place: Place) -> str:
    """Where cloudflared looks for the configuration of a named tunnel. Raises Unfit."""
    return place.own(".cloudflared", "config.yml")
