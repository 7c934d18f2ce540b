"""The options of `cpwatch watch` that make no sense are said to, before anything is begun."""

import pytest

from tui.cli import main
from tui.options import LOG_FOLDER, parser


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--demo", "ready", "watch"], "--demo shows the monitor"),
        (["--theme", "cpwatch-dark", "watch"], "watch has no colours"),
        (["watch", "--log", ""], "--log is empty"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(arguments)
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert said in err


def test_options_before_and_behind_the_command_count_alike() -> None:
    before = parser().parse_args(["--no-keep-alive", "--url", "https://a:1", "watch", "--log-file"])
    behind = parser().parse_args(["watch", "--no-keep-alive", "--url", "https://a:1", "--log-file"])
    assert before == behind
    assert before.no_keep_alive
    assert before.log_file == LOG_FOLDER
    assert not parser().parse_args(["watch"]).no_keep_alive
    assert parser().parse_args(["watch"]).log_file is None
