"""What never leaves for a log, and what must stay readable there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.redact import redacted

SESSION = "bb665d0f5b6289d70bc7380089fc96f0"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("account U1234567", "account U•••567"),
        ("DU1234567 and DUO123456 and F7654321", "DU•••567 and DUO•••456 and F•••321"),
        ("/v1/api/portfolio/U1234567/summary", "/v1/api/portfolio/U•••567/summary"),
        ('{"upnl":{"U1234567.Core":{}}}', '{"upnl":{"U•••567.Core":{}}}'),
        ("summary_DU1234567_page", "summary_DU•••567_page"),
    ],
)
def test_an_account_id_keeps_what_tells_it_apart(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("seen from AA:BB:CC:DD:EE:FF", "BB:CC"),
        ("seen from aa-bb-cc-dd-ee-ff", "bb-cc"),
        ('"MAC":"98:F2:B3:23:BF:A0"', "F2:B3"),
        ('"MAC":"98:F2:', "98:F2"),  # cut off by the limit of an evidence
        (f"tickled {SESSION}", SESSION[:8]),
        (f'{{"session":"{SESSION}","ssoExpires":460311}}', SESSION[:8]),
        ('{"session":"bb665d0f', "bb665d0f"),
        ("3f2b8c1e-5a77-4f0e-9c1d-0123456789ab", "3f2b8c1e"),
        ("sessionId: test-session-001", "test-session"),
        ('"hardware_info":"test1234|AA:BB"', "test1234"),
        ('"USER_NAME":"user1234"', "user1234"),
        ('"PAPER_USER_NAME" : "user1234"', "user1234"),
        ('"paperUserName":"user1234"', "user1234"),
        ("{'USER_NAME': 'user1234', 'RESULT': True}", "user1234"),
        ('"CREDENTIAL":"user1234"', "user1234"),
        ('"userId":65305922', "65305922"),
        ("USER_ID=65305922", "65305922"),
        ('"accountTitle":"Ada Lovelace"', "Lovelace"),
        ('"accountTitle":"Ada \\"Countess\\" Lovelace"', "Lovelace"),
        ('{\\"displayName\\":\\"Ada Lovelace\\"}', "Lovelace"),
        ('"displayName":"Ada Lovel', "Lovel"),
        ('sslPwd: "my web api"', "web"),
        ("password=hunter2&next=1", "hunter2"),
        ("Authorization: Bearer abc.def.ghi", "abc"),
        ("Proxy-Authorization: Basic dXNlcjpwYXNz", "dXNl"),
        ("authorization=Basic dXNlcjpwYXNz", "dXNl"),
        ("Cookie: x-sess-uuid=0.7abc; JSESSIONID=node0xyz", "node0xyz"),
        ("Set-Cookie: api=node0xyz; Path=/; HttpOnly", "node0xyz"),
        ("(b'Cookie', b'api=node0xyz; JSESSIONID=1')", "node0xyz"),
        ("{'cookie': 'a=1; b=node0xyz'}", "node0xyz"),
        ("x-sess-uuid=0.7abc", "0.7abc"),
        ("https://h/?access_token=t0ken&page=2", "t0ken"),
        ('"csrf-token": "t0ken"', "t0ken"),
        ("https://trader:hunter2@example.com:5000/", "hunter2"),
        ("https://trader@example.com:5000/", "trader"),
    ],
)
def test_secrets_and_names_are_masked_in_every_spelling(text: str, secret: str) -> None:
    masked = redacted(text)
    assert secret not in masked
    assert "•••" in masked
    assert redacted(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "https://localhost:5000/v1/api/iserver/auth/status",
        "GET http://[::1]:5001/ 200 in 37 ms",
        '"conid":320227571,"position":3.0',
        '"conid": "756733", "strike": "440"',
        "Build 10.44.1d, Mar 3, 2026 1:55:32 PM",
        "serverName JifN19053, build a27ed42161",
        "cpwatch 0.1.0, Python 3.11.9, linux",
        '{"ssoExpires":460311,"collission":false}',
        "net liquidation 1000000000000000000.01 USD",
        "2026-11-20T14:03:22.123Z INFO    tui.engine.core: ready: trading session live",
        "session_lapsed: Logged in, but the brokerage session has lapsed. (authenticated no, connected yes)",
        "keep-alive unanswered: no byte within 12 s",
        "UNKNOWN, FUT, IND, DU, U12",
        "ES DEC2026 and SPX JAN2027 6000 C",
        "192.168.100.200:5000 refused",
        '404 "Access Denied"',
    ],
)
def test_what_is_neither_stays_readable(text: str) -> None:
    assert redacted(text) == text


def test_only_the_value_is_masked_and_the_rest_of_the_answer_stays() -> None:
    body = f'{{"session":"{SESSION}","ssoExpires":460311,"userId":123456789,"hmds":{{"error":"no bridge"}}}}'
    assert redacted(body) == '{"session":•••,"ssoExpires":460311,"userId":•••,"hmds":{"error":"no bridge"}}'


def test_every_line_is_masked() -> None:
    text = "Cookie: a=node0xyz\nUser-Agent: cpwatch/0.1.0\nAuthorization: Bearer node0xyz\n"
    assert redacted(text) == "Cookie: •••\nUser-Agent: cpwatch/0.1.0\nAuthorization: •••\n"


@given(
    st.sampled_from(["", "acct ", "/portfolio/", '"', "(", "_"]),
    st.sampled_from(["U", "DU", "DUO", "F", "DF", "I"]),
    st.integers(100_000, 99_999_999),
    st.sampled_from(["", " ", "/summary", '"', ")", ".Core", "_"]),
)
def test_no_account_number_stays_whole(before: str, kind: str, number: int, after: str) -> None:
    masked = redacted(f"{before}{kind}{number}{after}")
    assert str(number) not in masked
    assert masked == f"{before}{kind}•••{str(number)[-3:]}{after}"


@given(st.text(alphabet=st.sampled_from("sesionUDF0123456789abcdef:='\"\\, \n;-/@•token"), max_size=120))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once
