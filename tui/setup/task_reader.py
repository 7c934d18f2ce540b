"""A task of the Windows Task Scheduler, read as XML and as its program's arguments are taken apart."""

import re
import xml.etree.ElementTree as ET
from pathlib import PureWindowsPath

from tui.path.argv import without_secrets
from tui.setup.service_tasks import NAMESPACE
from tui.setup.unit_reader import LARGEST, SECRET_IN_COMMAND, Malformed


def task_problems(data: bytes) -> list[str]:
    """What is amiss with it, a sentence each. Raises Malformed."""
    root = _xml(data)
    said = []
    if root.tag != f"{{{NAMESPACE}}}Task":
        return ["It is no task of the Task Scheduler."]
    command = _told(root, "Actions/Exec/Command")
    place = _told(root, "Actions/Exec/WorkingDirectory")
    words = [command or "", *windows_words(_told(root, "Actions/Exec/Arguments") or "")]
    if not command or not (PureWindowsPath(command).is_absolute() or command.startswith("%SystemRoot%\\")):
        said.append("Its Command has to be the absolute path of a program.")
    if place is not None and (not PureWindowsPath(place).is_absolute() or '"' in place):
        said.append("Its WorkingDirectory has to be an absolute path, without quotes.")
    if list(without_secrets(words)) != words:
        said.append(SECRET_IN_COMMAND)
    if _told(root, "Settings/ExecutionTimeLimit") != "PT0S":
        said.append("ExecutionTimeLimit has to be PT0S: otherwise the scheduler ends it after three days.")
    if not re.fullmatch(r"PT([1-9]\d{0,3})M", _told(root, "Settings/RestartOnFailure/Interval") or "", re.ASCII):
        said.append("RestartOnFailure needs an Interval of whole minutes, at least PT1M.")
    if _told(root, "Principals/Principal/RunLevel") != "LeastPrivilege":
        said.append("RunLevel has to be LeastPrivilege: nothing here needs more.")
    if not _told(root, "Principals/Principal/UserId"):
        said.append("It names no user to run as.")
    triggers = root.find(_path("Triggers"))
    kinds = [each.tag.rpartition("}")[2] for each in triggers] if triggers is not None else []
    if kinds not in (["LogonTrigger"], ["BootTrigger"]):
        said.append("It needs one trigger: at logon, or at boot.")
    return said


def _xml(data: bytes) -> ET.Element:
    """The document's root. Raises Malformed: other than UTF-16 with its mark, a document type, bad XML."""
    if len(data) > LARGEST:
        raise Malformed(f"It is larger than {LARGEST:,} bytes.")
    if not data.startswith(b"\xff\xfe"):
        raise Malformed("It is not in UTF-16 (little endian, with its mark), which the scheduler wants.")
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError:
        raise Malformed("It is not in UTF-16.") from None
    if not re.match(r'<\?xml version="1\.0" encoding="UTF-16"\?>', text):
        raise Malformed("It does not say of itself that it is in UTF-16.")
    if "<!" in text:
        raise Malformed("It has a document type or a comment in it.")
    try:
        return ET.fromstring(data)  # noqa: S314 (small, and without a document type there is nothing to expand)
    except ET.ParseError as error:
        raise Malformed(f"It is no XML, from line {error.position[0]} on.") from None


def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{part}" for part in path.split("/"))


def _told(root: ET.Element, path: str) -> str | None:
    return root.findtext(_path(path))


def windows_words(arguments: str) -> tuple[str, ...]:
    """A program's arguments as Microsoft's C library takes them apart."""
    words: list[str] = []
    word, begun, within, slashes = "", False, False, 0
    for letter in arguments:
        if letter == "\\":
            slashes, begun = slashes + 1, True
            continue
        if letter == '"':
            word, begun = word + "\\" * (slashes // 2), True
            if slashes % 2:
                word += '"'
            else:
                within = not within
            slashes = 0
            continue
        word, slashes = word + "\\" * slashes, 0
        if letter in " \t" and not within:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + letter, True
    word += "\\" * slashes
    return (*words, word) if begun else tuple(words)
