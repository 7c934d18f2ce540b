"""What each scenario of the simulated gateway must look like: its verdict at first, and the exit code."""

from tui.simulator.scenarios import Scenario

EXPECTED = {
    Scenario.READY: ("ready", 0),
    Scenario.LOGIN_REQUIRED: ("login_required", 1),
    Scenario.NO_SESSION: ("login_required", 1),
    Scenario.LOGGED_OUT: ("logged_out", 1),
    Scenario.COMPETING: ("competing", 1),
    Scenario.LAPSED: ("session_lapsed", 1),
    Scenario.INITIALISING: ("initialising", 1),
    Scenario.CONTESTED: ("contested", 0),
    Scenario.DENIED: ("denied", 4),
    Scenario.MISCONFIGURED: ("misconfigured", 4),
    Scenario.EDGE_DENIED: ("edge_denied", 6),
    Scenario.RATE_LIMITED: ("rate_limited", 7),
    Scenario.BACKEND_DOWN: ("backend_down", 6),
    Scenario.BACKEND_HUNG: ("backend_hung", 6),
    Scenario.SLOW: ("ready", 0),
    Scenario.FLAPPING: ("ready", 0),
    Scenario.RESTARTING: ("gateway_down", 3),
    Scenario.GARBAGE: ("not_a_gateway", 3),
    Scenario.HOSTILE: ("ready", 0),
    Scenario.ADVISOR: ("ready", 0),
    Scenario.LARGE: ("ready", 0),
    Scenario.DAY: ("login_required", 1),
}
