"""A board on the host: what stands in front of MicroPython's built-ins. Never on a real board."""
