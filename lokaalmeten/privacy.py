"""What a ride may show: numbers that all parts share."""

FEWEST_NODES = 3  # moving nodes that must have passed a place before the public sees it
