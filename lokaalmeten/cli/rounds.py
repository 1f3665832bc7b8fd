"""`meten forecast run`: rounds of forecasts from the database, once or as a service."""

import logging
import math
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial

from pandas import DataFrame
from rich.console import Console
from rich.status import Status

from lokaalmeten.air_map import AirMap, Spot
from lokaalmeten.errors import ClusterError, SettingsError, StorageError
from lokaalmeten.forecasts import (
    OLD,
    PART,
    QUANTITIES,
    SHORT,
    DayScores,
    IndexRound,
    Int32,
    Int64,
    Issued,
    Kept,
    Last,
    Round,
    Scores,
    Series,
    ToldDay,
)
from lokaalmeten.limits import Limit
from lokaalmeten.settings import Settings
from lokaalmeten.web import Web, to_router, to_routes
from predict import core
from predict.air.weather import Weather
from predict.core import Core
from predict.graph import choose_core
from predict.job import Told, run
from predict.rounds.hours import Memory
from predict.rounds.index import issue_index
from predict.rounds.outlook import Drawn
from storage import air_maps, chance_scores, fits, forecasts, outlook, stations
from storage.failures import Connection
from storage.reader import hourly
from storage.scores import (
    read_first,
    read_inside,
    read_issued,
    read_scored,
    read_scores,
    write_scores,
)
from storage.store import Store
from storage.weather import read_weather

from .forecast_metrics import Metrics

LOG = logging.getLogger("lokaalmeten.forecast")
FIRST_LOOK_S = 5.0  # at first, while too little is known for a forecast of anything
WATCHED = timedelta(days=14)  # that coverage is told of
LATE = timedelta(hours=2)  # pages of an hour come up to an hour late
LAG_S = 300  # after the hour that pages need to arrive, when rounds are an hour or more apart
USABLE = 2  # flags of official hours up to this one: good, and not evaluated


WEATHER = {
    PART: "; weather is known for {hours} of the hours ahead",
    OLD: "; without weather: of no hour ahead it is known",
    SHORT: "; without weather: too little of the past is known to learn from",
}


class Desk:
    """What a round asks for and writes, in the database of a store (predict/rounds/desk.py)."""

    def __init__(self, store: Store) -> None:
        self._ask = store.ask

    def read_hours(self, kind: str, quantity: str, start: datetime, stop: datetime) -> DataFrame:
        """Hours of all nodes or stations."""
        if kind == "node":
            return self._ask(hourly, quantity, start, stop).rename(columns={"node": "place"})
        found = self._ask(stations.read_hours, quantity, start, stop)
        usable = found["flag"].to_numpy(int) <= USABLE
        columns = {"place": "station", "time": "time", "mean": "value"}
        return DataFrame({name: found[key][usable] for name, key in columns.items()} | {"count": 1})

    def read_members(self, at: datetime) -> DataFrame:
        """Which nodes stand in zones and cells."""
        return self._ask(forecasts.read_members, at)

    def number_series(self, series: Sequence[Series]) -> Int32:
        """Numbers of places."""
        return self._ask(forecasts.number_series, series)

    def read_last(self, quantity: str) -> Last | None:
        """The latest round."""
        return self._ask(forecasts.read_last, quantity)

    def write_round(self, issued: Round) -> None:
        """Store a round."""
        self._ask(forecasts.write_round, issued)

    def read_weather(self, known_at: datetime, start: datetime) -> list[Weather]:
        """Weather as it was known at a moment."""
        return [Weather(*rows) for rows in self._ask(read_weather, known_at, start)]

    def write_index(self, issued: IndexRound) -> None:
        """Store the index from one cutoff."""
        self._ask(outlook.write_index, issued)

    def read_fit(self, quantity: str, share: str) -> Kept | None:
        """What was learned."""
        return self._ask(fits.read_fit, quantity, share)

    def write_fit(self, quantity: str, share: str, learned: Kept, why: str) -> None:
        """Keep what was learned."""
        self._ask(fits.write_fit, quantity, share, learned, why)

    def note_drift(
        self, quantity: str, share: str, at: datetime, inside: float, low: float, high: float
    ) -> bool:
        """Note once that what was learned does not hold."""
        return self._ask(fits.note_drift, quantity, share, at, inside, low, high)

    def read_first(self, quantity: str) -> datetime | None:
        """The earliest cutoff of which forecasts are kept."""
        return self._ask(read_first, quantity)

    def read_scored(self, series: Int32, start: datetime) -> DataFrame:
        """By which values hours were scored."""
        return self._ask(read_scored, series, start)

    def read_issued(self, quantity: str, hour: datetime, series: Int32) -> Issued:
        """All that was said of one hour."""
        return self._ask(read_issued, quantity, hour, series)

    def write_scores(self, day: date, scores: Scores, gone: tuple[Int32, Int64]) -> None:
        """Store the scores of a day."""
        self._ask(write_scores, day, scores, gone)

    def read_spots(self) -> Sequence[Spot]:
        """Where nodes and stations are."""
        return self._ask(air_maps.read_spots)

    def write_map(self, drawn: AirMap) -> None:
        """Store a map of an hour."""
        self._ask(air_maps.write_map, drawn)

    def read_inside(self, series: Int32, first: date, part: int) -> DataFrame:
        """How many forecasts held their hour."""
        return self._ask(read_inside, series, first, part)

    def read_told_days(self, quantity: str, first: date) -> list[date]:
        """Days that chances were told of."""
        return self._ask(chance_scores.read_told_days, quantity, first)

    def read_day_values(self, series: Int32, first: date) -> DataFrame:
        """By which values days were scored."""
        return self._ask(chance_scores.read_day_values, series, first)

    def read_told(
        self, quantity: str, day: date, limits: Sequence[Limit], series: Int32
    ) -> ToldDay:
        """All chances that were told of one day."""
        return self._ask(chance_scores.read_told, quantity, day, limits, series)

    def write_day_scores(self, day: date, scores: Sequence[DayScores], series: Int32) -> None:
        """Store how good the chances of a day were."""
        self._ask(chance_scores.write_day_scores, day, scores, series)


