"""Tokens: the key of the last row of a page, as text that stands in the address of the next one.

A token is no secret: whatever it says is only compared with. A checksum over the order that it
belongs to has one of another question refused.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from .faults import BadQueryError
from .model import Kind

Key = Sequence[Any]
LONGEST = 2000


def to_token(question: Sequence[str], key: Key) -> str:
    """Token of a key."""
    body = json.dumps([_write(value) for value in key], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_sum(question, body) + body).decode().rstrip("=")


def read_token(question: Sequence[str], token: str, kinds: Sequence[Kind]) -> list[Any]:
    """Key of a token, with values of these kinds. Raises BadQueryError for any other text."""
    try:
        if len(token) > LONGEST:
            raise ValueError("too long")
        padded = token + "=" * (-len(token) % 4)
        data = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        if data[:4] != _sum(question, data[4:]):
            raise ValueError("another checksum")
        found = json.loads(data[4:])
        return [
            None if value is None else _READ[kind](value)
            for value, kind in zip(found, kinds, strict=True)
        ]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BadQueryError(
            "$skiptoken is none of this question: take the next link as it was given."
        ) from error


def _write(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _read_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("no text")
    return value


_READ = {
    Kind.TEXT: _read_text,
    Kind.NUMBER: float,
    Kind.TIME: datetime.fromisoformat,
    Kind.DATE: date.fromisoformat,
    Kind.CLOCK: time.fromisoformat,
    Kind.BOOL: _read_bool,
}


def _sum(question: Sequence[str], body: bytes) -> bytes:
    return zlib.crc32(json.dumps(list(question)).encode() + body).to_bytes(4, "big")
