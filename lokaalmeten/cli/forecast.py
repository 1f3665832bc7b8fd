"""`meten forecast`: what may come, and how good earlier forecasts were or would have been."""

from pathlib import Path
from typing import Annotated

import typer

from lokaalmeten.errors import SettingsError
from lokaalmeten.logs import start_logging
from lokaalmeten.settings import read_settings
from lokaalmeten.threads import use_one_thread

from .saying import example, out
from .stopping import until_told
from .weather import weather as weather_commands

forecast = typer.Typer(help="Forecast from hourly values.", no_args_is_help=True)
forecast.add_typer(weather_commands, name="weather")

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SHORTEST_S = 10

Quantity = Annotated[str, typer.Option(help="What is forecast: pm25, pm10, no2 or o3.")]
Kind = Annotated[str, typer.Option(help="What the place is: node, station, zone or cell.")]


@forecast.command(
    "run",
    epilog=example(
        "meten forecast run",
        "meten forecast run --every 1h",
        "meten forecast run --every 1h --cluster tcp://scheduler:8786",
    ),
)
def forecast_run(
    every: Annotated[
        str | None,
        typer.Option(help="Again at each whole 1h, 30m, 300s ... of the clock; once without."),
    ] = None,
    quantity: Annotated[
        list[str] | None, typer.Option(help="Only this quantity; may be repeated.")
    ] = None,
    cluster: Annotated[
        str, typer.Option(help="Learn and predict in blocks: on this Dask scheduler, or threads.")
    ] = "",
) -> None:
    """Score earlier forecasts, and say what may come in 72 hours: nodes, stations, zones, cells.

    With --every it goes on until stopped, and answers /metrics and /healthz where
    LOKAALMETEN_FORECAST_PORT says. Two at a time do no harm.
    """
    pause_s = None if every is None else to_seconds(every)
    found = read_settings()
    found.need_dsn()
    use_one_thread()
    from .rounds import check_quantities, run_rounds

    wanted = check_quantities(quantity or [])
    start_logging(found.log, found.log_level)
    with until_told() as stop:
        run_rounds(found, stop, pause_s, wanted, out, cluster)


@forecast.command(
    "show",
    epilog=example(
        "meten forecast show",
        "meten forecast show box-7",
        "meten forecast show GM0344 --kind zone --quantity pm10",
    ),
)
def forecast_show(
    place: Annotated[str, typer.Argument(help="Name of the place; of all places without.")] = "",
    kind: Kind = "node",
    quantity: Quantity = "pm25",
) -> None:
    """Show the latest forecast of a place, or of which places there are forecasts and why not."""
    dsn = read_settings().need_read_dsn()
    from .forecast_tables import show_forecast, show_rounds

    if place:
        show_forecast(dsn, kind, place, quantity, out)
    else:
        show_rounds(dsn, out)


@forecast.command(
    "scores",
    epilog=example("meten forecast scores", "meten forecast scores box-7 --weeks 12"),
)
def forecast_scores(
    place: Annotated[str, typer.Argument(help="Name of the place; all of the kind without.")] = "",
    kind: Kind = "node",
    quantity: Quantity = "pm25",
    weeks: Annotated[int, typer.Option(min=1, max=520, help="Of so many weeks.")] = 4,
) -> None:
    """Show how good earlier forecasts were: by hours ahead, and by week."""
    dsn = read_settings().need_read_dsn()
    from .forecast_tables import show_scores

    show_scores(dsn, kind, place or None, quantity, weeks, out)


@forecast.command(
    "air",
    epilog=example("meten forecast air", "meten forecast air box-7 --weather weerverwachting.json"),
)
def forecast_air(
    place: Annotated[
        str, typer.Argument(help="Node or station; without, tomorrow at all of them.")
    ] = "",
    weather: Annotated[
        Path | None,
        typer.Option(help="Weather, past and to come: CSV of KNMI, CSV or JSON of Open-Meteo."),
    ] = None,
    days: Annotated[int, typer.Option(min=2, max=730, help="Days to learn from.")] = 400,
) -> None:
    """Show how likely coming days are above the limits of WHO and EU, and the Dutch index (LKI).

    Learned anew each time, from nodes and official stations together; nothing is stored.
    """
    dsn = read_settings().need_read_dsn()
    use_one_thread()
    from .air import show_air

    show_air(dsn, place, weather, days, out)


@forecast.command(
    "map",
    epilog=example("meten forecast map", "meten forecast map --quantity no2 --out no2.geojson"),
)
def forecast_map(
    quantity: Quantity = "pm25",
    file: Annotated[
        Path | None, typer.Option("--out", help="Write the cells to this file, as GeoJSON.")
    ] = None,
) -> None:
    """Show the latest map of the air between sensors, and how good such maps are."""
    dsn = read_settings().need_read_dsn()
    from .air_maps import show_map

    show_map(dsn, quantity, file, out)


def to_seconds(text: str) -> int:
    """Seconds of a length of time: ``1h``, ``30m``, ``300s`` or a bare number of seconds.

    >>> to_seconds("1h"), to_seconds("300")
    (3600, 300)
    """
    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS_S else (text, "s")
    if not number.isdecimal() or int(number) * UNITS_S[unit] < SHORTEST_S:
        raise SettingsError(
            f"--every is a length of time of at least {SHORTEST_S} s, such as 1h, 30m or 300s,"
            f" not {text!r}"
        )
    return int(number) * UNITS_S[unit]


@forecast.command(
    "backtest",
    epilog=example(
        "meten forecast backtest no2.parquet --holidays nl",
        "meten forecast backtest counts.csv --zone Europe/Amsterdam --page backtest.html",
        "meten forecast backtest counts.csv --baselines",
        "meten forecast backtest no2.parquet --cluster tcp://scheduler:8786",
    ),
)
def forecast_backtest(
    data: Annotated[Path, typer.Argument(help="Parquet or CSV with unique_id, ds (UTC) and y.")],
    origins: Annotated[int, typer.Option(min=1, help="Forecasts over the last year.")] = 24,
    zone: Annotated[str, typer.Option(help="Clock that people live by there.")] = "UTC",
    holidays: Annotated[
        str, typer.Option(help="nl, or a text file with a day like 2026-04-27 a line.")
    ] = "",
    page: Annotated[Path | None, typer.Option(help="Also draw a page of HTML.")] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Forecast libraries too, beside; takes minutes.")
    ] = False,
    trees: Annotated[
        bool, typer.Option("--trees", help="Try LightGBM on what the regression leaves.")
    ] = False,
    cluster: Annotated[
        str, typer.Option(help="Fit in blocks: on this Dask scheduler, or threads.")
    ] = "",
) -> None:
    """Say how good forecasts of hourly values would have been, beside the usual baselines.

    Hours in local time without a zone are best called UTC. Needs no database.
    """
    from .backtest import Learner, run_backtest

    run_backtest(data, origins, zone, holidays, page, baselines, Learner(cluster, trees), out)
