"""`meten report quarter` and `year`: a report read, written, and laid down as HTML and PDF."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from dashboard.reports.document import Document
from dashboard.reports.html import to_html
from dashboard.reports.pdf import to_pdf
from dashboard.reports.quarter import write_quarter
from dashboard.reports.quarter_facts import read_quarter
from dashboard.reports.reading import Track, to_quarter
from dashboard.reports.year import write_year
from dashboard.reports.year_facts import read_year
from dashboard.texts import LANGUAGES
from dashboard.words import ZONE, Words
from lokaalmeten.errors import LokaalmetenError
from storage.pool import connect

FIRST_YEAR, LAST_YEAR = 1970, 9998


def publish_quarter(
    dsn: str, year: int, number: int, folder: Path, language: str, out: Console
) -> None:
    """Write the report of a quarter. Raises LokaalmetenError when there is nothing to report."""
    words, made = to_words(language), datetime.now(UTC)
    today = made.astimezone(ZONE).date()
    check_begun(to_quarter(check_year(year), number)[0], today)
    with connect(dsn, reading=True) as connection:
        found = read_quarter(connection, year, number, today, to_track(out))
    if found.days.empty:
        raise LokaalmetenError(
            f"there is nothing to report: no public ride starts in quarter {number} of {year}"
        )
    name = f"{'kwartaal' if language == 'nl' else 'quarter'}-{year}-{number}"
    lay_down(write_quarter(found, words, made), folder, name, made, out)


def publish_year(
    dsn: str,
    year: int,
    zones: list[str],
    folder: Path,
    language: str,
    out: Console,
    *,
    corrected: bool = False,
) -> None:
    """Write the report of a year. Raises LokaalmetenError when there is nothing to report."""
    words, made = to_words(language), datetime.now(UTC)
    today = made.astimezone(ZONE).date()
    check_begun(date(check_year(year), 1, 1), today)
    with connect(dsn, reading=True) as connection:
        found = read_year(connection, year, zones, today, to_track(out), corrected=corrected)
    if found.nodes.empty:
        where = f" in {' or '.join(zones)}" if zones else ""
        raise LokaalmetenError(
            f"there is nothing to report: in {year} no fixed node{where} has good"
            f"{' corrected' if corrected else ''} values of PM2.5, PM10 or NO2"
        )
    name = "-".join(["jaar" if language == "nl" else "year", str(year), *zones])
    if corrected:
        name += {"nl": "-gecorrigeerd"}.get(language, "-corrected")
    lay_down(write_year(found, words, made), folder, name, made, out)


def to_words(language: str) -> Words:
    """Words of a language. Raises LokaalmetenError for one that there is not."""
    if language not in LANGUAGES:
        raise LokaalmetenError(
            f"there is no language {language!r}; there is: {', '.join(LANGUAGES)}"
        )
    return Words(language)


def check_year(year: int) -> int:
    """Return a year of the calendar. Raises LokaalmetenError for any other."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise LokaalmetenError(f"there is no year {year}; it is from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def check_begun(first: date, today: date) -> None:
    """Refuse a period that begins after today, with a LokaalmetenError."""
    if first > today:
        raise LokaalmetenError(f"there is nothing to report: {first} is still to come")


def to_track(out: Console) -> Track:
    """Progress bars on a terminal; elsewhere they would write empty lines."""

    def follow(items: Iterable[Any], what: str) -> Iterable[Any]:
        return track(items, what, console=out, transient=True, disable=not out.is_terminal)

    return follow


def lay_down(document: Document, folder: Path, name: str, made: datetime, out: Console) -> None:
    """Write a document twice, and say where. Raises LokaalmetenError when it cannot be written."""
    files = {
        folder / f"{name}.html": to_html(document).encode(),
        folder / f"{name}.pdf": to_pdf(document, made),
    }
    for path, content in files.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise LokaalmetenError(f"{path}: cannot be written: {error.strerror}") from error
        said = f"{path}  {len(content) / 1000:,.0f} kB"
        out.print(said, markup=False, highlight=False, soft_wrap=True)
