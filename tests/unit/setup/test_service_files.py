"""Services as Windows tasks and launchd agents: what was put in comes out of the format's own parser."""

import plistlib
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.domain.way import Forward
from tui.setup.recipe import Format, Unfit, windows_arguments, windows_line
from tui.setup.service import gateway_service, ngrok_service, ssh_service, watch_service
from tui.setup.service_launchd import agent
from tui.setup.service_tasks import NAMESPACE, Begins, task
from tui.setup.task_reader import windows_words
from tui.setup.validate import problems

FOLDER = "C:\\client portal & co' é"
ON_WINDOWS = gateway_service(FOLDER, windows=True)
HERE = '/srv/client portal & <co>\' "é" 50%'
WORDS = st.text(st.sampled_from("ab \\\"'&<>^|()$!;,=é漢🙂-/:"), min_size=1, max_size=20).filter(
    lambda text: text == text.strip()
)
FOLDERS = st.text(st.sampled_from("ab &'^()$!;,=é漢🙂-.]["), min_size=1, max_size=20).map(lambda text: f"C:\\gw{text}x")


def told(data: bytes, path: str) -> str | None:
    """The text of one element, by the standard library's parser."""
    root = ET.fromstring(data)
    return root.findtext("/".join(f"{{{NAMESPACE}}}{part}" for part in path.split("/")))


@given(st.lists(WORDS, max_size=4))
@example(["a\\", '"', '\\"', "a b\\", "\\\\"])
def test_arguments_are_taken_apart_as_they_were_put_together(words: list[str]) -> None:
    assert windows_words(windows_arguments(words)) == tuple(words)


@given(st.lists(WORDS.filter(lambda word: '"' not in word), min_size=1, max_size=4))
@example(["a b\\", "c"])
def test_a_line_for_the_command_prompt_is_taken_apart_by_programs_as_well(words: list[str]) -> None:
    assert windows_words(windows_line(*words)) == tuple(words)


@pytest.mark.parametrize("word", ["%PATH%", 'a"b', "a\nb", ""])
def test_what_the_command_prompt_can_not_take_is_refused(word: str) -> None:
    with pytest.raises(Unfit):
        windows_line("cmd", word)


@given(FOLDERS)
def test_a_task_starts_the_gateway_in_its_folder_whatever_that_is_called(folder: str) -> None:
    data = task(gateway_service(folder, windows=True), "PC\\me")
    assert told(data, "Actions/Exec/WorkingDirectory") == folder
    assert problems(data, Format.TASK) == ()


def test_a_task_is_as_the_scheduler_wants_it() -> None:
    data = task(ON_WINDOWS, "PC\\Jo & Co")
    assert data.startswith(b"\xff\xfe<\0?\0")
    assert data.decode("utf-16").startswith('<?xml version="1.0" encoding="UTF-16"?>\r\n')
    assert told(data, "Settings/ExecutionTimeLimit") == "PT0S"
    assert told(data, "Settings/RestartOnFailure/Interval") == "PT1M"
    assert told(data, "Settings/MultipleInstancesPolicy") == "IgnoreNew"
    assert told(data, "Triggers/LogonTrigger/UserId") == "PC\\Jo & Co"
    assert told(data, "Principals/Principal/LogonType") == "InteractiveToken"
    assert told(data, "Principals/Principal/RunLevel") == "LeastPrivilege"
    assert told(data, "Actions/Exec/Arguments") == "/d /c bin\\run.bat root\\conf.yaml"
    at_boot = task(ON_WINDOWS, "me", Begins.BOOT)
    assert told(at_boot, "Triggers/BootTrigger/Delay") == "PT30S"
    assert told(at_boot, "Principals/Principal/LogonType") == "S4U"
    assert problems(at_boot, Format.TASK) == ()


def test_a_tunnel_and_the_watch_become_tasks_too() -> None:
    ngrok = ngrok_service("C:\\Program Files\\ngrok.exe", ("C:\\a b\\ngrok.yml", "C:\\a b\\ibkr.yml"), "ibkr")
    data = task(ngrok, "me")
    assert told(data, "Actions/Exec/Command") == "C:\\Program Files\\ngrok.exe"
    assert windows_words(told(data, "Actions/Exec/Arguments") or "") == ngrok.command[1:]
    watch = task(watch_service(("C:\\py\\cpwatch.exe",), "C:\\state"), "me")
    assert told(watch, "Actions/Exec/Arguments") == "watch"
    assert problems(data, Format.TASK) == problems(watch, Format.TASK) == ()


@pytest.mark.parametrize(
    "folder",
    ["gw", "\\\\server\\share\\gw", "C:gw", "C:\\..\\gw", "C:\\a%TEMP%", "C:\\a|b", "C:\\a\x00", "D:\\a:b", "C:\\a+b"],
)
def test_a_folder_that_a_task_can_not_start_in_is_refused(folder: str) -> None:
    with pytest.raises(Unfit) as refused:
        gateway_service(folder, windows=True)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("user", ["", "a\\b\\c", "\\me", "me\\", "me*", "<me>", "a;b", "me\n"])