def check_quantities(asked: Sequence[str]) -> Sequence[str]:
    """Quantities to forecast, all of them when none is asked for; SettingsError for another."""
    if unknown := [key for key in asked if key not in QUANTITIES]:
        raise SettingsError(f"{unknown[0]!r} is not forecast; choose among {', '.join(QUANTITIES)}")
    return asked or QUANTITIES


def run_rounds(
    settings: Settings,
    stop: threading.Event,
    every_s: int | None,
    quantities: Sequence[str],
    out: Console,
    cluster: str = "",
) -> None:
    """Go a round of all quantities: once, or at each whole ``every_s`` of the clock until told.

    A round that fails is tried again the next time; the first one says at once what is wrong.
    ``cluster`` is the address of a scheduler that forecasts are made on, "threads", or empty for at
    once.
    """
    metrics = Metrics(every_s or 0)
    with ExitStack() as stack:
        store = stack.enter_context(Store(settings.need_dsn()))
        store.check_known()
        if every_s and settings.forecast_port:
            routes = to_router(to_routes(metrics.registry, metrics.read_health))
            address = (settings.forecast_host, settings.forecast_port)
            stack.enter_context(Web(routes, *address, part="forecast"))
        memory, drawn, by = Memory(), dict[str, Drawn](), choose_core(cluster)
        told = go_round(store, quantities, memory, drawn, out, metrics, by)
        begun = any(each.issued or (each.newest and not each.written) for each in told)
        look_s = find_look(told, begun, FIRST_LOOK_S / 2)
        while every_s and not stop.wait(min(look_s, find_wait(time.time(), every_s))):
            try:
                told = go_round(store, quantities, memory, drawn, out, metrics, by)
                begun = begun or any(each.issued for each in told)
                look_s = find_look(told, begun, look_s)
            except (ClusterError, StorageError) as error:
                metrics.trouble(str(error))
                LOG.warning("no forecast this time: %s", error)


def find_look(told: Sequence[Told], begun: bool, before_s: float) -> float:
    """Seconds after which to look again, whatever the clock says; infinity when it decides.

    Soon while history is coming in; twice as long as ``before_s``, the time before, while nothing
    can be forecast: a new city may wait for its first weeks.
    """
    if is_filling(told):
        return FIRST_LOOK_S
    return math.inf if begun else 2 * before_s


def is_filling(told: Sequence[Told]) -> bool:
    """Tell whether history is coming in, as in a demo: new hours, of which the latest lack."""
    return any(
        each.news and each.newest is not None and each.newest < each.cutoff - LATE for each in told
    )


