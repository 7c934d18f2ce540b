"""From no gateway to one that runs: Java, IBKR's zip, unpacking, the first start."""

from tui.domain.remedy_parts import GATEWAY_PORT
from tui.path.machine import System
from tui.setup.java import ASKS, OLDEST, JavaReport
from tui.setup.recipe import Looks, Recipe, Runs, Step, Unfit, Where, quoted
from tui.setup.recipes_place import Place
from tui.setup.service import CONF, RESTART_ENDS_LOGIN

GUIDE = "https://www.interactivebrokers.com/campus/ibkr-api-page/cpapi-v1/"
DOWNLOAD = "https://download2.interactivebrokers.com/portal/clientportal.gw.zip"
FOLDER = "clientportal.gw"


def no_gateway(place: Place, java: JavaReport | None = None, folder: str | None = None) -> Recipe:
    """How to get a gateway onto this machine. java: what was found of it, None where nobody has looked yet.

    folder: where it is to lie; one of that name in the user's own folder where None. Raises Unfit: no absolute path,
    or one in which the gateway would never listen.
    """
    home = place.path(folder, "The folder") if folder is not None else place.own(FOLDER)
    if "+" in home:
        raise Unfit(f"The gateway never listens from a folder with a + in its path: {quoted(home)}.")
    starter, conf = ("bin\\run.bat", CONF.replace("/", "\\")) if place.windows else ("bin/run.sh", CONF)
    airplay = (
        " macOS: the AirPlay receiver holds port 5000; first set another listenPort in root/conf.yaml."
        if place.system is System.MACOS
        else ""
    )
    jdk = " run.bat looks for Java in c:\\jdk first, and then on the PATH." if place.windows else ""
    return Recipe(
        "no-gateway",
        "No gateway yet",
        "IBKR's Client Portal Gateway is a small Java program that you run yourself and log in to in a browser; "
        "through it, other programs reach your account.",
        (
            Step(
                "java",
                java.text if java else f"The gateway needs Java {OLDEST} or newer: see which one there is.",
                (*(java.commands if java else ()), ASKS),
                root=java.root if java else False,
                checks=(Runs("java", ("-version",), "There is a Java that runs."),),
            ),
            Step(
                "download",
                f"Download the gateway from IBKR, and from nowhere else: {DOWNLOAD}, by way of {GUIDE}. cpwatch "
                "downloads nothing.",
                where=Where.BROWSER,
            ),
            Step(
                "unpack",
                f"Unpack it into a folder of its own, without a + in its path: {quoted(home)}. cpwatch does it, if you "
                "give it the zip; so does what is below, in the folder where the zip lies.",
                _unzip(place, home),
                checks=(Looks(f"The folder has bin, dist and root in it; root has {CONF.partition('/')[2]}."),),
            ),
            Step(
                "start",
                f"In that folder, start it, and leave its window open.{airplay}{jdk}",
                (place.line("cd", *(("/d",) if place.windows else ()), home), place.line(starter, conf)),
                checks=(Looks("cpwatch says “login required”, no more “gateway down”.", ("cpwatch status",)),),
            ),
            Step(
                "login",
                f"On that machine, open https://localhost:{GATEWAY_PORT} in a browser, pass the warning about its "
                f"certificate, which is normal for a gateway, and log in. {RESTART_ENDS_LOGIN}",
                where=Where.BROWSER,
                typed="your user name, password and second factor, into IBKR's own page",
                checks=(Looks("The page says “Client login succeeds”, and cpwatch “ready”.", ("cpwatch status",)),),
            ),
        ),
        (
            (
                "It listens on all networks of the machine. Before anybody logs in, let its allow list be judged: as "
                "it comes, it admits strangers."
            ),
        ),
    )


def _unzip(place: Place, home: str) -> tuple[str, ...]:
    if place.windows:
        return (place.line("mkdir", home), place.line("tar", "-xf", f"{FOLDER}.zip", "-C", home))
    return (place.line("unzip", f"{FOLDER}.zip", "-d", home),)
