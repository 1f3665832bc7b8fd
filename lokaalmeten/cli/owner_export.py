"""`meten owner export`: all that the database knows of an owner, as one ZIP for that person."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from lokaalmeten.errors import FormatError
from storage import owner_export
from storage.failures import Connection
from storage.files import FAST, say_unwritable, whole
from storage.owner_export import Whose
from storage.owner_lines import Piece, write_days, write_hours, write_observations
from storage.pool import connect

from .owner_readme import write_readme

PRIVATE_FILE = 0o600  # it holds precise tracks
FOLDERS = (("observations", write_observations), ("hours", write_hours), ("days", write_days))
COLUMNS = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]:,} rows"))

Told = Callable[[str, int], None]  # file that is done, rows so far


def run_owner_export(dsn: str, name: str, path: Path, out: Console) -> None:
    """Write all of an owner to a new file and say how much it is.

    Raises StorageError for an owner that is not there, FormatError for a file that is, or that
    cannot be written: then nothing is left.
    """
    check_path(path)
    with connect(dsn) as connection, Progress(*COLUMNS, console=out, transient=True) as progress:
        task = progress.add_task("export", total=None, rows=0)

        def tell(file: str, rows: int) -> None:
            progress.update(task, description=file, rows=rows)

        whose, samples = export_owner(connection, name, path, tell)
    out.print(
        f"{path}: {samples:,} samples of {len(whose.nodes)} nodes; it tells where {name} lives and"
        " rides, and only you can read it",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def check_path(path: Path) -> None:
    """Refuse what must not be written over, or is no ZIP by its name, with a FormatError."""
    if path.suffix.lower() != ".zip":
        raise FormatError(f"{path} is to be a ZIP: give it a name that ends in .zip")
    if path.exists() or path.is_symlink():
        raise FormatError(f"{path} is there already: choose another name")


def export_owner(connection: Connection, name: str, path: Path, told: Told) -> tuple[Whose, int]:
    """Write the ZIP; whose it is, and how many samples are in it. Raises as ``run_owner_export``.

    The file gets its name when it is whole and the log says so, or never.
    """
    with say_unwritable(path), whole(path, PRIVATE_FILE) as file:
        with (
            ZipFile(file, "w", ZIP_DEFLATED, compresslevel=FAST) as archive,
            owner_export.at_one_moment(connection),
        ):
            whose = owner_export.find_whose(connection, name)
            samples = write_archive(archive, connection, name, whose, told)
        owner_export.note_export(connection, whose, samples)
    return whose, samples


def write_archive(
    archive: ZipFile, connection: Connection, name: str, whose: Whose, told: Told
) -> int:
    """Write all files of an owner; number of samples."""
    for file, content in list_small(connection, name, whose):
        archive.writestr(file, content)
    rows = dict.fromkeys((folder for folder, _ in FOLDERS), 0)
    for node in whose.nodes:
        for folder, write in FOLDERS:
            file = f"{folder}/{node.name}.csv"
            told(file, sum(rows.values()))
            for done in write_pieces(archive, file, write(connection, node.id)):
                rows[folder] += done
                told(file, sum(rows.values()))
    return rows["observations"]


def list_small(connection: Connection, name: str, whose: Whose) -> Iterator[tuple[str, bytes]]:
    """Every file but samples, hours and days, with what is in it, one after the other."""
    yield "README.txt", write_readme(name, datetime.now(UTC))
    yield "owner.json", owner_export.to_json(owner_export.read_owner(connection, whose))
    yield "status.json", owner_export.to_json(owner_export.read_status(connection, whose))
    for sheet in owner_export.SHEETS:
        found = owner_export.read_sheet(connection, whose, sheet)
        yield f"{sheet}.csv", owner_export.to_csv(found)
    yield from owner_export.read_payloads(connection, whose)


def write_pieces(archive: ZipFile, file: str, pieces: Iterable[Piece]) -> Iterator[int]:
    """Write a file piece by piece, however large it becomes; rows of each."""
    with archive.open(file, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece.lines)
            yield piece.rows
