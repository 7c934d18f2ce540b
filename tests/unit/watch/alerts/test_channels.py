"""The channels of the settings: had from where their secrets are kept, or refused with the place and what to do."""

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.alerting import an_alert
from tui.config.alert_settings import AlertSettings
from tui.config.secrets import Reference, Store
from tui.watch.alerts.channels import BadChannel, NotDelivered, channels_of
from tui.watch.alerts.text import document

PLANTED = "json://user:hunter2c0ffee@127.0.0.1/"
URL = Reference(Store.ENVIRONMENT, "ALERT_URL")
HAS_IT = {"ALERT_URL": PLANTED, "PATH": ""}


class Service:
    """Stands for the library's own object. takes: what its `notify` answers, or raises."""

    takes: Any = True
    known = True
    sent: list[dict[str, Any]]

    def __init__(self, asset: object) -> None:
        self.asset = asset

    def add(self, url: str) -> bool:
        assert url == PLANTED
        return self.known

    def notify(self, **told: Any) -> bool:
        if isinstance(self.takes, Exception):
            raise self.takes
        type(self).sent.append(told)
        return bool(self.takes)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> type[Service]:
    class Fresh(Service):
        pass

    Fresh.sent = []
    found = SimpleNamespace(Apprise=Fresh, AppriseAsset=lambda **settings: settings)
    monkeypatch.setitem(sys.modules, "apprise", found)
    return Fresh


async def test_a_service_gets_title_text_and_kind(library: type[Service]) -> None:
    (channel,) = channels_of(AlertSettings(urls=(URL,)), HAS_IT, ())
    assert channel.name == "env:ALERT_URL"
    await channel.send(document(an_alert(), "home", figures=False))
    (sent,) = library.sent
    assert (sent["title"], sent["notify_type"]) == ("cpwatch home: GATEWAY DOWN", "failure")
    assert sent["body"].startswith("It is down.")
    assert not logging.getLogger("apprise").propagate


@pytest.mark.parametrize("takes", [False, RuntimeError(PLANTED)], ids=["refuses", "raises"])
async def test_what_a_service_does_not_take_is_said_without_its_secret(library: type[Service], takes: object) -> None:
    library.takes = takes
    (channel,) = channels_of(AlertSettings(urls=(URL,)), HAS_IT, ())
    with pytest.raises(NotDelivered) as caught:
        await channel.send(document(an_alert(), "home", figures=False))
    assert "hunter2" not in str(caught.value) + repr(channel) + str(vars(channel))


@pytest.mark.parametrize(
    ("settings", "environment", "at", "said"),
    [
        (AlertSettings(urls=(URL,)), {}, ("alerts", "urls", 0), "ALERT_URL is not set"),
        (AlertSettings(command=("no-such-one", "x")), {"PATH": ""}, ("alerts", "command"), "'no-such-one'"),
    ],
)
def test_a_channel_that_can_not_be_used_is_refused_at_the_start(
    library: type[Service], settings: AlertSettings, environment: dict[str, str], at: tuple[str | int, ...], said: str
) -> None:
    with pytest.raises(BadChannel, match=said) as caught:
        channels_of(settings, environment, ())
    assert caught.value.at == at


def test_a_url_that_no_service_has_is_refused_and_not_repeated(library: type[Service]) -> None:
    library.known = False
    with pytest.raises(BadChannel, match="no URL of a notification service") as caught:
        channels_of(AlertSettings(urls=(URL,)), HAS_IT, ())
    assert "hunter2" not in str(caught.value)


def test_without_the_library_a_url_is_refused_and_a_command_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(BadChannel, match=r"pip install 'cpwatch\[alerts\]'"):
        channels_of(AlertSettings(urls=(URL,)), HAS_IT, ())
    (channel,) = channels_of(AlertSettings(command=(sys.executable,)), {}, ())
    assert channel.name.startswith("the command python")
    assert channels_of(AlertSettings(), {}, ()) == ()
