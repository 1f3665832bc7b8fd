"""`meten crowd replay`: an event of the past through the whole system, faster than it was.

A file of counts has a column of times and one for each counter of the place. Interval by interval
the counts go to the broker as the nodes would send them, the ingest stores them, and the place is
updated as if it were then.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ingest.telling import Teller
from ingest.virtual import gathering
from lokaalmeten.errors import FormatError, ServiceError
from lokaalmeten.settings import Address
from storage import crowd
from storage.crowd_events import Planned, add_planned, read_planned
from storage.registry import add_node
from storage.store import Store

from .crowd_rounds import Watched, open_place, update

HEAD = 2  # line of the first row under a head
TIMES = ("timestamp", "time", "datetime")
PATIENCE_S = 30.0  # for the ingest to store what was sent
LOOK_S = 0.05
KNOCK_S = 2.0  # before the first is told again


@dataclass(frozen=True)
class Event:
    """Counts of the past."""

    times: np.ndarray  # (t,) start of each interval, Unix seconds
    counters: list[str]
    counts: np.ndarray  # (t, k), NaN where unknown
    quick: int = 0  # first rows that are only told: what was before
    live: bool = False  # each row is told when its time has come


def read_event(path: Path, watched: Watched) -> Event:
    """Read a CSV with a column of times (with a zone) and one a counter; others are left out.

    Raises FormatError that names the file and what is wrong.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise FormatError(f"{path}: {error}") from error
    names = [name for name in TIMES if name in table.columns]
    if not names:
        raise FormatError(f"{path}: there is no column of times, called {' or '.join(TIMES)}")
    try:
        stamps = pd.to_datetime(table[names[0]], utc=True, format="ISO8601")
    except ValueError as error:
        raise FormatError(f"{path}: {names[0]}: {error}") from error
    counters = [name for name in watched.place.counters.ids if name in table.columns]
    if not counters:
        raise FormatError(f"{path}: no column has the id of a counter of {watched.place.name!r}")
    seconds = stamps.to_numpy("datetime64[s]").astype(np.int64)
    if len(seconds) < 2:
        raise FormatError(f"{path}: an event has two lines of counts or more")
    back = np.flatnonzero(np.diff(seconds) <= 0)
    if len(back):
        line, stamp = back[0] + HEAD + 1, table[names[0]][back[0] + 1]
        raise FormatError(f"{path}, line {line}: {stamp} is not later than the line before it")
    return Event(seconds, counters, read_people(path, table.loc[:, counters]))


def read_people(path: Path, table: pd.DataFrame) -> np.ndarray:
    """People (t, k) of a table of counters; FormatError names the first count that cannot be."""
    people = table.apply(pd.to_numeric, errors="coerce").to_numpy(float)
    wrong = (people < 0) | np.isinf(people) | (np.isnan(people) & table.notna().to_numpy())
    for row, column in np.argwhere(wrong)[:1]:
        said, counter = table.iloc[row, column], table.columns[column]
        raise FormatError(f"{path}, line {row + HEAD}: {counter} counted {said!s}: that cannot be")
    return people


def replay(
    dsn: str,
    address: Address,
    name: str,
    path: Path,
    speed: float,
    stop: threading.Event,
    out: Console,
) -> None:
    """Play an event of a file; a speed of 60 takes a minute for an hour."""
    with Store(dsn) as store, Teller(address, "lokaalmeten-replay") as teller:
        watched = open_place(store, name)
        event = read_event(path, watched)
        register(store, watched)
        play(store, teller, watched, event, speed, stop, out)


def replay_made_up(
    dsn: str,
    address: Address,
    name: str,
    speed: float,
    stop: threading.Event,
    out: Console,
    *,
    live: bool = False,
) -> None:
    """Play a made-up evening at a place that is made for it: one that ends now, or ``live``.

    A live one is under way: what was is told at once, the rest when its time has come.
    """
    now = int(time.time())
    with Store(dsn) as store, Teller(address, f"lokaalmeten-{name}") as teller:
        counts = gathering.make_counts().astype(np.float64)
        last = now // gathering.STEP_S + (gathering.EVENING - gathering.UNDER_WAY) * live
        times = gathering.STEP_S * np.arange(last - len(counts), last)
        event = Event(times, list(gathering.COLUMNS), counts, gathering.DAYS * 96, live)
        watched = make_place(store, name, times)
        register(store, watched)
        knock(store, teller, watched, event, stop)
        play(store, teller, watched, event, speed, stop, out)


