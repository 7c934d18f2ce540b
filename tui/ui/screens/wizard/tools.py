"""What the wizard asks of the machine, and has done there."""

from collections.abc import Callable
from typing import Protocol

from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.setup.advice import Advice
from tui.setup.find import Found
from tui.setup.recipe import File, Recipe
from tui.setup.recipe import Step as RecipeStep
from tui.setup.recipes_check import Checked, Stands
from tui.setup.write import Seen, Written
from tui.ui.wizard_state import Offer, Reading, Restarting, Wizard


class Sorry(Exception):
    """It can't be done; the message is a sentence for the user, who reads it on the screen."""


class Tools(Protocol):
    """All of it blocks for a moment and is called on a thread of its own, but `prove`. Nothing raises but Sorry."""

    def find(self) -> tuple[Found, ...]:
        """The settings files of gateways that run or lie in the usual folders, the surest first."""
        ...

    def look(self, typed: str) -> Found:
        """The settings file at a path that was typed: of a gateway's folder, or the file itself. Raises Sorry."""
        ...

    def read(self, place: Found) -> Reading:
        """The file, and how the gateway reads it. Raises Sorry."""
        ...

    def offers(self, reading: Reading) -> tuple[Offer, ...]:
        """Who may be let in, as far as this machine's networks, and the file itself, tell."""
        ...

    def free_port(self) -> int | None:
        """A port that nobody has, for a gateway whose own is taken; None where none is known."""
        ...

    def write(self, seen: Seen, data: bytes) -> Written:
        """Back the file up and write it, unless it has changed since it was read. Raises Sorry."""
        ...

    def restarting(self, place: Found) -> Restarting:
        """How it is started anew, for the way it was started."""
        ...

    def restart(self, place: Found, restarting: Restarting, typed: str) -> str:
        """Restart the service, for the word that has to be typed; what came of it, in a sentence. Raises Sorry."""
        ...

    def own(self, wizard: Wizard) -> tuple[Address, ...]:
        """Where the gateway can be asked from this machine: at each of its own addresses."""
        ...

    def prove(self, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> bool:
        """Ask once at each; `tell` is called with every answer, on any thread. Returns at once, False if it can't."""
        ...

    def guarding(self, port: int, admitted: tuple[str, ...]) -> tuple[tuple[str, Advice], ...]:
        """What keeps others from the port, whatever the lists say, by the firewall's name. admitted: of `allow`."""
        ...

    def none_yet(self) -> Recipe:
        """From no gateway to the first login, with the Java that is here. Raises Sorry."""
        ...

    def unpack(self, zipped: str, folder: str) -> Found:
        """Unpack a gateway's zip file into a new folder. Raises Sorry."""
        ...

    def recipes(self, wizard: Wizard) -> tuple[Recipe, ...]:
        """The tunnels and services that can be set up for this gateway."""
        ...

    def stands(self, file: File) -> Stands:
        """What is in the place of a recipe's file."""
        ...

    def put(self, file: File, there: Stands) -> Written:
        """Write a recipe's file, in place of nothing but what the user was told of. Raises Sorry."""
        ...

    def checked(self, step: RecipeStep) -> Checked:
        """Whether a recipe's step has worked."""
        ...
