"""Cursors: the key of the last row of a page as text, which whoever asks on gives back.

A cursor is no secret, and needs none: whatever it says, it is only a value to compare with. It
carries a checksum of the question it belongs to, so that one that was cut, changed or is of another
question is refused and not silently taken for a place.
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lokaalmeten.errors import StorageError

from .registry import NAME

LONGEST = 1000  # characters, several times what any of ours has
LAST_YEAR = 9000  # short of the last that a datetime can count on from
WRONG = "this is no cursor of this question: take the one that the page before gave, unchanged"

Key = Mapping[str, Any]  # column: value of the last row


def to_cursor(question: Sequence[str], key: Key) -> str:
    """Cursor of a key, as text that can stand in an address."""
    body = json.dumps({name: _write(value) for name, value in key.items()}).encode()
    return base64.urlsafe_b64encode(_sum(question, body) + body).decode().rstrip("=")


def read_cursor(question: Sequence[str], cursor: str, names: Sequence[str]) -> dict[str, Any]:
    """Key of a cursor, with these columns. Raises StorageError for any other text."""
    try:
        if len(cursor) > LONGEST:
            raise ValueError("too long")
        padded = cursor + "=" * (-len(cursor) % 4)
        data = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        if data[:4] != _sum(question, data[4:]):
            raise ValueError("another checksum")
        found = json.loads(data[4:])
        return {name: _READ[name](found[name]) for name in names}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise StorageError(WRONG) from error


def _write(value: Any) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str | UUID) else int(value)


def _to_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    if moment.year > LAST_YEAR:
        raise ValueError("nothing comes after it")
    return moment


def _to_second(number: int) -> int:
    if not 0 <= number <= 2**31:
        raise ValueError("no ride is so long")
    return number


def _to_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError("not a name")
    return text


_READ = {  # by column, so that what is read is what a column can hold
    "name": _to_name,
    "node": _to_name,
    "time": _to_moment,
    "start": _to_moment,
    "public_id": UUID,
    "second": _to_second,
}


def _sum(question: Sequence[str], body: bytes) -> bytes:
    return zlib.crc32(json.dumps(list(question)).encode() + body).to_bytes(4, "big")