def make_place(store: Store, name: str, times: np.ndarray) -> Watched:
    """The made-up place and its event, which begins some hours before now."""
    evening = datetime.fromtimestamp(int(times[-gathering.EVENING]), UTC)
    quarter = timedelta(seconds=gathering.STEP_S)
    begins, ends = (evening + number * quarter for number in (gathering.BEGINS, gathering.ENDS))
    empty = evening.astimezone(ZoneInfo("Europe/Amsterdam")) - timedelta(hours=2)
    plan = gathering.make_plan()
    place = crowd.Registered(name, plan, gathering.STEP_S, empty.hour, open=True)
    store.ask(crowd.add_place, place)
    planned = Planned(0, gathering.TITLE, "made-up", begins, ends, gathering.PEOPLE)
    if not store.ask(read_planned, name, begins, ends):
        store.ask(add_planned, name, planned, beside=False)
    return open_place(store, name)


def knock(
    store: Store, teller: Teller, watched: Watched, event: Event, stop: threading.Event
) -> None:
    """Tell the first row again and again until the ingest, which may just be starting, has it."""
    first = replace(event, times=event.times[:2], counts=event.counts[:2], quick=2)
    until = time.monotonic() + 2 * PATIENCE_S
    moment, samples = next(pace(first, watched, 1, stop))
    while True:
        teller.tell(samples)
        try:
            wait_for(store, watched, moment, stop, KNOCK_S)
        except ServiceError:
            if time.monotonic() > until:
                raise
        else:
            return


def play(
    store: Store,
    teller: Teller,
    watched: Watched,
    event: Event,
    speed: float,
    stop: threading.Event,
    out: Console,
) -> None:
    """Tell interval by interval, and update the place as if it were then."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task(watched.registered.name, total=len(event.times))
        for row, (moment, samples) in enumerate(pace(event, watched, speed, stop)):
            teller.tell(samples)
            if row + 1 >= event.quick:
                wait_for(store, watched, moment, stop)
                if moment % watched.registered.step_s == 0:
                    # a plan may have been changed meanwhile
                    update(store, open_place(store, watched.registered.name), moment)
            said = f"{pd.Timestamp(moment, unit='s')} UTC"
            progress.update(task, advance=1, description=said)


def register(store: Store, watched: Watched) -> None:
    """Make nodes of counters that are not registered, at the middle of the place."""
    known = store.read_nodes()
    shapes = [each["geometry"]["coordinates"] for each in watched.registered.plan["features"]]
    points = [shape for shape in shapes if isinstance(shape[0], float | int)]
    lon, lat = np.mean(points, axis=0) if points else (5.0, 52.0)
    for node in sorted(set(watched.sources.nodes) - known.keys()):
        store.ask(add_node, node, "counter", lat=float(lat), lon=float(lon))


def pace(
    event: Event, watched: Watched, speed: float, stop: threading.Event
) -> Iterator[tuple[int, list[tuple[str, Mapping[str, Any]]]]]:
    """End of each interval and the samples of all nodes, when their time has come."""
    began, step_s = time.monotonic(), int(np.median(np.diff(event.times)))
    place = {name: index for index, name in enumerate(watched.place.counters.ids)}
    columns = [
        (watched.sources.nodes[place[c]], watched.sources.sides[place[c]]) for c in event.counters
    ]
    for number, (start, row) in enumerate(zip(event.times.tolist(), event.counts, strict=True)):
        if event.live:
            rest_s = start + step_s - time.time()
        else:
            due = began + max(number + 1 - event.quick, 0) * step_s / speed
            rest_s = due - time.monotonic()
        if stop.wait(max(rest_s, 0)):
            return
        samples: dict[str, dict[str, Any]] = {}
        for (node, side), people in zip(columns, row, strict=True):
            if np.isfinite(people):
                sample = samples.setdefault(node, {"t": start + step_s})
                sample[f"count_{side}"] = int(people)
        yield start + step_s, list(samples.items())


def wait_for(
    store: Store,
    watched: Watched,
    moment: int,
    stop: threading.Event,
    patience_s: float = PATIENCE_S,
) -> None:
    """Wait until the ingest has stored a sample of the moment; ServiceError when it does not."""
    nodes = sorted(set(watched.sources.nodes))
    at = datetime.fromtimestamp(moment, UTC)
    until = time.monotonic() + patience_s
    while store.ask(crowd.read_counts, nodes, at, at, watched.registered.step_s).empty:
        if stop.wait(LOOK_S):
            return
        if time.monotonic() > until:
            raise ServiceError(
                f"what was sent for {at:%Y-%m-%d %H:%M} UTC is not in the database after"
                f" {patience_s:g} s; does `meten ingest` run, with the same broker?"
            )
