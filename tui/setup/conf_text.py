"""The bytes of a conf.yaml as text: the encodings that the gateway reads, and what it makes of the others."""

import codecs
import re
from dataclasses import dataclass

from tui.setup.yaml_nodes import BadYaml

LARGEST = 1_048_576
"""Bytes; the file that comes with the gateway has seven hundred."""


@dataclass(frozen=True, slots=True)
class ConfText:
    """text: without its mark. encoding: Python's name of it. mark: the byte-order mark that it began with."""

    text: str
    encoding: str
    mark: bytes


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_of(data: bytes) -> ConfText:
    """The file as the gateway decodes it. Raises BadYaml where it can't."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        return ConfText(body.decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        line = len(re.findall(b"\r\n|\n|\r", body[: error.start])) + 1 if encoding == "utf-8" else None
        raise BadYaml(
            "encoding",
            line,
            f"The file is not {encoding.upper()} here, as with Latin-1 (an accent saved by an old editor, in a comment "
            "too): the gateway ends at its start.",
            "Save the file as UTF-8.",
        ) from None
