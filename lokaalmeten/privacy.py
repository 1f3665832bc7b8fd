"""What protects the people who ride: numbers that every part keeps to."""

FEWEST_NODES = 3  # that must have been in a place before the public is told of it
