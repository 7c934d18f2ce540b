"""What Textual keeps of screens that are closed: forgotten here, or each visit to one would cost memory for good."""

from textual._styles_cache import StylesCache


def forget_closed() -> None:
    """Let go of closed screens' drawn lines.

    Textual 8.2 keeps the caches of the newest thousand widgets that were ever drawn, each with its lines, as keys of
    one cache of two colours. That one is made anew in no time; nothing else hangs on it.
    """
    StylesCache.get_inner_outer.cache_clear()
