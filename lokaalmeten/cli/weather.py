"""`meten forecast weather add|list`: what the forecast service knows of the weather."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.errors import FormatError
from lokaalmeten.settings import read_settings

from .saying import example, out

weather = typer.Typer(help="Weather that forecasts are made with.", no_args_is_help=True)


@weather.command(
    "add",
    epilog=example(
        "meten forecast weather add uurgeg_260.txt --station 260",
        "meten forecast weather add open-meteo.json",
    ),
)
def weather_add(
    file: Annotated[
        Path, typer.Argument(help="CSV of KNMI, or CSV or JSON of Open-Meteo: past, ahead or both.")
    ],
    station: Annotated[
        str | None, typer.Option(help="Number of the station, where a file of KNMI holds several.")
    ] = None,
) -> None:
    """Add hours of weather, measured or forecast, for the rounds from now on.

    Later files take the place of earlier ones, hour by hour. At least four weeks of the past are
    needed to learn from; without hours ahead rounds are made as without weather.
    """
    dsn = read_settings().need_dsn()
    from predict.air.weather_files import read_weather
    from storage.pool import connect
    from storage.weather import WeatherRows, add_weather, trim

    read = read_weather(file, station)
    rows = trim(WeatherRows(read.start, read.names, read.table))
    if not len(rows.table):
        raise FormatError(f"{file}: nothing is known of any of its hours")
    with connect(dsn) as connection:
        add_weather(connection, file.name, datetime.now(UTC), rows)
    first, last = (
        datetime.fromtimestamp(rows.start + 3600 * row, UTC) for row in (0, len(rows.table) - 1)
    )
    out.print(
        f"{file.name}: {len(rows.table):,} hours from {first:%Y-%m-%d %H:%M} to"
        f" {last:%Y-%m-%d %H:%M} UTC: {', '.join(rows.names)}",
        soft_wrap=True,
        highlight=False,
    )


@weather.command("list", epilog=example("meten forecast weather list"))
def weather_list() -> None:
    """List the files that were added, and which hours they hold."""
    dsn = read_settings().need_dsn()
    from rich.table import Table

    from storage.pool import connect
    from storage.weather import read_files

    with connect(dsn, reading=True) as connection:
        found = read_files(connection)
    if found.empty:
        out.print("no weather yet; add it with: meten forecast weather add FILE")
        return
    table = Table("known since (UTC)", "file", "from", "to", "what", box=None)
    columns = ("known_at", "source", "start", "stop", "names")
    for known_at, source, start, stop, names in found[list(columns)].to_numpy(object).tolist():
        moments = (f"{each:%Y-%m-%d %H:%M}" for each in (start, stop))
        table.add_row(f"{known_at:%Y-%m-%d %H:%M}", source, *moments, names)
    out.print(table)
