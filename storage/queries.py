"""Named queries of a file of SQL, such as ``queries.sql``."""

import re
from pathlib import Path

from psycopg import sql

QUERIES = Path(__file__).with_name("queries.sql")
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def read_queries(path: Path = QUERIES) -> dict[str, str]:
    """Read the queries by name, each with the lines that explain it and no semicolon."""
    _, *parts = _NAME.split(path.read_text("utf-8"))
    texts = (text.strip().removesuffix(";") for text in parts[1::2])
    return dict(zip(parts[::2], texts, strict=True))


def fill(text: str, **pieces: sql.Composable) -> sql.Composed:
    """Query with its {names} filled in."""
    return sql.SQL(text).format(**pieces)  # pyright: ignore[reportArgumentType]


def to_piece(text: str) -> sql.SQL:
    """A piece of a query that this program wrote itself."""
    return sql.SQL(text)  # pyright: ignore[reportArgumentType]
