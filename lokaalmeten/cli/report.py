"""`meten report`: what the measurements say, as tables and as reports to publish."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

report = typer.Typer(help="What the measurements say.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option(help="Where to write it; made when it is not there.")]
Language = Annotated[str, typer.Option(help="nl or en.")]
Corrected = Annotated[
    bool, typer.Option("--corrected", help="Of corrected values; nodes without any are left out.")
]


@report.command(
    "exceedances",
    epilog=example(
        "meten report exceedances --year 2026",
        "meten report exceedances --year 2026 --quantity pm25 --node box-7 --json",
        "meten report exceedances --year 2026 --corrected",
    ),
)
def report_exceedances(
    year: Annotated[int, typer.Option(help="Year, by the clock of Europe/Amsterdam.")],
    quantity: Annotated[
        list[str] | None, typer.Option(help="Only this quantity; may be repeated.")
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only this fixed node; may be repeated.")
    ] = None,
    corrected: Corrected = False,
    raw: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Say how often a year was above the limits of the EU and the WHO, and if it counts."""
    dsn = read_settings().need_dsn()
    from .reports import show_exceedances

    show_exceedances(dsn, year, quantity or [], node or [], out, corrected=corrected, raw=raw)


@report.command(
    "quarter",
    epilog=example(
        "meten report quarter --year 2026 --quarter 3",
        "meten report quarter --year 2026 --quarter 3 --folder reports --language en",
    ),
)
def report_quarter(
    year: Annotated[int, typer.Option(help="Year, by the clock of Europe/Amsterdam.")],
    quarter: Annotated[int, typer.Option(min=1, max=4, help="1 to 4.")],
    folder: Folder = Path(),
    language: Language = "nl",
) -> None:
    """Write a quarter of rides by bike as HTML and PDF: how far, how much PM2.5, and where."""
    dsn = read_settings().need_read_dsn()
    from .publications import publish_quarter

    publish_quarter(dsn, year, quarter, folder, language, out)


@report.command(
    "year",
    epilog=example(
        "meten report year --year 2026",
        "meten report year --year 2026 --zone gm0344 --folder reports --language en",
        "meten report year --year 2026 --corrected",
    ),
)
def report_year(
    year: Annotated[int, typer.Option(help="Year, by the clock of Europe/Amsterdam.")],
    zone: Annotated[
        list[str] | None, typer.Option(help="Only nodes of this zone; may be repeated.")
    ] = None,
    folder: Folder = Path(),
    language: Language = "nl",
    corrected: Corrected = False,
) -> None:
    """Write a year of fixed nodes as HTML and PDF: beside the limits of WHO and EU, and as LKI."""
    dsn = read_settings().need_read_dsn()
    from .publications import publish_year

    publish_year(dsn, year, zone or [], folder, language, out, corrected=corrected)
