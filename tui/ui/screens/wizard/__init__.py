"""The setup wizard: a screen a step."""
