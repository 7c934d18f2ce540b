"""What the setup wizard says of a recipe: what it gives, and each of its steps."""

from tui.domain.journal import Level
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_block, safe_text
from tui.setup.recipe import File, Looks, Recipe, Step
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.wizard_words import KEYS, Keys, commands, said, strong
from tui.ui.words import mark

_MOST_LINES = 120
_LONGEST = 4096


def recipe_lines(recipe: Recipe, at: int, cells: int, keys: Keys = KEYS) -> list[Line]:
    """One step of a recipe; before the first what it gives, behind the last how to take it back."""
    step = recipe.steps[at]
    rows = strong(f"{recipe.title}: step {at + 1} of {len(recipe.steps)}", cells)
    if at == 0:
        rows += said(recipe.about, cells)
        for each in recipe.warnings:
            rows += warned(each, cells)
    rows += [(), *step_lines(step, cells, keys)]
    if at == len(recipe.steps) - 1 and recipe.undo:
        rows += [(), *strong("To take it back", cells), *commands(recipe.undo, cells)]
    return rows


def step_lines(step: Step, cells: int, keys: Keys = KEYS) -> list[Line]:
    """What to do, where and as whom; the file that belongs to it; how to see that it worked."""
    rows = wrap(line(Part(f"  {step.where}: ", Tone.LABEL), safe_text(step.text, 1000)), cells, 2)
    if step.typed:
        rows += warned(f"You type {step.typed}. cpwatch never sees it.", cells)
    if step.file is not None:
        rows += file_lines(step.file, cells, keys)
    rows += commands(step.commands, cells)
    if step.commands and step.root:
        rows += said("As an administrator (root).", cells)
    for each in step.checks:
        rows += [(), *wrap(line("  ", Part("Then: ", Tone.LABEL), safe_text(each.proves, 500)), cells, 2)]
        if isinstance(each, Looks):
            rows += commands(each.commands, cells, 4)
    if any(not isinstance(each, Looks) for each in step.checks):
        rows += said(f"{keys.again} looks whether it is so.", cells)
    return rows


def file_lines(file: File, cells: int, keys: Keys = KEYS) -> list[Line]:
    """Where it would be, and all that would stand in it."""
    rows = wrap(line("  ", Part(f"{file.format}: ", Tone.LABEL), Part(path_of(file), Tone.COMMAND)), cells, 4)
    text = safe_block(file.text).expandtabs(4).splitlines()
    for each in text[:_MOST_LINES]:
        rows += wrap(line("    ", Part(redacted(each[:_LONGEST]), Tone.MUTED)), cells, 6)
    if len(text) > _MOST_LINES:
        rows += said(f"… and {len(text) - _MOST_LINES} lines more", cells, 4)
    rows += said(f"{keys.act} writes it, once you have said yes.", cells)
    return rows


def path_of(file: File) -> str:
    """Its path as it may be shown."""
    return redacted(safe_text(file.path, 300))


def warned(text: str, cells: int) -> list[Line]:
    """A warning."""
    return wrap(line("  ", mark(Level.WARN), " ", safe_text(text, 500)), cells, 4)
