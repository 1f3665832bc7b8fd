"""A board without a board: what stands in front of MicroPython's built-ins on its unix port."""
