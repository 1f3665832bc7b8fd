"""The answer to a query as columns, block after block: memory stays the same, whatever its size.

1. ask for the names and types of its columns
2. have the server COPY it in binary
3. gather its messages to blocks of some megabytes
4. decode each block into columns (fields.py)
5. the last message must be the end mark: an answer that breaks off is an error, never a shorter one

libpq hands over one message a row: 0.9 million a second, about what one server sends.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from psycopg import sql

from lokaalmeten.errors import StorageError

from .copy import HEAD, TAIL, Column
from .failures import Connection, say_failures
from .fields import decode
from .frame import Parameters

BLOCK_BYTES = 4 << 20
AT_ONCE = 1000  # rows after which the size of a block is looked at

Block = dict[str, Column]
Message = bytes | bytearray | memoryview

KINDS = {  # name that the server gives a type: the kind of its column
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "timestamptz": "timestamptz",
    "bool": "boolean",
    "text": "text",
    "varchar": "text",
    "uuid": "uuid",
}


def stream(
    connection: Connection,
    query: str | sql.Composed,
    parameters: Parameters | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Generator[Block, None, None]:
    """Columns by name of the rows of a query, in blocks of some 4 MB; no block without a row.

    Types as in ``fields.decode``. ``kinds`` of an earlier ``read_kinds`` saves asking again. The
    connection is busy until the last block; a reader that stops before closes the iterator
    (``contextlib.closing``), which cancels the query and leaves the connection ready. Raises
    StorageError when the database refuses or the answer breaks off, for a column of another type
    (cast it), and for two columns of one name.
    """
    kinds = kinds or read_kinds(connection, query, parameters)
    statement = sql.SQL("COPY (\n{}\n) TO STDOUT (FORMAT binary)").format(to_sql(query))
    with (
        say_failures(connection),
        connection.cursor() as cursor,
        cursor.copy(statement, parameters) as copy,
    ):
        yield from to_blocks(kinds, copy)


def read_kinds(
    connection: Connection, query: str | sql.Composed, parameters: Parameters | None = None
) -> dict[str, str]:
    """Kind of every column of a query by its name, in order."""
    statement = sql.SQL("SELECT * FROM (\n{}\n) AS asked LIMIT 0").format(to_sql(query))
    with say_failures(connection), connection.cursor() as cursor:
        described = cursor.execute(statement, parameters).description or []
        known = connection.adapters.types
        types = [(c.name, t.name if (t := known.get(c.type_code)) else "?") for c in described]
    kinds = {}
    for name, type_ in types:
        if type_ not in KINDS or name in kinds:
            what = f"a column of type {type_}" if type_ not in KINDS else "two columns of a name"
            raise StorageError(f"an answer cannot be streamed with {what}: {name}")
        kinds[name] = KINDS[type_]
    return kinds


def to_sql(query: str | sql.Composed) -> sql.Composable:
    """A query that can be a part of another."""
    return sql.SQL(query) if isinstance(query, str) else query  # pyright: ignore[reportArgumentType]


def to_blocks(kinds: Mapping[str, str], messages: Iterable[Message]) -> Iterator[Block]:
    """Blocks of columns of the messages of a COPY, one row each, with its head and its tail.

    The head comes with the first of them. Raises StorageError when that or the tail is absent.
    """
    for rows in gather(read_rows(iter(messages))):
        yield dict(zip(kinds, decode(list(kinds.values()), rows), strict=True))


def read_rows(messages: Iterator[Message]) -> Iterator[Message]:
    """The rows between head and tail."""
    first = bytes(next(messages, b""))
    if not first.startswith(HEAD):
        raise StorageError("the answer of the database does not begin like one")
    for row in chain([first[len(HEAD) :]], messages):
        if row == TAIL:
            break
        if row:  # the head may come alone
            yield row
    else:
        raise StorageError("the answer of the database breaks off before its end")
    if next(messages, None) is not None:
        raise StorageError("the answer of the database goes on after its end")


def gather(rows: Iterator[Message]) -> Iterator[Sequence[Message]]:
    """Rows together, some BLOCK_BYTES at a time."""
    block: list[Message] = []
    size = 0
    while some := list(islice(rows, AT_ONCE)):
        block += some
        size += sum(map(len, some))
        if size >= BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block
