"""MicroPython node software; never in the wheel."""
