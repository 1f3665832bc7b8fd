"""The chapter of a year report about one quantity: limits, nodes, days, months, zones, a map."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from lokaalmeten.limits import LIMITS, WHO, Limit, find_limits
from lokaalmeten.lki import EDGES, GROUP_COLOURS, GROUPS

from ..classes import to_classes
from ..words import Words, unit_sign
from .charts import Key, Mark, cut_names, draw_columns, draw_days
from .document import Block, Cell, Heading, Paragraph, Picture, Table
from .drawing import LINE, SOFT
from .maps import choose_resolution, draw_map
from .quarter import say_width
from .reading import Frame
from .year_facts import (
    Year,
    count_verdicts,
    gather_cells,
    to_daily,
    to_means,
    to_monthly,
    to_worst,
    to_zone_rows,
)

PALE = "#b6c2cc"
MARKS = {"above": " !", "within": "", "unknown": " ?"}
VERDICTS = {"above": "verdict.above", "within": "verdict.within", "unknown": "verdict.unknown"}
PERIODS = {"hour": "period.name.hour", "day": "period.name.day", "year": "period.name.year"}


def write_quantity(year: Year, key: str, words: Words) -> Iterator[Block]:
    """A chapter about one quantity, or that nobody measured it."""
    name = words.quantity(key)
    yield Heading(name)
    if year.days[key].empty:
        none = "year.none.corrected" if year.corrected else "year.none"
        yield Paragraph(words(none, quantity=name, year=year.year))
        return
    means = to_means(year, key)
    yield to_limits(year, key, words)
    yield draw_means(means, key, words)
    yield draw_year(year, key, words)
    yield to_months_table(year, key, words)
    yield to_worst_table(year, key, words)
    yield from draw_nodes(year, means, key, words)
    yield to_nodes_table(year, means, key, words)
    yield to_zones_table(year, key, words)


def to_limits(year: Year, key: str, words: Words) -> Table:
    """How many nodes are above and within each limit, and of how many that is not known."""
    rows = year.verdicts[key]
    limits = find_limits(key)
    table = []
    for limit in limits:
        counts = count_verdicts(rows, limit)
        row = [
            limit.norm,
            words(PERIODS[limit.period]),
            words.number(limit.value),
            say_allowed(limit, words),
        ]
        tones = ((verdict if counts[verdict] else "") for verdict in counts)
        cells = [Cell(str(counts[v]), tone) for v, tone in zip(counts, tones, strict=True)]
        table.append((*row, *cells))
    head = [words("year.limit"), words("year.period"), words("year.value"), words("year.allowed")]
    head += [words(VERDICTS[verdict]) for verdict in VERDICTS]
    nodes = rows["node"].nunique()
    caption = words("year.limits.table", quantity=words.quantity(key), nodes=nodes)
    return Table(caption, head, table, texts=(1,))


def say_allowed(limit: Limit, words: Words) -> str:
    """How often it may be above a limit; of a year never, and so nothing."""
    if limit.period == "year":
        return ""
    return words(
        {"hour": "year.allowed.hour", "day": "year.allowed.day"}[limit.period],
        count=limit.allowed,
    )


def to_marks(key: str, period: str) -> list[Mark]:
    """The limits of a period as lines."""
    short = {
        limit.norm: limit.norm.replace("/EC", "").replace("EU 2024/2881", "EU 2030")
        for limit in LIMITS
    }
    limits = [limit for limit in find_limits(key) if limit.period == period]
    return [Mark(limit.value, f"{short[limit.norm]}: {limit.value:g}") for limit in limits]


def draw_means(means: Frame, key: str, words: Words) -> Picture:
    """The mean of each node beside the limits of a year."""
    name, values = words.quantity(key), means["mean"].tolist()
    labels = cut_names(means["label"].tolist(), marked=True)
    svg = draw_columns(
        words,
        labels,
        values,
        [LINE] * len(values),
        unit_sign(key),
        marks=to_marks(key, "year"),
        hollow=(~means["firm"]).tolist(),
        keys=[Key(LINE, words("report.thin"), hollow=True)] if (~means["firm"]).any() else [],
    )
    low, high = (words.number(of, 1) for of in (min(values), max(values)))
    thin = int((~means["firm"]).sum())
    facts = {"quantity": name, "nodes": len(means), "low": low, "high": high, "thin": thin}
    return Picture(svg, words("year.means.alt", **facts), words("year.means", quantity=name))


def draw_year(year: Year, key: str, words: Words) -> Picture:
    """The median of each day, in the classes of the index."""
    daily = to_daily(year, key)
    calendar = pd.date_range(year.first, year.after, inclusive="left")
    median = daily["median"].to_numpy(float)
    places = np.searchsorted(EDGES[key], np.nan_to_num(median), side="right")
    shades = [GROUP_COLOURS[GROUPS[place] - 1] for place in places]
    colours = [c if counts else PALE for c, counts in zip(shades, daily["counts"], strict=True)]
    rest = len(calendar) - len(daily)  # still to come: neither measured nor missed
    months = [(n, words.short_month(d.month)) for n, d in enumerate(calendar) if d.day == 1]
    svg = draw_days(
        words,
        months,
        [*median.tolist(), *[float("nan")] * rest],
        [*colours, *[PALE] * rest],
        unit_sign(key),
        marks=[mark for mark in to_marks(key, "day") if mark.name.startswith(WHO)],
        keys=[
            *to_group_keys(words, np.unique(np.array(GROUPS)[places])),
            Key(PALE, words("report.thin")),
        ],
        missing=words("report.missing"),
        begun=len(daily),
    )
    counted, known = int(daily["counts"].sum()), int(np.isfinite(median).sum())
    facts = {
        "quantity": words.quantity(key),
        "days": counted,
        "pale": known - counted,
        "missing": len(daily) - known,
        "high": words.number(np.nanmax(median), 1),
    }
    return Picture(svg, words("year.days.alt", **facts), words("year.days", **facts))


def to_group_keys(words: Words, groups: Sequence[int] | np.ndarray) -> list[Key]:
    """Colours of classes of the LKI with their words."""
    return [Key(GROUP_COLOURS[g - 1], f"LKI {words(f'lki.{g}')}") for g in groups]


def to_months_table(year: Year, key: str, words: Words) -> Table:
    """Each month that began."""
    sign = unit_sign(key)
    head = [
        words("report.month"),
        words("year.months.counts"),
        words("report.mean", sign=sign),
        f"{words('year.months.highest')} {sign}",
        words("year.months.above"),
    ]
    rows = [
        (
            words.month(row.month).capitalize(),
            f"{words.number(100 * row.share)}%",
            words.number(row.mean, 1),
            words.number(row.highest, 1),
            words.number(row.above if row.share else None),
        )
        for row in to_monthly(year, key).itertuples()
    ]
    return Table(words("year.months.table", quantity=words.quantity(key)), head, rows)


def to_worst_table(year: Year, key: str, words: Words) -> Block:
    """The days with the highest medians, or that none counts."""
    worst, sign = to_worst(year, key), unit_sign(key)
    name = words.quantity(key)
    if worst.empty:
        return Paragraph(words("year.worst.none", quantity=name))
    labels = year.nodes.set_index("name")["label"]
    head = [
        words("report.day"),
        words("year.worst.median", sign=sign),
        words("year.worst.nodes"),
        words("year.worst.highest", sign=sign),
        words("year.worst.node"),
    ]
    rows = [
        (
            words.day(row.day),
            words.number(row.median, 1),
            words.number(row.nodes),
            words.number(row.highest, 1),
            labels[row.node],
        )
        for row in worst.itertuples()
    ]
    return Table(words("year.worst.table", quantity=name), head, rows, texts=(4,))


def draw_nodes(year: Year, means: Frame, key: str, words: Words) -> Iterator[Picture]:
    """A map of the nodes, when any has a place."""
    placed = means.loc[means["cell"] != 0, "cell"].to_numpy(np.int64)
    if len(placed) == 0:
        return
    resolution = min(choose_resolution(placed), 8)
    found = gather_cells(means, resolution)
    values = found["mean"].to_numpy(float)
    thin = (~found["firm"]).tolist()
    svg = draw_map(
        words,
        found["cell"].to_numpy(np.int64),
        values,
        to_classes(key, values),
        outlines=year.outlines,
        hollow=thin,
        legend=[Key(SOFT, words("year.map.thin"), hollow=True)] if any(thin) else [],
    )
    low, high = (words.number(f(values), 1) for f in (np.min, np.max))
    name = words.quantity(key)
    yield Picture(
        svg,
        words("year.map.alt", cells=len(found), low=low, high=high),
        words("year.map", quantity=name, width=say_width(words, resolution)),
    )


def to_nodes_table(year: Year, means: Frame, key: str, words: Words) -> Table:
    """Each node beside each limit."""
    rows = year.verdicts[key]
    table = []
    for row in means.itertuples():
        own = rows[rows["node"] == row.node]
        mean = Cell(words.number(row.mean, 1), "" if row.firm else "unknown")
        cells = to_verdict_cells(own, find_limits(key), words)
        table.append((row.label, mean, f"{words.number(100 * row.capture)}%", *cells))
    caption = words("year.nodes.table", quantity=words.quantity(key))
    return Table(caption, to_limit_head(words("year.node"), find_limits(key), key, words), table)


def to_limit_head(first: str, limits: Sequence[Limit], key: str, words: Words) -> list[str]:
    """Header of a table with a column a limit."""
    head = [first, words("report.mean", sign=unit_sign(key)), words("year.months.counts")]
    return head + [f"{x.norm} {words(PERIODS[x.period])} {x.value:g}" for x in limits]


def to_verdict_cells(own: Frame, limits: Sequence[Limit], words: Words) -> list[Cell]:
    """What is said of one node or zone beside each limit."""
    cells = []
    for limit, row in zip(limits, own.itertuples(), strict=True):
        verdict = str(row.verdict)
        if limit.period == "year":
            text = "?" if verdict == "unknown" else words(VERDICTS[verdict]) + MARKS[verdict]
        else:
            text = words("year.cell", above=row.above, allowed=limit.allowed) + MARKS[verdict]
        cells.append(Cell(text, verdict))
    return cells


def to_zones_table(year: Year, key: str, words: Words) -> Block:
    """Each zone beside the limits of days and years."""
    found = to_zone_rows(year, key)
    if found.empty:
        return Paragraph(words("year.zones.none"))
    limits = [limit for limit in find_limits(key) if limit.period != "hour"]
    rows = []
    for zone, own in found.groupby("node", sort=False):
        mean, capture = own["mean"].iloc[0], own["capture"].iloc[0]
        cells = to_verdict_cells(own, limits, words)
        share = f"{words.number(100 * capture)}%"
        rows.append((year.zones[str(zone)], words.number(mean, 1), share, *cells))
    caption = words("year.zones.table", quantity=words.quantity(key))
    return Table(caption, to_limit_head(words("year.zone"), limits, key, words), rows)
