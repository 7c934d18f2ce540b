"""What a screen has to tell the user in passing."""

from textual.message import Message


class Said(Message):
    """Something for a notice that goes away by itself. text: what comes from outside is safe to print."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
