"""From a symptom to its cause and its remedy: checks as data, and the order in which they depend on each other."""
