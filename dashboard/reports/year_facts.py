"""What is read of a year of fixed nodes, and what it adds up to; of public views alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from lokaalmeten.geo import to_parent
from lokaalmeten.limits import Limit, find_limits
from lokaalmeten.lki import to_group, to_index, to_total
from storage import reader
from storage.areas import check_zone
from storage.exceedances import to_rows
from storage.failures import Connection

from .reading import Frame, Series, Track, to_moments, to_months

QUANTITIES = ("pm25", "pm10", "no2")
CAPTURE = 0.90  # of the days of a year, 2008/50/EC annex XI
HOUR_CAPTURE = 0.75  # of the values of the fullest hour, as in storage.reader.exceedances
CLOCK = "Europe/Amsterdam"
WORST = 10  # days that are named


@dataclass(frozen=True)
class Year:
    """What is known of the fixed nodes of a year."""

    year: int
    first: date
    after: date  # not in it
    until: date  # not in it, where the year is not over yet
    nodes: Frame  # name, label, cell: those with good values
    verdicts: Mapping[str, Frame]  # of reader.exceedances, by quantity
    days: Mapping[str, Frame]  # of reader.node_days, by quantity
    groups: Frame  # node, month (1 to 12), group (1 to 5 of the LKI), hours
    zones: Mapping[str, str]  # label of each zone by its name
    asked: bool  # for these zones, not for all
    corrected: bool  # of corrected values, not of raw ones
    zone_days: Mapping[tuple[str, str], Frame]  # of reader.zone_days, by zone and quantity
    outlines: Sequence[Mapping[str, Any]]  # of the zones, GeoJSON

    @property
    def length(self) -> int:
        """Days of the whole year."""
        return (self.after - self.first).days


def read_year(
    connection: Connection,
    year: int,
    zones: Sequence[str],
    today: date,
    track: Track,
    *,
    corrected: bool = False,
) -> Year:
    """Read what a year holds until ``today``, of all nodes or of those that stood in ``zones``.

    With ``corrected`` of what the values are corrected to: nodes without such values are not in it.
    Raises StorageError for a zone that does not exist, and when the database refuses.
    """
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    for zone in zones:
        check_zone(connection, zone)
    names = None if not zones else find_nodes(connection, first, after, zones)
    asked = {key: f"{key}_corrected" if corrected else key for key in QUANTITIES}
    verdicts = {
        key: reader.exceedances(connection, year, asked[key], names)
        for key in track(QUANTITIES, "reading limits")
    }
    days = {
        key: reader.node_days(connection, asked[key], first, after, names)
        for key in track(QUANTITIES, "reading days")
    }
    measured = set().union(*(set(rows["node"]) for rows in days.values()))
    known = reader.zones(connection)
    chosen = known[known["name"].isin(list(zones)) if zones else known["nodes"] > 0]
    pairs = [(zone, key) for zone in chosen["name"] for key in QUANTITIES]
    outlines = reader.zone_outlines(connection)
    return Year(
        year=year,
        first=first,
        after=after,
        until=min(after, today + timedelta(days=1)),
        nodes=read_nodes(connection, measured),
        verdicts=verdicts,
        days=days,
        groups=read_groups(connection, year, days, asked, track),
        zones=dict(zip(chosen["name"], chosen["label"], strict=True)),
        asked=bool(zones),
        corrected=corrected,
        zone_days={
            (zone, key): reader.zone_days(connection, zone, asked[key], *to_moments(first, after))
            for zone, key in track(pairs, "reading zones")
        },
        outlines=[outlines[zone] for zone in chosen["name"]],
    )


def find_nodes(connection: Connection, first: date, after: date, zones: Sequence[str]) -> list[str]:
    """Names of the fixed nodes that stood in one of some zones."""
    found = reader.zone_nodes(connection, *to_moments(first, after))
    return sorted(set(found.loc[found["zone"].isin(list(zones)), "node"]))


def read_nodes(connection: Connection, measured: set[str]) -> Frame:
    """Name, label (its name where it has none) and cell of nodes."""
    found = reader.nodes(connection)
    found = found.loc[found["name"].isin(list(measured)), ["name", "label", "cell"]]
    label = found["label"].where(found["label"] != "", found["name"])
    return found.assign(label=label).reset_index(drop=True)


def read_groups(
    connection: Connection,
    year: int,
    days: Mapping[str, Frame],
    asked: Mapping[str, str],
    track: Track,
) -> Frame:
    """Hours per node, month and class of the LKI; a month at a time, for hours are many."""
    parts = []
    for first, after in track(to_months(year), "reading hours"):
        hours = {
            key: reader.hourly(connection, asked[key], *to_moments(first, after))
            for key, rows in days.items()
            if is_between(rows["day"], first, after).any()
        }
        parts.append(count_groups(hours, days).assign(month=first.month))
    return pd.concat(parts, ignore_index=True)


def is_between(days: Series, first: date, after: date) -> Series:
    """Tell which days lie in a period."""
    return (days >= pd.Timestamp(first)) & (days < pd.Timestamp(after))


# what it adds up to


def count_groups(hours: Mapping[str, Frame], days: Mapping[str, Frame]) -> Frame:
    """Hours that count per node and class of the LKI: node, group (1 to 5), hours.

    ``hours`` are those of reader.hourly by quantity. One counts with HOUR_CAPTURE of the values
    that the fullest hour of its day has; nodes without a row in ``days`` are left out.
    """
    parts = [
        to_counted(rows, days[key]).rename(columns={"mean": key}) for key, rows in hours.items()
    ]
    if not parts:
        return pd.DataFrame({"node": [], "group": [], "hours": []})
    wide = reduce(lambda one, other: one.merge(other, "outer", ["node", "time"]), parts)
    total = to_total({key: to_index(key, wide[key].to_numpy(float)) for key in hours})
    groups = pd.DataFrame({"node": wide["node"], "group": to_group(total)})
    return groups.value_counts().rename("hours").reset_index()


def to_counted(hours: Frame, days: Frame) -> Frame:
    """Hours that count: node, time, mean."""
    day = hours["time"].dt.tz_convert(CLOCK).dt.normalize().dt.tz_localize(None)
    dated = hours.assign(day=day.astype("datetime64[us]"))
    beside = dated.merge(days[["node", "day", "expected"]], on=["node", "day"])
    counts = beside["count"] >= HOUR_CAPTURE * beside["expected"]
    return beside.loc[counts, ["node", "time", "mean"]]


def to_means(year: Year, key: str) -> Frame:
    """One row per node, the highest first: node, label, cell, mean, capture and firm.

    ``mean`` is that of the days that count; where no day does, of all good values. ``firm`` tells
    whether enough days count for a mean of the year.
    """
    days = year.days[key]
    total = (days["mean"] * days["count"]).groupby(days["node"]).sum()
    rough = total / days.groupby("node")["count"].sum()
    by_node = year.verdicts[key].query("period != 'hour'").drop_duplicates("node").set_index("node")
    found = by_node[["mean", "capture"]].join(rough.rename("rough"), how="inner")
    found["mean"] = found["mean"].fillna(found.pop("rough"))
    found["firm"] = found["capture"] >= CAPTURE
    labels = year.nodes.set_index("name")[["label", "cell"]]
    found = found.join(labels, how="inner").rename_axis("node").reset_index()
    return found.sort_values(["mean", "node"], ascending=[False, True], ignore_index=True)


def to_daily(year: Year, key: str) -> Frame:
    """One row per day of the year that began: day, median, nodes, highest, node and counts.

    Of the days that count where a node has one, else of all: then ``counts`` is False. NaN and no
    node where nothing was measured.
    """
    days = year.days[key]
    complete = days[days["complete"]]
    others = days[~days["day"].isin(complete["day"])]
    parts = []
    for rows, counts in ((complete, True), (others, False)):
        grouped = rows.groupby("day")["mean"]
        highest = rows.loc[grouped.idxmax()].set_index("day")
        found = pd.DataFrame({"median": grouped.median(), "nodes": grouped.size()})
        found = found.join(highest[["mean", "node"]].rename(columns={"mean": "highest"}))
        parts.append(found.assign(counts=counts))
    whole = pd.concat([part for part in parts if len(part)] or parts)
    calendar = pd.date_range(year.first, year.until, inclusive="left", unit="us")
    found = whole.reindex(calendar).rename_axis("day").reset_index()
    counts = found["counts"].eq(True)
    return found.assign(counts=counts, nodes=found["nodes"].fillna(0).astype(np.int64))


def to_worst(year: Year, key: str) -> Frame:
    """The days that count with the highest medians, as rows of ``to_daily``."""
    daily = to_daily(year, key)
    counted = daily[daily["counts"]]
    return counted.sort_values(["median", "day"], ascending=[False, True]).head(WORST)


def to_monthly(year: Year, key: str) -> Frame:
    """One row per month that began: month, share, mean, highest and above.

    Of the days of nodes that count: ``share`` of all days of the nodes that measured, ``mean``,
    ``highest`` and how many were ``above`` the daily guideline of the WHO.
    """
    limit = next(x for x in find_limits(key) if x.period == "day")
    days = year.days[key]
    counted = days[days["complete"]]
    nodes = days["node"].nunique()
    rows = []
    for first, after in to_months(year.year):
        if first >= year.until:
            break
        here = counted.loc[counted["day"].dt.month == first.month, "mean"]
        possible = nodes * (min(after, year.until) - first).days
        rows.append(
            {
                "month": first.month,
                "share": len(here) / possible if possible else np.nan,
                "mean": here.mean(),
                "highest": here.max(),
                "above": int((here > limit.value).sum()),
            }
        )
    return pd.DataFrame(rows)


def to_captures(year: Year, key: str) -> Frame:
    """Share of the days of each month that count: a row per node, a column per month that began."""
    days = year.days[key]
    months = [(first, min(after, year.until)) for first, after in to_months(year.year)]
    columns = {}
    for first, after in months:
        if first < after:
            counted = days[days["complete"] & is_between(days["day"], first, after)]
            share = counted.groupby("node").size() / (after - first).days
            columns[first.month] = share.reindex(sorted(set(days["node"])), fill_value=0.0)
    return pd.DataFrame(columns)


def to_zone_rows(year: Year, key: str) -> Frame:
    """Rows as those of reader.exceedances, with zones for nodes; no hours, which zones lack.

    A day counts when at least one node of the zone has one that does; its value is the mean of all
    good values of the zone.
    """
    limits = [limit for limit in find_limits(key) if limit.period != "hour"]
    rows = []
    for zone in year.zones:
        days = year.zone_days[zone, key]
        counted = days.loc[days["complete"] > 0, "mean"]
        if len(days):
            above = {f"above{n}": int((counted > x.value).sum()) for n, x in enumerate(limits)}
            facts = {"node": zone, "hours": 0, "days": len(counted), "mean": counted.mean()}
            rows.append(facts | above)
    if not rows:
        return pd.DataFrame({"node": []})
    return to_rows(pd.DataFrame(rows), limits, year.length)


def count_verdicts(rows: Frame, limit: Limit) -> dict[str, int]:
    """How many nodes are above, within and unknown beside a limit."""
    own = rows[(rows["norm"] == limit.norm) & (rows["period"] == limit.period)]
    counts = own["verdict"].value_counts()
    return {verdict: int(counts.get(verdict, 0)) for verdict in ("above", "within", "unknown")}


def to_shares(year: Year) -> Frame:
    """Share of all hours of the nodes per class of the LKI: a row a month that began.

    Columns 1 to 5; what they lack of 1 was not measured.
    """
    nodes = year.groups["node"].nunique()
    table = year.groups.pivot_table("hours", "month", "group", "sum", fill_value=0)
    months = [(first, min(after, year.until)) for first, after in to_months(year.year)]
    begun = [span for span in months if span[0] < span[1]]
    table = table.reindex(index=[f.month for f, _ in begun], columns=range(1, 6), fill_value=0)
    hours = [nodes * count_hours(first, after) for first, after in begun]
    return table.div(np.maximum(hours, 1), axis=0)


def count_hours(first: date, after: date) -> int:
    """Hours of some days, of which some are 23 or 25 long."""
    start, stop = to_moments(first, after)
    return round((stop - start).total_seconds() / 3600)


def to_node_groups(year: Year) -> Frame:
    """Hours per class of the LKI: a row per node, columns 1 to 5."""
    table = year.groups.pivot_table("hours", "node", "group", "sum", fill_value=0)
    return table.reindex(columns=range(1, 6), fill_value=0).astype(np.int64)


def gather_cells(means: Frame, resolution: int) -> Frame:
    """Nodes that share a hexagon as one: cell, mean (of their means) and firm (of any)."""
    placed = means[means["cell"] != 0]
    cell = to_parent(placed["cell"].to_numpy(np.int64), resolution)
    found = (
        placed.assign(cell=cell).groupby("cell").agg(mean=("mean", "mean"), firm=("firm", "any"))
    )
    return found.reset_index()
