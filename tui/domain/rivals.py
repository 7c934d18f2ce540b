"""Who else may hold the one brokerage session that a user name has."""

RIVALS = "Trader Workstation, IBKR Mobile, or another program that uses this user name"
"""They are thrown out where this login competes for the session."""
