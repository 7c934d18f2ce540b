"""The soak: days of a monitor beside a gateway, in minutes; `python -m tests.soak` is a week."""
