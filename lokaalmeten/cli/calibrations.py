"""The work of `meten calibrate`: hours out of the database, a calibration into it, a picture."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from ingest.calibration.fitting import correct_hours, fit_line
from ingest.calibration.given import read_given
from ingest.calibration.holdout import Gain
from ingest.calibration.passings import Passings, fit_passings
from ingest.calibration.periods import HOUR_S, LINE, RATIOS, HourlyField
from ingest.calibration.ratios import Places, measure_field, to_field
from lokaalmeten.errors import FormatError
from lokaalmeten.quantities import BY_KEY
from storage.calibrations import add_calibration, list_calibrations
from storage.compared import Period, read_measuring, read_node_hours, read_passings
from storage.corrections import read_members
from storage.pool import connect
from storage.stations import read_hours

from .calibration_hours import (
    find_member,
    find_station,
    middle,
    read_beside,
    to_grid,
    to_hours,
    to_seconds,
)
from .calibration_picture import write_picture

STORED_NEXT = "its rows are corrected by: meten calibrate apply"
WHAT_NEXT = "rows from now on are corrected within a minute; stored ones by: meten calibrate apply"

Asked = tuple[str, datetime, datetime]  # quantity, from, until


def run_enter(dsn: str, file: Path, out: Console) -> None:
    """Store the corrections of a file, all or none."""
    try:
        given = read_given(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{file}: is not UTF-8 text") from error
    except FormatError as error:
        raise FormatError(f"{file}: {error}") from error
    said = []
    with connect(dsn) as connection, connection.transaction():
        for one in given:
            parameters = {"line": one.line.to_parameters(), "why": one.why}
            node = None if one.node is None else find_member(connection, one.node).id
            version = add_calibration(
                connection, one.quantity, LINE, parameters, one.since, one.until,
                node=node, project=one.project, applied=True,
            )  # fmt: skip
            whom = one.node or one.project or "all nodes"
            said.append(f"{whom}: {one.quantity} version {version} from {one.since:%Y-%m-%d}")
    for line in said:
        out.print(line, highlight=False)
    out.print(WHAT_NEXT)


def run_fit(
    dsn: str,
    node: str,
    station: str | None,
    asked: Asked,
    holds: datetime,
    picture: Path | None,
    out: Console,
) -> None:
    """Fit one node against one station."""
    period = Period(*asked)
    with connect(dsn) as connection:
        member = find_member(connection, node)
        code, away_m = find_station(connection, member, station, period)
        hours = read_beside(connection, member, code, period)
        fit = fit_line(hours)
        out.print(f"{node} beside {code}, {away_m / 1000:.1f} km: {len(hours.time):,} hours")
        out.print(fit.humidity.why)
        out.print(f"terms: {', '.join(fit.terms) or 'none helps'}")
        parameters = {"line": fit.line.to_parameters(), "station": code} | to_facts(fit.gain)
        applied = fit.gain.helps and bool(fit.terms)
        version = add_calibration(
            connection, period.quantity, LINE, parameters, holds,
            node=member.id, gain=to_part(fit.gain), applied=applied,
        )  # fmt: skip
    out.print(f"version {version} of {node}")
    tell(out, period.quantity, fit.gain, applied=applied)
    if picture is not None:
        frame = to_frame(hours.time, hours.raw, hours.reference, correct_hours(fit.tried, hours))
        write_picture(picture, frame, BY_KEY[period.quantity], f"{node} beside {code}")
        out.print(f"picture: {picture}", markup=False)


def run_ratios(
    dsn: str, asked: Asked, project: str | None, picture: Path | None, out: Console
) -> None:
    """Make a field of ratios of whole hours."""
    period = Period(*asked)
    with connect(dsn) as connection:
        members = [one for one in read_members(connection) if one.lat is not None]
        stations = read_measuring(connection, period)
        found = read_node_hours(connection, [one.id for one in members], period)
        official = read_hours(connection, period.quantity, period.start, period.stop)
        if found.empty or official.empty:
            raise FormatError("there are no hours of nodes and stations in this period")
        hours = to_hours(period)
        raw = to_grid(found, "node", "raw", hours, [one.id for one in members])
        official = official.loc[official["flag"] <= 2]
        reference = to_grid(official, "station", "value", hours, list(stations["code"]))
        where = Places(*np.array([(one.lat, one.lon) for one in members], float).T)
        beside = Places(stations["latitude"].to_numpy(), stations["longitude"].to_numpy())
        field = to_field(reference, beside, raw, where)
        gain = measure_field(reference, beside, raw, where)
        start = int(period.start.timestamp()) // HOUR_S * HOUR_S
        parameters = HourlyField(start, field).to_parameters() | to_facts(gain)
        version = add_calibration(
            connection, period.quantity, RATIOS, parameters, period.start, period.stop,
            project=project, gain=to_part(gain), applied=gain.helps,
        )  # fmt: skip
    out.print(f"{len(hours):,} hours, {len(stations)} stations, {raw.shape[1]} nodes")
    if len(stations) == 1:
        out.print("with one station none can be left out: what it is worth cannot be told")
    out.print(f"version {version} of {project or 'all nodes'}")
    tell(out, period.quantity, gain, applied=gain.helps, then=STORED_NEXT)
    if picture is not None:
        time = start + HOUR_S * np.arange(len(hours))
        frame = to_frame(time, middle(raw), middle(reference), middle(raw * field.at(where)))
        write_picture(picture, frame, BY_KEY[period.quantity], "median of all nodes and stations")
        out.print(f"picture: {picture}", markup=False)


def run_passings(
    dsn: str, asked: Asked, near_m: int, holds: datetime, picture: Path | None, out: Console
) -> None:
    """Fit all bikes where they pass stations."""
    period = Period(*asked)
    with connect(dsn) as connection:
        found = read_passings(connection, period, near_m)
        passings = Passings(
            found["node"].to_numpy(np.int32),
            to_seconds(found["time"]),
            found["raw"].to_numpy(float),
            found["reference"].to_numpy(float),
        )
        fleet, gain = fit_passings(passings)
        with connection.transaction():
            for bike, line in fleet.lines().items():
                parameters = {"line": line.to_parameters(), "near_m": near_m} | to_facts(gain)
                add_calibration(
                    connection, period.quantity, LINE, parameters, holds,
                    node=bike, gain=to_part(gain), applied=gain.helps,
                )  # fmt: skip
    out.print(f"{len(found):,} hours near a station, {len(fleet.bikes)} bikes")
    tell(out, period.quantity, gain, applied=gain.helps)
    if picture is not None:
        corrected = fleet.correct(passings.bike, passings.raw)
        frame = to_frame(passings.time, passings.raw, passings.reference, corrected)
        write_picture(picture, frame, BY_KEY[period.quantity], "bikes beside stations")
        out.print(f"picture: {picture}", markup=False)


def show_calibrations(dsn: str, out: Console) -> None:
    """One line a calibration, the latest first."""
    with connect(dsn) as connection:
        found: Any = list_calibrations(connection)
    table = Table(
        "for", "quantity", "version", "method", "from", "until", "gain", "applied", box=None
    )
    for row in found.itertuples(index=False):
        until = "" if pd.isna(row.until) else f"{row.until:%Y-%m-%d %H:%M}"
        gain = "" if pd.isna(row.gain) else f"{row.gain:.0%}"
        table.add_row(
            row.whom, row.quantity, str(row.version), row.method, f"{row.since:%Y-%m-%d %H:%M}",
            until, gain, "yes" if row.applied else "no",
        )  # fmt: skip
    out.print(table if table.row_count else "there are no calibrations")


def tell(out: Console, key: str, gain: Gain, *, applied: bool, then: str = WHAT_NEXT) -> None:
    """Say what a calibration was worth on what was held out, and whether it is applied."""
    unit = BY_KEY[key].unit
    if gain.count:
        out.print(
            f"held out: {gain.count:,} hours; mean error raw {gain.raw:.2f} {unit},"
            f" corrected {gain.corrected:.2f} ({gain.part:+.0%} gain)"
        )
    if applied:
        out.print(f"applied: {then}")
    else:
        out.print("kept, but not applied: no gain on what was held out")


def to_facts(gain: Gain) -> dict[str, Any]:
    """What is stored of a gain beside its part."""
    held = {"hours": gain.count, "raw": gain.raw, "corrected": gain.corrected}
    return {"held_out": {name: v if np.isfinite(v) else None for name, v in held.items()}}


def to_part(gain: Gain) -> float | None:
    """Part of the error that went; None when nothing was held out."""
    return gain.part if np.isfinite(gain.part) else None


def to_frame(time: Any, raw: Any, reference: Any, corrected: Any) -> Mapping[str, Any]:
    """Columns of a picture; NaN is left out by it."""
    return {
        "time": np.asarray(time).astype("datetime64[s]"),
        "raw": raw,
        "reference": reference,
        "corrected": corrected,
    }