def test_a_user_that_windows_has_not_is_refused(user: str) -> None:
    with pytest.raises(Unfit):
        task(ON_WINDOWS, user)


def test_a_service_for_one_system_is_none_for_another() -> None:
    with pytest.raises(Unfit, match="no program for Windows"):
        task(gateway_service("/srv/gw"), "me")
    with pytest.raises(Unfit, match="no program for macOS"):
        agent(ON_WINDOWS, "/srv/me")


BROKEN_TASKS = [
    ("PT0S", "PT72H", "ExecutionTimeLimit"),
    ("PT1M", "PT30S", "Interval"),
    ("LeastPrivilege", "HighestAvailable", "RunLevel"),
    ("%SystemRoot%\\System32\\cmd.exe", "cmd.exe", "Command"),
    (FOLDER.replace("&", "&amp;"), "clientportal.gw", "WorkingDirectory"),
    ("/d /c bin\\run.bat", "--authtoken 2abcDEFghiJKLmno", "secret"),
    ("LogonTrigger", "TimeTrigger", "trigger"),
    (NAMESPACE, "urn:other", "no task"),
    ("</Task>", "", "no XML"),
    ("<Task ", "<!DOCTYPE x [<!ENTITY a 'b'>]><Task ", "document type"),
    ('encoding="UTF-16"', 'encoding="UTF-8"', "UTF-16"),
    ("<UserId>me</UserId><LogonType>", "<LogonType>", "no user"),
]


@pytest.mark.parametrize(("old", "new", "said"), BROKEN_TASKS, ids=[said for _, _, said in BROKEN_TASKS])
def test_a_task_that_the_scheduler_would_take_amiss_is_told(old: str, new: str, said: str) -> None:
    text = task(ON_WINDOWS, "me").decode("utf-16-le")
    assert old in text
    found = problems(text.replace(old, new).encode("utf-16-le"), Format.TASK)
    assert any(said in each for each in found), found
    assert "2abcDEF" not in repr(found)


def test_a_task_in_another_encoding_is_told() -> None:
    text = task(ON_WINDOWS, "me").decode("utf-16")
    for data in (text.encode(), text.encode("utf-16-be"), b"\xff\xfe\x00\xd8", b"\xff\xfe" * 40_000):
        assert len(problems(data, Format.TASK)) == 1


@given(st.text(st.sampled_from("ab &<>'\"\\%$é漢🙂"), min_size=1, max_size=20).map(lambda text: f"/srv/{text}x"))
def test_an_agent_starts_the_gateway_in_its_folder_whatever_that_is_called(folder: str) -> None:
    data = agent(gateway_service(folder), "/srv/me")
    assert plistlib.loads(data)["WorkingDirectory"] == folder
    assert problems(data, Format.PLIST) == ()


def test_an_agent_is_as_launchd_wants_it() -> None:
    data = agent(ssh_service("/usr/bin/ssh", Forward("me@far", 5000, "127.0.0.1", 5000)), "/srv/me")
    read = plistlib.loads(data)
    assert read["Label"] == "local.ibkr.tunnel"
    assert read["ProgramArguments"][0] == "/usr/bin/ssh"
    assert read["KeepAlive"] == {"SuccessfulExit": False}
    assert read["Umask"] == 63
    assert read["StandardOutPath"] == "/srv/me/Library/Logs/local.ibkr.tunnel.log"
    assert "WorkingDirectory" not in read
    assert problems(data, Format.PLIST) == ()


def test_a_gateway_in_a_folder_that_macos_guards_is_refused() -> None:
    with pytest.raises(Unfit, match="Downloads"):
        agent(gateway_service("/srv/me/Downloads/clientportal.gw"), "/srv/me")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("Label", "a b", "Label"),
        ("ProgramArguments", [], "ProgramArguments"),
        ("ProgramArguments", "/bin/sh", "ProgramArguments"),
        ("ProgramArguments", ["sh"], "absolute"),
        ("ProgramArguments", ["/bin/cloudflared", "--token", "eyJhIjoiYWJjZGVmZ2hpamtsbW5v"], "secret"),
        ("WorkingDirectory", "~/gw", "WorkingDirectory"),
        ("StandardOutPath", 5, "StandardOutPath"),
        ("Umask", "077", "Umask"),
        ("Umask", 18, "Umask"),
        ("KeepAlive", True, "KeepAlive"),
    ],
)
def test_an_agent_that_launchd_would_take_amiss_is_told(key: str, value: object, said: str) -> None:
    read = plistlib.loads(agent(gateway_service(HERE), "/srv/me"))
    found = problems(plistlib.dumps({**read, key: value}), Format.PLIST)
    assert any(said in each for each in found), found
    assert "eyJ" not in repr(found)


@pytest.mark.parametrize("data", [b"", b"<plist>", b"bplist00", plistlib.dumps([1]), b"x" * 65_000])
def test_what_is_no_agent_is_told(data: bytes) -> None:
    assert len(problems(data, Format.PLIST)) == 1
