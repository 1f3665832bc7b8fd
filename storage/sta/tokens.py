"""Tokens: the key of the last row of a page, as text that stands in the address of the next one.

A token is no secret: whatever it says is only compared with. A checksum over the order that it
belongs to has one of another question refused.
"""

import base64
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import orjson

from .faults import BadQueryError
from .model import Kind

Key = Sequence[Any]
LONGEST = 2000


def to_token(question: Sequence[str], key: Key) -> str:
    """Token of a key."""
    body = orjson.dumps(list(key), default=_write)
    return base64.urlsafe_b64encode(_sum(tuple(question), body) + body).decode().rstrip("=")


def read_token(question: Sequence[str], token: str, kinds: Sequence[Kind]) -> list[Any]:
    """Key of a token, with values of these kinds. Raises BadQueryError for any other text."""
    try:
        if len(token) > LONGEST:
            raise ValueError("too long")
        padded = token + "=" * (-len(token) % 4)
        data = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        if data[:4] != _sum(tuple(question), data[4:]):
            raise ValueError("another checksum")
        found = orjson.loads(data[4:])
        return [
            None if value is None else _READ[kind](value)
            for value, kind in zip(found, kinds, strict=True)
        ]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BadQueryError(
            "$skiptoken is none of this question: take the next link as it was given."
        ) from error


def _write(value: Any) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError("no key has such a value")


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


def _sum(question: tuple[str, ...], body: bytes) -> bytes:
    return zlib.crc32(body, _begin_sum(question)).to_bytes(4, "big")


@lru_cache
def _begin_sum(question: tuple[str, ...]) -> int:
    return zlib.crc32(orjson.dumps(question))