def find_wait(now: float, every_s: int) -> float:
    """Seconds from ``now`` until the next round; an hourly one waits for the pages of its hour.

    >>> find_wait(7300.0, 3600), find_wait(7300.0, 300)
    (200.0, 200.0)
    """
    lag = LAG_S if every_s >= 3600 else 0
    return every_s - (now - lag) % every_s


def go_round(
    store: Store,
    quantities: Sequence[str],
    memory: Memory,
    drawn: dict[str, Drawn],
    out: Console,
    metrics: Metrics,
    by: Core = core,
) -> list[Told]:
    """Forecast each quantity once, and with all of them the index.

    ``drawn`` holds from one time to the next what the index is made of: in the same hour a quantity
    of which nothing new came is not drawn again.
    """
    desk, now = Desk(store), datetime.now(UTC)
    done = []
    for quantity in quantities:
        began = time.monotonic()
        with out.status("") as status:
            say = partial(say_progress, status, quantity)
            told = run(desk, now, quantity, say, memory, by)
        took_s = time.monotonic() - began
        metrics.told(told, took_s)
        metrics.covered(quantity, store.ask(read_coverage, quantity, now))
        fields = {
            "quantity": quantity,
            "cutoff": told.cutoff,
            "newest": told.newest,
            "written": told.written,
            "places": told.issued,
            "silent": told.silent,
            "young": told.young,
            "scored": told.scored,
            "mapped": told.mapped,
            "learned": told.learned,
            "scored_days": told.scored_days,
            "weather": told.weather.how,
            "weather_hours": told.weather.hours,
            "took_s": round(took_s, 1),
        }
        LOG.info(to_sentence(told), extra=fields)
        for share, drift in told.drifted.items():
            LOG.warning(
                "%s: the 80 %% intervals of %ss held %.0f %% of the hours, expected %.0f to %.0f:"
                " learned anew",
                *(quantity, share, *(100 * part for part in (drift.share, drift.low, drift.high))),
            )
        done.append(told)
        if told.drawn is not None:
            drawn[quantity] = told.drawn
    if any(told.written for told in done) and is_whole(done, drawn):
        places = issue_index(desk, now, drawn)
        LOG.info("the air quality index of %d places", places, extra={"places": places})
    metrics.gone(done)
    return done


def read_coverage(connection: Connection, quantity: str, now: datetime) -> dict[str, float]:
    """Share of the hours of the last two weeks inside their interval of 80 %, by kind of place."""
    after = now.date() + timedelta(days=1)
    found = {
        kind: read_scores(connection, quantity, after - WATCHED, after, kind=kind)
        for kind in ("node", "station")
    }
    sums = {
        kind: rows[["inside80", "forecasts"]].to_numpy(float).sum(0) for kind, rows in found.items()
    }
    return {kind: float(inside / count) for kind, (inside, count) in sums.items() if count}


def is_whole(done: Sequence[Told], drawn: Mapping[str, Drawn]) -> bool:
    """Whether all that an index is made of is at hand: no part of one is told as the whole."""
    return {told.quantity for told in done} >= set(QUANTITIES) and all(
        told.newest is None
        or (told.quantity in drawn and drawn[told.quantity].cutoff == told.cutoff)
        for told in done
    )


def say_progress(status: Status, quantity: str, said: str) -> None:
    """Show on a terminal what a round is doing."""
    status.update(f"{quantity}: {said}")


def to_sentence(told: Told) -> str:
    """What a round did, for people."""
    if told.newest is None:
        return f"{told.quantity}: nothing was ever measured, so nothing is forecast"
    scored = f"; scored {told.scored:,} hours of places" if told.scored else ""
    if not told.written:
        return f"{told.quantity}: nothing new since the round of {told.cutoff:%H:%M} UTC{scored}"
    old = "" if told.news else f"nothing new since {told.newest:%Y-%m-%d %H:%M} UTC, yet "
    mapped = f"; a map of {told.mapped:,} cells" if told.mapped else ""
    refused = [
        f"{count} {why}"
        for count, why in ((told.silent, "silent"), (told.young, "too young"))
        if count
    ]
    without = f", not for {' and '.join(refused)}" if refused else ""
    learned = "".join(f"; learned {share}s ({why})" for share, why in told.learned.items())
    learned += WEATHER.get(told.weather.how, "").format(hours=told.weather.hours)
    return (
        f"{told.quantity}: {old}72 hours from {told.cutoff:%Y-%m-%d %H:%M} UTC"
        f" for {told.issued} places{without}{mapped}{scored}{learned}"
    )
