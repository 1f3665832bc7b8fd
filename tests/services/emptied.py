"""A database without anything measured, its nodes kept."""

MEASURED = (
    "observation",
    "ride",
    "touched",
    "added",
    "touched_day",
    "touched_place",
    "rollup_hour",
    "rollup_day",
    "rollup_place",
)


def forget_measured(connection):
    """Forget observations and rides, and all that is made of them."""
    tables = ", ".join(f"private.{name}" for name in MEASURED)
    connection.execute(f"TRUNCATE {tables}".encode())
