"""What there is, told to machines: a catalogue, a feed, and entities for other platforms."""
