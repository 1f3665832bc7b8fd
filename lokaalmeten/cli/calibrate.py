"""`meten calibrate`: corrections that people enter, those that are fitted, and stored rows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.settings import read_settings

from .saying import Cluster, example, out

calibrate = typer.Typer(
    help="Correct the values of sensors by official stations, or by hand; raw stays.",
    no_args_is_help=True,
)

DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
Quantity = Annotated[str, typer.Option(help="pm25, pm10, no2, temperature or humidity.")]
Since = Annotated[datetime, typer.Option(formats=DAYS, help="First moment, UTC.")]
Until = Annotated[datetime, typer.Option(formats=DAYS, help="First moment not in it, UTC.")]
Holds = Annotated[
    datetime | None,
    typer.Option(formats=DAYS, help="From when it corrects; without, from --since on."),
]
Picture = Annotated[
    Path | None, typer.Option(help="Write a picture: FILE.html, or .png where kaleido is there.")
]
Project = Annotated[str | None, typer.Option(help="Only for the nodes of this project.")]


def utc(moment: datetime) -> datetime:
    """A moment of the command line, which is UTC."""
    return moment.replace(tzinfo=UTC)


@calibrate.command("enter", epilog=example("meten calibrate enter corrections.toml"))
def calibrate_enter(
    file: Annotated[
        Path, typer.Argument(help="TOML with [[correction]]; see docs/calibration.md.")
    ],
) -> None:
    """Enter dated corrections from a file, all or none."""
    dsn = read_settings().need_dsn()
    from .calibrations import run_enter

    run_enter(dsn, file, out)


@calibrate.command(
    "fit",
    epilog=example(
        "meten calibrate fit box-7 --since 2026-01-01 --until 2026-04-01 --picture box-7.html"
    ),
)
def calibrate_fit(
    node: Annotated[str, typer.Argument(help="A fixed node.")],
    since: Since,
    until: Until,
    quantity: Quantity = "pm25",
    station: Annotated[str | None, typer.Option(help="Its code; without, the nearest.")] = None,
    holds: Holds = None,
    picture: Picture = None,
) -> None:
    """Fit gain, offset, humidity and temperature of a node against an official station.

    Fitted on the earlier half and judged on the later: without a gain there it is not applied.
    """
    dsn = read_settings().need_dsn()
    from .calibrations import run_fit

    run_fit(
        dsn, node, station, (quantity, utc(since), utc(until)), utc(holds or since), picture, out
    )


@calibrate.command(
    "ratios", epilog=example("meten calibrate ratios --since 2026-03-01 --until 2026-04-01")
)
def calibrate_ratios(
    since: Since,
    until: Until,
    quantity: Quantity = "pm25",
    project: Project = None,
    picture: Picture = None,
) -> None:
    """Make a field of station-to-sensors ratios for each hour, as RIVM's Samen Meten does.

    Judged at stations that are left out of it.
    """
    dsn = read_settings().need_dsn()
    from .calibrations import run_ratios

    run_ratios(dsn, (quantity, utc(since), utc(until)), project, picture, out)


@calibrate.command(
    "passings", epilog=example("meten calibrate passings --since 2026-01-01 --until 2026-07-01")
)
def calibrate_passings(
    since: Since,
    until: Until,
    quantity: Quantity = "pm25",
    near: Annotated[int, typer.Option(min=50, max=5000, help="Metres from a station.")] = 500,
    holds: Holds = None,
    picture: Picture = None,
) -> None:
    """Fit each bike where it passes official stations, held to the line of all bikes."""
    dsn = read_settings().need_dsn()
    from .calibrations import run_passings

    run_passings(dsn, (quantity, utc(since), utc(until)), near, utc(holds or since), picture, out)


@calibrate.command(
    "apply",
    epilog=example(
        "meten calibrate apply --since 2026-01-01 --until 2026-04-01",
        "meten calibrate apply --since 2024-01-01 --until 2026-01-01 --cluster tcp://scheduler:8786",
    ),
)
def calibrate_apply(
    since: Since,
    until: Until,
    node: Annotated[list[str] | None, typer.Option(help="Only this node; may be repeated.")] = None,
    cluster: Cluster = None,
) -> None:
    """Bring the corrected values of stored rows up to date; may be interrupted and repeated.

    Threads do it, or the workers of a cluster, each with LOKAALMETEN_DSN of its own.
    """
    dsn = read_settings().need_dsn()
    from .correcting import run_apply

    run_apply(dsn, utc(since), utc(until), node or [], out, cluster)


@calibrate.command("list", epilog=example("meten calibrate list"))
def calibrate_list() -> None:
    """List the calibrations, those that are only tried among them."""
    dsn = read_settings().need_dsn()
    from .calibrations import show_calibrations

    show_calibrations(dsn, out)
