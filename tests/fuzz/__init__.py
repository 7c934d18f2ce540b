"""Fuzzing: everything that comes from outside, broken in every way, until nothing of it does any harm."""
