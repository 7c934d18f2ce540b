"""Which pane has the focus, and which one has the whole screen."""

from textual.screen import Screen
from textual.widget import Widget

PANES = ("path", "session", "accounts", "positions", "events")
"""The panes' ids, in the order of their numbers."""
_TABLES = {"accounts": "#accounts-table", "positions": "#positions-table"}


def pane_of(widget: Widget | None) -> str | None:
    """The id of the pane that the widget is in; None where it is in none."""
    while widget is not None:
        if widget.id in PANES:
            return widget.id
        parent = widget.parent
        widget = parent if isinstance(parent, Widget) else None
    return None


def shown(widget: Widget) -> bool:
    """Whether the widget and all that it is in are displayed."""
    return all(each.display for each in (widget, *widget.ancestors) if isinstance(each, Widget))


def focus_pane(screen: Screen[None], pane: str) -> bool:
    """Give that pane the focus, or its table where it has one; False where that is not shown."""
    wanted = screen.query_one(_TABLES.get(pane, f"#{pane}"))
    if not shown(wanted):
        return False
    screen.set_focus(wanted)
    return True


def zoom_to(screen: Screen[None], pane: str | None) -> None:
    """Give that pane the whole screen but for the header, the banner and the footer; None: give all their places."""
    for each in PANES:
        screen.query_one(f"#{each}").set_class(each == pane, "-zoom", update=False)
    for holder, inside in (("#connection", PANES[:2]), ("#holdings", PANES[2:4])):
        screen.query_one(holder).set_class(pane in inside, "-zoom", update=False)
    screen.set_class(pane is not None, "-zoomed", update=False)
    screen.update_node_styles()  # once for all of them
