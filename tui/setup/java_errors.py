"""Why a regular expression can't be used."""


class BadPattern(Exception):
    """Java refuses it: the gateway answers 500 where it comes to it. The message says what is wrong."""


class Unfollowed(Exception):
    """Java takes it, and cpwatch can't tell what it matches. The message names what is in it."""
