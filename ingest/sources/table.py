"""Delimited text as chunks of text columns, every line accounted for.

1. cut the members of a file into pieces of whole lines, each under the header of its member
2. join the pieces under the same header until they are a chunk
3. parse the chunk at once when every line fits its header
4. else look at each line: those that do not fit are handed back with number and reason

A line that begins like the header, in the middle of a file, begins a table of its own: so do
files that somebody glued together. Nothing is skipped silently and nothing is guessed.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

from lokaalmeten.errors import FormatError

from .columns import EMPTY, Mask, Numbers, Refusals, Seconds, to_comma, to_numbers, to_seconds
from .source import BadLine
from .text import BLOCK, Member, Text, read_members

CHUNK = 4_000_000  # bytes, some 50,000 lines: bounded memory, and a progress bar that moves
SEPARATORS = (",", ";", "\t")
BOM = b"\xef\xbb\xbf"
LONGEST = 1 << 24  # bytes of a line


@dataclass(frozen=True)
class Form:
    """How the tables of a source are written."""

    kind: str  # in words, after "is not ..."
    needed: Sequence[str]  # columns without which it is another format
    also: Sequence[str] | None = ()  # read when they are there; None: all that are
    some: Sequence[str] = ()  # of which one at least must be there, read when they are
    preamble: int = 0  # lines before the header
    after: int = 0  # lines between the header and the first row
    joined: bool = False  # a quoted field may hold the end of a line
    separators: Sequence[str] = SEPARATORS
    wider: Sequence[str] = ()  # the names above rows with as many fields, where a header lacks some


@dataclass(frozen=True)
class Layout:
    """How the lines under one header are cut."""

    line: bytes  # the header as it was written
    header: Sequence[str]
    separator: str
    wanted: Sequence[str]
    preamble: Sequence[str]  # lines before the header
    reason: str = ""  # why none of its lines can be used


@dataclass(frozen=True)
class Piece:
    """Whole lines of one member."""

    layout: Layout
    member: str
    line: int  # of the first, in the member
    at: int  # of the first, counted through the whole file
    data: bytes  # UTF-8, ends with a line end
    read: int  # bytes of the file on disk so far

    @cached_property
    def count(self) -> int:
        """Lines in it."""
        return self.data.count(b"\n")

    @cached_property
    def lines(self) -> Sequence[str]:
        """Its lines as text without their ends."""
        return [line.rstrip("\r") for line in self.data.decode().split("\n")[:-1]]

    def skip(self, lines: int) -> "Piece":
        """The piece without its first lines."""
        begin = 0
        for _ in range(lines):
            begin = self.data.index(b"\n", begin) + 1
        moved = {"line": self.line + lines, "at": self.at + lines, "data": self.data[begin:]}
        return replace(self, **moved)


@dataclass(frozen=True)
class Chunk:
    """Rows under one header as text columns, and lines that are no rows."""

    layout: Layout
    table: pa.Table  # the wanted columns; NULL where a cell is empty
    pieces: Sequence[Piece]
    at: NDArray[np.int64]  # (n,) line of each row, counted through the whole file
    bad: Sequence[tuple[int, BadLine]]  # lines that do not fit the header, by ``at``
    next_line: int  # where the next chunk begins
    read: int  # bytes of the file on disk so far

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.at)

    def has(self, name: str) -> bool:
        """Tell whether there is a column of this name."""
        return name in self.table.column_names

    def text(self, name: str) -> pa.ChunkedArray:
        """A column as text; all NULL when it is not there."""
        if self.has(name):
            return self.table.column(name)
        return pa.chunked_array([pa.nulls(len(self), pa.string())])

    def numbers(self, name: str, refusals: Refusals | None = None) -> Numbers:
        """A column as numbers, NaN where empty or not there; rows with other text are refused."""
        if not self.has(name):
            return np.full(len(self), np.nan)
        values, wrong = to_numbers(self.table.column(name))
        if refusals is not None:
            if wrong.any():
                comma = to_comma(self.table.column(name))
                refusals.refuse(wrong & comma, f"{name} has a decimal comma")
            refusals.refuse(wrong, f"{name} is not a number")
        return values

    def seconds(self, name: str) -> tuple[Seconds, Mask]:
        """A column of ISO 8601 times as Unix seconds, and a mask of failures."""
        return to_seconds(self.text(name))

    def list_bad(self, refusals: Refusals) -> list[BadLine]:
        """All bad lines, those of refused rows among them, in the order of the file."""
        own = [to_bad(self.pieces, int(self.at[row]), why) for row, why in refusals.list_all()]
        return [bad for _, bad in sorted([*self.bad, *own])]


def read_table(text: Text, form: Form, start: int = 1) -> Iterator[Chunk]:
    """Yield the rows of a file from line ``start`` on, counted through all its members.

    Raises FormatError when the first member lacks a header or a column; the message says which.
    """
    gathered: list[Piece] = []
    for piece in read_pieces(text, form, start):
        other = gathered and piece.layout.line != gathered[0].layout.line
        if other or sum(len(known.data) for known in gathered) >= CHUNK:
            yield to_chunk(gathered, form)
            gathered = []
        gathered.append(piece)
    if gathered:
        yield to_chunk(gathered, form)


def read_pieces(text: Text, form: Form, start: int) -> Iterator[Piece]:
    """Cut all members into pieces, without the lines before ``start``."""
    before, required = 0, True
    for member in read_members(text.path):
        last = before
        for piece in cut_member(member, text, form, before, required=required):
            last = piece.at + piece.count - 1
            if last >= start:
                yield piece.skip(max(start - piece.at, 0))
        before, required = last, False


def cut_member(
    member: Member, text: Text, form: Form, before: int, *, required: bool
) -> Iterator[Piece]:
    """Cut one member; ``before`` counts the lines of those before it."""
    line, layout = 1, None
    for block in read_blocks(member, text, form):
        data = block
        if layout is None:
            layout, data = read_head(data.removeprefix(BOM), form, text, required=required)
            line += form.preamble + 1 + form.after
        for under, headers, part in split_tables(data, layout, form):
            layout, line = under, line + headers
            if part:
                piece = Piece(layout, member.name, line, before + line, part, member.read())
                yield piece
                line += piece.count
    if layout is None:
        empty = Layout(b"", (), ",", (), (), "empty file")
        yield Piece(empty, member.name, 1, before + 1, b"\n", member.read())


def read_blocks(member: Member, text: Text, form: Form) -> Iterator[bytes]:
    """Whole lines as UTF-8, a megabyte or so at a time; the last one ends as well."""
    rest = b""
    while block := member.file.read(BLOCK):
        data = rest + block
        cut = find_cut(data, joined=form.joined)
        rest = data[cut:]
        if len(rest) > LONGEST:
            raise FormatError(
                f"{text.path}: is not {form.kind}: it has a line of {LONGEST:,} bytes"
            )
        if cut:
            yield to_utf8(data[:cut], text.encoding)
    if rest:
        yield to_utf8(rest, text.encoding) + b"\n"


def find_cut(data: bytes, *, joined: bool) -> int:
    """Where the last whole line ends; when ``joined``, none within quotes."""
    cut = data.rfind(b"\n") + 1
    if joined and data.count(b'"', 0, cut) % 2:
        cut = data.rfind(b"\n", 0, data.rfind(b'"', 0, cut)) + 1
    return cut


def to_utf8(data: bytes, encoding: str) -> bytes:
    """The same text as UTF-8."""
    return data if encoding == "utf-8" or data.isascii() else data.decode(encoding).encode()


def read_head(data: bytes, form: Form, text: Text, *, required: bool) -> tuple[Layout, bytes]:
    """Layout that the first lines tell, and what follows them."""
    lines = data.split(b"\n", form.preamble + 1 + form.after)
    preamble = [line.decode().rstrip("\r") for line in lines[: form.preamble]]
    header = lines[form.preamble] if len(lines) > form.preamble else b""
    layout = to_layout(header.rstrip(b"\r"), preamble, form)
    if layout.reason and required:
        number = form.preamble + 1
        found = ", ".join(layout.header)[:120]
        raise FormatError(
            f"{text.path}: is empty; expected {form.kind}"
            if not found
            else f"{text.path}: is not {form.kind}: line {number} {layout.reason} (found: {found})"
        )
    rows = lines[-1] if len(lines) > form.preamble + 1 + form.after else b""
    return widen(layout, rows, form), rows


def widen(layout: Layout, rows: bytes, form: Form) -> Layout:
    """The layout with the names that its header lacks, when the rows show that it does."""
    fields = rows.partition(b"\n")[0].count(layout.separator.encode()) + 1
    names = iter(form.wider)
    lacking = len(layout.header) < len(form.wider) == fields
    if not lacking or not all(name in names for name in layout.header):  # in the same order
        return layout
    full = to_layout(layout.separator.join(form.wider).encode(), layout.preamble, form)
    return replace(full, line=layout.line)


def to_layout(line: bytes, preamble: Sequence[str], form: Form) -> Layout:
    """How lines under a header are cut; with the reason when they cannot be used."""
    text = line.decode()
    separator = max(form.separators, key=text.count)
    header = [name.strip() for name in next(csv.reader([text], delimiter=separator), [])]
    lacking = [name for name in form.needed if name not in header]
    reason = f"lacks {', '.join(lacking)}" if lacking else ""
    if form.some and not reason and not set(form.some) & set(header):
        reason = f"has no column of values: none of {', '.join(form.some)}"
    known = {*form.needed, *form.some, *(header if form.also is None else form.also)}
    wanted = [name for name in dict.fromkeys(header) if name in known]
    twice = [name for name in wanted if header.count(name) > 1]
    if twice and not reason:
        reason = f"has the column {twice[0]} twice"
    return Layout(line, header, separator, wanted, preamble, reason)


def split_tables(data: bytes, layout: Layout, form: Form) -> Iterator[tuple[Layout, int, bytes]]:
    """Layout, lines of header before it and lines under it, for each header in the middle."""
    begin, headers = 0, 0
    while (found := find_header(data, layout, begin)) >= 0:
        yield layout, headers, data[begin:found]
        end = data.index(b"\n", found)
        layout = to_layout(data[found:end].rstrip(b"\r"), layout.preamble, form)
        begin, headers = end + 1, 1
    yield layout, headers, data[begin:]


def find_header(data: bytes, layout: Layout, begin: int) -> int:
    """Where a line begins like the header, -1 when none does."""
    name, separator, _ = layout.line.partition(layout.separator.encode())
    mark = layout.line if not name or name[:1].isdigit() else name + separator
    if not mark or data.startswith(mark, begin):
        return begin if mark else -1
    found = data.find(b"\n" + mark, begin)
    return found + 1 if found >= 0 else -1


def to_chunk(pieces: Sequence[Piece], form: Form) -> Chunk:
    """Parse pieces under the same header."""
    layout, end = pieces[0].layout, pieces[-1]
    data = b"".join(piece.data for piece in pieces)
    at = np.concatenate([np.arange(piece.count) + piece.at for piece in pieces])
    bad: list[tuple[int, BadLine]] = []
    table = None if layout.reason or needs_look(data) else parse_all(data, layout, len(at))
    if table is None:
        good, at, bad = sort_lines(pieces, layout, joined=form.joined)
        table = parse_all("".join(good).encode(), layout, len(good))
        assert table is not None
    return Chunk(layout, table, pieces, at, bad, end.at + end.count, end.read)


def needs_look(data: bytes) -> bool:
    """Tell whether lines may hold what the parser takes for something else."""
    return (
        b'"' in data
        or b"\0" in data
        or data.startswith((b"\n", b"\r"))
        or b"\n\n" in data
        or b"\n\r" in data
    )


def parse_all(data: bytes, layout: Layout, lines: int) -> pa.Table | None:
    """Wanted columns of the lines as text, one row a line; None when a line does not fit."""
    if not data:
        return pa.table({name: pa.array([], pa.string()) for name in layout.wanted})
    names = [
        name if name in layout.wanted else f"{place}:{name}"
        for place, name in enumerate(layout.header)
    ]
    try:
        table = read_csv(
            pa.BufferReader(data),
            ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
            ParseOptions(delimiter=layout.separator, ignore_empty_lines=False),
            ConvertOptions(
                check_utf8=False,  # the whole file was looked at
                include_columns=list(layout.wanted),
                column_types=dict.fromkeys(layout.wanted, pa.string()),
                null_values=list(EMPTY),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == lines else None


def sort_lines(
    pieces: Sequence[Piece], layout: Layout, *, joined: bool
) -> tuple[list[str], NDArray[np.int64], list[tuple[int, BadLine]]]:
    """Lines that have as many fields as the header, their numbers, and the others with a reason."""
    good: list[str] = []
    numbers: list[int] = []
    bad: list[tuple[int, BadLine]] = []
    for piece in pieces:
        for number, line in join_lines(piece) if joined else enumerate(piece.lines):
            reason = layout.reason or refuse_line(line, layout)
            if reason is None:
                good.append(line + "\n")
                numbers.append(piece.at + number)
            else:
                text = BadLine(piece.line + number, reason, line, piece.member)
                bad.append((piece.at + number, text))
    return good, np.array(numbers, np.int64), bad


def join_lines(piece: Piece) -> Iterator[tuple[int, str]]:
    """Lines by number; one that ends within quotes goes on in the next, after a space."""
    begun, parts = 0, []
    for number, line in enumerate(piece.lines):
        begun = number if not parts else begun
        parts.append(line)
        if sum(part.count('"') for part in parts) % 2 == 0:
            yield begun, " ".join(parts)
            parts = []
    if parts:
        yield begun, " ".join(parts)


def refuse_line(line: str, layout: Layout) -> str | None:
    """Name what keeps a line from being a row; None for a row."""
    if not line:
        return "empty line"
    if "\0" in line:
        return "not text"
    fields = line.count(layout.separator) + 1
    if '"' in line:
        if line.count('"') % 2:
            return "quote without an end"
        fields = len(next(csv.reader([line], delimiter=layout.separator)))
    return None if fields == len(layout.header) else f"{fields} of {len(layout.header)} fields"


def to_bad(pieces: Sequence[Piece], at: int, reason: str) -> tuple[int, BadLine]:
    """A bad line by its number through the whole file."""
    piece = pieces[bisect_right(pieces, at, key=lambda piece: piece.at) - 1]
    number = at - piece.at
    return at, BadLine(piece.line + number, reason, piece.lines[number], piece.member)
