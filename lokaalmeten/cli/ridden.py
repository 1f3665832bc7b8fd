"""`meten route` and `meten rides`: what was measured on the way."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

DAYS = ["%Y-%m-%d"]

ridden = typer.Typer()


@ridden.command(
    epilog=example(
        "meten route school.csv --since 2026-01-01 --picture school.html",
        "meten route school.csv --since 2026-01-01 --quantity pm10 --corridor 15 --out school.csv",
    )
)
def route(
    file: Annotated[Path, typer.Argument(help="CSV with the columns latitude and longitude.")],
    since: Annotated[datetime, typer.Option(formats=DAYS, help="First day.")],
    until: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="Last day; today without.")
    ] = None,
    quantity: Annotated[str, typer.Option(help="What was measured.")] = "pm25",
    corridor: Annotated[float, typer.Option(help="Metres on both sides of the route.")] = 25,
    direction: Annotated[str, typer.Option(help="Rides along it, against it, or both.")] = "both",
    corrected: Annotated[bool, typer.Option(help="Of corrected values instead of raw.")] = False,
    csv: Annotated[Path | None, typer.Option("--out", help="Also write a CSV.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Also draw a page of HTML.")] = None,
) -> None:
    """Average what bikes measured along a route, per 50 m, with an honest standard error.

    Only of what is public of rides, and only where several nodes have passed: it may be published.
    """
    dsn = read_settings().need_dsn()
    from .routes import Asked, run_route

    asked = Asked(file, *to_span(since, until), quantity, corridor, direction, corrected)
    run_route(dsn, asked, csv, picture, out)


@ridden.command(
    epilog=example(
        "meten rides --since 2026-11-01 --node bike-4",
        "meten rides --since 2026-11-01 --out my.csv",
    )
)
def rides(
    since: Annotated[datetime, typer.Option(formats=DAYS, help="First day.")],
    until: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="Last day; today without.")
    ] = None,
    node: Annotated[
        list[str] | None, typer.Option(help="Only of this moving node; may be repeated.")
    ] = None,
    quantity: Annotated[str, typer.Option(help="What was breathed.")] = "pm25",
    every: Annotated[
        bool, typer.Option("--all", help="Also what is too short, long, slow or fast for a ride.")
    ] = False,
    csv: Annotated[Path | None, typer.Option("--out", help="Write a CSV instead.")] = None,
) -> None:
    """List whole rides: way, time, speed, mean and dose. Private: for the owner of the nodes."""
    dsn = read_settings().need_dsn()
    from .rides import show_rides

    show_rides(dsn, *to_span(since, until), node or [], quantity, csv, out, every=every)


def to_span(since: datetime, until: datetime | None) -> tuple[date, date]:
    """First day and the day after the last, which is today when it is not said."""
    last = date.today() if until is None else until.date()
    return since.date(), last + timedelta(days=1)
