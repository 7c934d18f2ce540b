"""What the monitor costs, measured from outside: `python -m tests.bench` runs it and prints one table."""
