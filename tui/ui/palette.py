"""What the command palette finds: the registry's commands, the themes, a demo's scenarios, and the accounts."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.domain.accounts import ALL
from tui.ui.commands import COMMANDS
from tui.ui.theme import NAMES

Offer = tuple[str, str, Callable[[], object]]
"""Title, help, and what is done."""


class PaletteProvider(Provider):
    """Our commands and nothing else; titles are text, never markup."""

    def offers(self) -> Iterator[Offer]:
        """All that can be chosen now."""
        for command in COMMANDS:
            if command.palette:
                yield command.label, command.help, partial(self.app.run_action, command.action, self.app)
        for name in NAMES:
            if name != self.app.theme:
                yield f"Theme {name}", "Change the colours.", partial(setattr, self.app, "theme", name)
        scenarios = getattr(self.app, "scenarios", None)
        for name in scenarios.names if scenarios is not None else ():
            act = partial(self.app.run_action, f"scenario({name!r})", self.app)
            yield f"Demo: {name}", "Let the simulated gateway play this.", act
        source = getattr(self.app, "source", None)
        if source is None:
            return
        accounts = source.snapshot.accounts
        if len(accounts.all) > 1 and accounts.visible != ALL:
            yield "All accounts", "Look at all accounts together.", partial(source.choose_account, ALL)
        for account in accounts.all:
            if account.id != accounts.visible:
                yield f"Account {account.id}", "Look at this account.", partial(source.choose_account, account.id)

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
