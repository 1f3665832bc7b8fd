"""The version of this software: MAJOR.MINOR.PATCH, one higher with every release."""

VERSION = "0.1.0"


def to_number(version):
    """A version as a number that can be compared; None when it is none.

    >>> to_number("1.10.2") > to_number("1.9.30"), to_number("1.2"), to_number("1.2.x")
    (True, None, None)
    """
    if type(version) is not str or len(version) > 11:
        return None
    parts = version.split(".")
    if len(parts) != 3:
        return None
    total = 0
    for part in parts:
        plain = part.isdigit() and len(part) <= 3 and (part == "0" or part[0] != "0")
        if not plain:
            return None
        total = total * 1000 + int(part)
    return total
