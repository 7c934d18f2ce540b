"""Who is told of what while nobody looks: rules over the verdicts, quiet hours, and the channels that deliver."""
