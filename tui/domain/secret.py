"""A secret on its way from where it is kept to the one request that needs it."""


class Secret:
    """A text that shows itself to nobody by accident: printed, formatted or logged it is a mask.

    Only `reveal` gives it out. It can't be pickled, and two are equal only where they are the same object.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the wire and nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "•••"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("•••", spec)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")
