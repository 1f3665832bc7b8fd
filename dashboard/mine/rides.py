"""The page of one own ride: its way coloured by what was measured, its numbers, its files."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from storage import mine
from storage.mine import MyRide

from ..classes import to_classes
from ..pages.pieces import to_folded, to_notice, to_table
from ..problems import NotFoundError
from ..words import Words, decimals
from .addresses import to_base, to_ride
from .drawing import draw_track, write_legend
from .files import to_stamps, to_texts, write_csv, write_gpx
from .overview import to_public
from .parts import to_choices, to_document, to_facts, to_lead
from .tracks import (
    Numbers,
    choose,
    list_measured,
    measure,
    measure_way,
    say_dose,
    to_good,
    to_minutes,
)


def read_ride(connection: Any, token: str | None, ride: int) -> tuple[MyRide, pd.DataFrame]:
    """An own ride and its samples; NotFoundError for one that is not there, or of somebody else."""
    found = [each for each in mine.read_rides(connection, token) if each.ride == ride]
    if not found:
        raise NotFoundError(f"There is no ride {ride} of yours.")
    return found[0], mine.read_track(connection, token, ride)


def to_seconds(track: pd.DataFrame) -> Any:
    """Times (n,) in Unix seconds."""
    return track["time"].to_numpy("datetime64[s]").astype(np.int64)


def write_page(words: Words, ride: MyRide, track: pd.DataFrame, asked: str | None) -> str:
    """Whole document."""
    title = words("ride.title", time=words.time(ride.start))
    keys = list_measured(track)
    key = choose(keys, asked)
    lead = to_lead(words("mine.ride.lead", node=ride.node))
    files = write_files(words, ride)
    back = f'<p><a href="{to_base(words)}">{escape(words("mine.back"))}</a></p>'
    if key is None:
        shown = to_notice(words("no.data"), [words("mine.ride.none")])
        return to_ride_document(words, title, ride, lead + shown + files + back)
    seconds, values = to_seconds(track), to_good(track, key)
    numbers = measure(seconds, values)
    assert numbers is not None  # of a quantity that was measured
    content = (
        lead
        + to_choices(words, to_ride(words, ride.ride), keys, key)
        + write_map(words, key, track, seconds, values)
        + f"<h2>{escape(words('ride.statistics'))}</h2>"
        + write_numbers(words, key, ride, track, numbers)
        + (f"<p>{escape(said)}</p>" if (said := say_dose(words, key, numbers)) else "")
        + files
        + back
    )
    return to_ride_document(words, title, ride, content)


def write_map(words: Words, key: str, track: pd.DataFrame, seconds: Any, values: Any) -> str:
    """The way, its legend and its minutes as a table."""
    classes = to_classes(key, values)
    place = np.where(np.isfinite(values), classes.of(np.nan_to_num(values)), -1)
    lat, lon = (track[name].to_numpy(float) for name in ("lat", "lon"))
    label = words("mine.ride.map", quantity=words.quantity(key))
    drawn = draw_track(label, seconds, lat, lon, place, classes)
    if not drawn:
        drawn = to_notice(words("mine.ride.nowhere"), [words("mine.ride.nowhere.text")])
    minutes = to_minutes(seconds - seconds[0], values)
    kinds = classes.of(minutes["mean"].to_numpy(float)) + 1
    rows = [
        (
            words.number(minute),
            words.number(mean, decimals(key)),
            str(kind) if count else "",
            words.number(count),
        )
        for (minute, mean, count), kind in zip(
            minutes.itertuples(index=False), kinds.tolist(), strict=True
        )
    ]
    head = (words("ride.minute"), words.quantity_unit(key), words("map.class"), words("count"))
    table = to_table(head, rows, words("mine.ride.minutes"), numbers=range(1, 4))
    return (
        f"<h2>{escape(words('ride.map'))}</h2>"
        f'<div class="map-row">{drawn}{write_legend(words, key, classes)}</div>'
        f"{to_folded(words('mine.ride.table'), table)}"
    )


def write_numbers(
    words: Words, key: str, ride: MyRide, track: pd.DataFrame, numbers: Numbers
) -> str:
    """Time, way, mean and peak, of the whole ride."""
    seconds = (ride.stop - ride.start).total_seconds()
    lat, lon = (track[name].to_numpy(float) for name in ("lat", "lon"))
    metres = measure_way(to_seconds(track), lat, lon)
    speed = metres / seconds * 3.6 if seconds else None
    peak = words(
        "mine.ride.peak.at",
        value=words.value(key, numbers.peak),
        minute=words.number(numbers.peak_s // 60),
    )
    rows = [
        (words("ride.hour"), words.time(ride.start)),
        (words("ride.duration"), words.duration(seconds)),
        (words("ride.distance"), words.distance(metres)),
        (words("mine.ride.speed"), f"{words.number(speed, 1)} km/{words('unit.hour')}"),
        (words("count"), words.number(len(track))),
        (
            f"{words.quantity(key)}, {words('mean').lower()}",
            words.value(key, numbers.exposure.mean),
        ),
        (f"{words.quantity(key)}, {words('highest').lower()}", peak),
        (words("mine.ride.public"), to_public(words, ride)),
    ]
    return to_facts(rows)


def write_files(words: Words, ride: MyRide) -> str:
    """The same to take home."""
    links = " · ".join(
        f'<a href="{to_ride(words, ride.ride, form)}" download>{form.upper()}</a>'
        for form in ("gpx", "csv")
    )
    text = escape(words("mine.ride.files.text"))
    return f'<h2>{escape(words("mine.ride.files"))}</h2><p>{links}</p><p class="small">{text}</p>'


def write_file(form: str, ride: MyRide, track: pd.DataFrame) -> str:
    """A file with the whole ride."""
    seconds = to_seconds(track)
    lat, lon = (track[name].to_numpy(float) for name in ("lat", "lon"))
    if form == "gpx":
        name = f"{ride.node} {to_stamps(seconds[:1])[0]}" if len(seconds) else ride.node
        return write_gpx(name, seconds, lat, lon, track, dated=True)
    columns = {
        "node": [ride.node] * len(track),
        "time": to_stamps(seconds),
        "latitude": list(to_texts(lat, ".7f")),
        "longitude": list(to_texts(lon, ".7f")),
    }
    return write_csv(columns, track)


def to_ride_document(words: Words, title: str, ride: MyRide, content: str) -> str:
    """Whole document of this address in both languages."""
    other = Words("en" if words.language == "nl" else "nl")
    rest, foreign = (f"/-/{each('mine.path.ride')}/{ride.ride}" for each in (words, other))
    return to_document(words, title, content, rest, foreign)
