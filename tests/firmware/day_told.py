"""A day of a unit, run on MicroPython and read with the server's own table of fields."""

from pathlib import Path

from lokaalmeten import wire
from tests.services.node import REPOSITORY, MicroPython

SCRIPT = Path(__file__).parent / "day.py"
PATH = [REPOSITORY / "firmware/simulated", REPOSITORY]


class Day:
    """``rows`` are samples by their true time, ``flash`` the raw bytes at the end."""

    def __init__(self, lines: list[str]) -> None:
        told = [line.split(" ", 1) for line in lines]
        pages = {
            kind: [bytes.fromhex(rest) for what, rest in told if what == kind] for kind in "PK"
        }
        self.arrived, self.kept = pages["P"], pages["K"]
        self.flash = b"".join(bytes.fromhex(rest) for what, rest in told if what == "F")
        self.notes = [rest for what, rest in told if what == "N"]
        numbers = [rest.split(" ", 1) for what, rest in told if what == "S"]
        self.seconds = {what: int(number) for number, what in numbers}
        self.cleaned = self.seconds.pop("cleaned")
        self.rows = read_rows(self.arrived + self.kept)


def run_day(micropython: MicroPython, kind: str, board: str, hours: int) -> Day:
    """Live through hours of a day."""
    heap = "16M"  # the simulated devices remember what they were told
    return Day(
        micropython.run(SCRIPT, kind, board, hours, path=PATH, heap=heap, seconds=300).splitlines()
    )


def read_rows(pages: list[bytes]) -> list[dict]:
    """Samples with their true time; those in ticks are moved by the anchor of their boot."""
    read = [wire.read_page(page) for page in pages]
    assert all(wire.refuse_page(page) is None for page in pages)
    moved = {
        boot: begin + rows[0][0] - rows[0][2]
        for schema, boot, _, begin, _, rows in read
        if schema == wire.ANCHOR
    }
    found = []
    for schema, boot, _, begin, flags, rows in read:
        if schema == wire.ANCHOR:
            continue
        names = [name for name, _ in wire.record_fields(schema)]
        offset = moved[boot] if flags & wire.FLAG_TICKS else 0
        found += [
            dict(zip(names, row, strict=True)) | {"time": begin + row[0] + offset} for row in rows
        ]
    return sorted(found, key=lambda row: row["time"])
