"""What the command palette finds: the registry's commands, accounts, profiles, themes, and a demo's scenarios."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.domain.accounts import ALL
from tui.ui.command import Scope
from tui.ui.commands import COMMANDS
from tui.ui.glyphs import printable
from tui.ui.source import Gateways, MonitorSource, ScenarioSwitch
from tui.ui.theme import NAMES

Offer = tuple[str, str, Callable[[], object]]
"""Title, help, and what is done."""


class _App(Protocol):
    """What the palette needs of the app."""

    theme: str
    encoding: str
    source: MonitorSource
    scenarios: ScenarioSwitch | None
    gateways: Gateways | None


class PaletteProvider(Provider):
    """Our commands and nothing else; titles are text, never markup."""

    def offers(self) -> Iterator[Offer]:
        """All that can be chosen now, as the terminal can show it."""
        encoding = cast("_App", self.app).encoding
        for title, help_text, act in self._offers():
            yield printable(title, encoding), printable(help_text, encoding), act

    def _offers(self) -> Iterator[Offer]:
        app = cast("_App", self.app)
        for command in COMMANDS:
            if command.palette:
                owner = self.app if command.scope is Scope.APP else self.screen
                yield command.label, command.help, partial(self.app.run_action, command.action, owner)
        for name in NAMES:
            if name != app.theme:
                yield f"Theme {name}", "Change the colours.", self._act(f"theme({name!r})")
        for name in app.gateways.names if app.gateways is not None else ():
            if app.gateways is not None and name != app.gateways.current:
                title = f"Profile {name}" if name else "No profile"
                yield title, "Watch this profile's gateway.", self._act(f"profile({name!r})")
        for name in app.scenarios.names if app.scenarios is not None else ():
            yield f"Demo: {name}", "Let the simulated gateway play this.", self._act(f"scenario({name!r})")
        yield from _accounts(app.source)

    def _act(self, action: str) -> Callable[[], object]:
        return partial(self.app.run_action, action, self.app)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for title, help_text, act in self.offers():
            yield DiscoveryHit(Content(title), act, text=title, help=help_text)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for title, help_text, act in self.offers():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), act, text=title, help=help_text)


def _accounts(source: MonitorSource) -> Iterator[Offer]:
    accounts = source.snapshot.accounts
    if len(accounts.all) > 1 and accounts.visible != ALL:
        yield "All accounts", "Look at all accounts together.", partial(source.choose_account, ALL)
    for account in accounts.all:
        if account.id != accounts.visible:
            yield f"Account {account.id}", "Look at this account.", partial(source.choose_account, account.id)
