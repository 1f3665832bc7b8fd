"""Parts of a file and names of its bytes, as a request asks for them (RFC 9110, 13 and 14)."""

import re

Part = tuple[int | None, int | None]  # first and last byte; without a first: how many at the end
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def read_range(text: str) -> Part | None:
    """First and last byte of a Range of one part; None for any other, which is not kept to."""
    found = RANGE.fullmatch(text.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = (int(number) if number else None for number in found.groups())
    if first is not None and last is not None and last < first:
        return None
    return first, last


def cut(part: Part, size: int) -> tuple[int, int]:
    """Start and stop of a part of so many bytes; a part without a first are the last ones."""
    first, last = part
    if first is None:
        return (size - min(last or 0, size), size) if last else (size, size)
    return first, size if last is None else min(last + 1, size)


def is_named(text: str, etag: str) -> bool:
    """Whether a list of ETags has this one."""
    names = [name.strip().removeprefix("W/") for name in text.split(",")]
    return etag in names or names == ["*"]
