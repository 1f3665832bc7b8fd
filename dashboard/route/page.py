"""The page: the form, both ways among hexagons, what differs in words, and a table.

What cannot be answered is said in its place: nobody rode near, or nothing joins both places.
"""

from html import escape
from urllib.parse import urlencode

import numpy as np
from h3.api import basic_int as h3

from lokaalmeten.geo import to_centres

from ..classes import Classes, class_text, to_classes
from ..data.form import label as to_label
from ..data.form import select
from ..pages.parts import TABLE_ROWS
from ..pages.pieces import to_folded, to_notice, to_table
from ..pages.shell import page
from ..words import Words, decimals
from .asked import QUANTITIES, Asked
from .cells import Cells
from .finding import Way, find_ways
from .picture import draw

PATH = "route"
STYLE = '<link rel="stylesheet" href="/assets/mine.css">'
ENDS = {"from": "route.from", "to": "route.to"}  # options of the address, and their texts
LISTED = 40  # hexagons in the list to choose from
LITTLE = 0.02  # share of what is breathed in, below which ways are the same
NEAR = 5  # digits of a degree that are written


def write_page(words: Words, asked: Asked, cells: Cells | None) -> str:
    """Whole document."""
    lead = f'<p class="lead">{escape(words("route.lead"))}</p>'
    if cells is None or not len(cells.cell):
        nothing = to_notice(words("route.none"), [words("route.none.text")])
        content = lead + write_form(words, asked, cells) + nothing
        return page(words, PATH, words("route.title"), content, head=STYLE)
    places = (asked.first, asked.last)
    rows = [None if place is None else cells.find_near(place) for place in places]
    ends = [row for row in rows if row is not None]
    first, last = rows
    ways = None
    if first is not None and last is not None:
        ways = find_ways(cells.cell, cells.mean, first, last)
    classes = to_classes(asked.quantity, cells.mean)
    said = write_answer(words, asked, cells, rows, ways)
    content = (
        lead
        + write_form(words, asked, cells)
        + said
        + write_map(words, asked, cells, classes, ways, ends)
        + ("" if ways is None else write_table(words, asked, cells, classes, ways[0]))
        + write_all(words, asked, cells, classes)
        + write_basis(words, cells)
    )
    return page(words, PATH, words("route.title"), content, head=STYLE)


def write_form(words: Words, asked: Asked, cells: Cells | None) -> str:
    """Two places and a quantity; a list of hexagons offers itself while one types."""
    options = [(key, words.quantity(key)) for key in QUANTITIES]
    fields = [
        to_label(
            words(key),
            f'<input name="{name}" value="{escape(write_place(place))}" list="route-cells"'
            ' autocomplete="off" spellcheck="false">',
            words("route.hint"),
        )
        for (name, key), place in zip(ENDS.items(), (asked.first, asked.last), strict=True)
    ]
    fields.append(to_label(words("quantity"), select("quantity", options, asked.quantity)))
    listed = "" if cells is None else write_listed(words, cells)
    return (
        f'<form method="get" action="/{words.language}/{PATH}" class="mine-form">'
        f"{''.join(fields)}<button>{escape(words('route.find'))}</button></form>"
        f'<datalist id="route-cells">{listed}</datalist>'
    )


def write_listed(words: Words, cells: Cells) -> str:
    """Hexagons with most values, to choose from."""
    busiest = np.argsort(-cells.count, kind="stable")[:LISTED].tolist()
    return "".join(
        f'<option value="{write_place(int(cells.cell[row]))}">'
        f"{escape(words('route.rides', count=words.number(int(cells.rides[row]))))}</option>"
        for row in busiest
    )


def write_place(cell: int | None) -> str:
    """Middle of a hexagon as one types it."""
    if cell is None:
        return ""
    lat, lon = h3.cell_to_latlng(cell)
    return f"{lat:.{NEAR}f}, {lon:.{NEAR}f}"


def write_answer(
    words: Words,
    asked: Asked,
    cells: Cells,
    rows: list[int | None],
    ways: tuple[Way, Way] | None,
) -> str:
    """What was found, or why nothing was."""
    missing = [
        words(key)
        for key, place, row in zip(ENDS.values(), (asked.first, asked.last), rows, strict=True)
        if place is not None and row is None
    ]
    if missing:
        why = words("route.nobody", places=" + ".join(missing))
        return to_notice(why, [words("route.nobody.text")], urgent=True)
    if asked.first is None or asked.last is None:
        key = "route.choose" if asked.first is None else "route.choose.to"
        return f'<p role="status">{escape(words(key))}</p>'
    if ways is None:
        return to_notice(words("route.apart"), [words("route.apart.text")], urgent=True)
    title = f"<h2>{escape(words('route.found'))}</h2>"
    return f'{title}<p role="status">{escape(compare(words, asked.quantity, *ways))}</p>' + (
        write_ways(words, asked, cells, ways)
    )


def compare(words: Words, key: str, cleanest: Way, shortest: Way) -> str:
    """How both ways differ, in a sentence."""
    facts = {
        "quantity": words.quantity(key),
        "clean": words.value(key, cleanest.mean),
        "short": words.value(key, shortest.mean),
        "length": words.distance(cleanest.length_m),
    }
    less = 1 - cleanest.amount / shortest.amount if shortest.amount > 0 else 0.0
    if less < LITTLE:
        return words("route.same", **facts)
    more = cleanest.length_m - shortest.length_m
    return words(
        "route.cleaner",
        less=words.number(100 * less),
        more=words.number(round(more, -1)),
        **facts,
    )


def write_ways(words: Words, asked: Asked, cells: Cells, ways: tuple[Way, Way]) -> str:
    """Both ways beside each other."""
    key = asked.quantity
    head = (
        words("route.way"),
        words("ride.distance"),
        words.quantity_unit(key),
        words("route.hexagons"),
        words("count"),
        words("route.fewest"),
    )
    rows = [
        (
            words(name),
            words.distance(way.length_m),
            words.number(way.mean, decimals(key)),
            words.number(len(way.rows)),
            words.number(int(cells.count[way.rows].sum())),
            words.number(int(cells.rides[way.rows].min())),
        )
        for name, way in zip(("route.cleanest", "route.shortest"), ways, strict=True)
    ]
    return to_table(head, rows, words("route.both"), numbers=range(1, 6))


def write_map(
    words: Words,
    asked: Asked,
    cells: Cells,
    classes: Classes,
    ways: tuple[Way, Way] | None,
    ends: list[int],
) -> str:
    """The hexagons, the ways, and what their colours mean."""

    def link(row: int) -> str:
        """A hexagon becomes the begin, or the end where the begin is chosen alone."""
        cell = f"{int(cells.cell[row]):x}"
        query = {"from": cell, "quantity": asked.quantity}
        if asked.first is not None and asked.last is None:
            query |= {"from": f"{asked.first:x}", "to": cell}
        return f"/{words.language}/{PATH}?{urlencode(query)}"

    title = f"<h2>{escape(words('route.map'))}</h2>"
    drawn = draw(words, cells, classes, ways, ends, link, words("route.map.label"))
    rows = "".join(
        f'<li><span class="swatch" style="background:{colour}"></span>'
        f'<span class="class-number">{place + 1}</span>'
        f'<span class="class-span">{escape(class_text(words, classes, place))}</span></li>'
        for place, colour in enumerate(classes.colours)
    )
    ways_said = "" if ways is None else f'<p class="small">{escape(words("route.lines"))}</p>'
    legend = (
        f'<div class="legend"><h2>{escape(words("map.legend"))}</h2>'
        f'<p class="legend-unit">{escape(words.quantity_unit(asked.quantity))}</p>'
        f'<ul class="legend-classes">{rows}</ul>{ways_said}'
        f'<p class="small">{escape(words("route.click"))}</p></div>'
    )
    return f'{title}<div class="map-row">{drawn}{legend}</div>'


def write_table(words: Words, asked: Asked, cells: Cells, classes: Classes, way: Way) -> str:
    """Each hexagon of the cleanest way, in order."""
    lat, lon = to_centres(cells.cell[way.rows])
    kinds = classes.of(cells.mean[way.rows]) + 1
    head = (
        words("route.number"),
        words("route.middle"),
        words.quantity_unit(asked.quantity),
        words("map.class"),
        words("count"),
        words("route.column.rides"),
    )
    rows = [
        (
            words.number(number + 1),
            f"{lat[number]:.4f}, {lon[number]:.4f}",
            words.number(float(cells.mean[row]), decimals(asked.quantity)),
            str(kinds[number]),
            words.number(int(cells.count[row])),
            words.number(int(cells.rides[row])),
        )
        for number, row in enumerate(way.rows)
    ]
    table = to_table(head, rows, words("route.table"), numbers=(2, 3, 4, 5))
    return to_folded(words("route.table"), table)


def write_all(words: Words, asked: Asked, cells: Cells, classes: Classes) -> str:
    """The hexagons of the map, the dirtiest first; how many are left out."""
    worst = np.argsort(-cells.mean, kind="stable")[:TABLE_ROWS]
    lat, lon = to_centres(cells.cell[worst])
    kinds = classes.of(cells.mean[worst]) + 1
    head = (
        words("route.middle"),
        words.quantity_unit(asked.quantity),
        words("map.class"),
        words("count"),
        words("route.column.rides"),
    )
    rows = [
        (
            f"{lat[place]:.4f}, {lon[place]:.4f}",
            words.number(float(cells.mean[row]), decimals(asked.quantity)),
            str(kinds[place]),
            words.number(int(cells.count[row])),
            words.number(int(cells.rides[row])),
        )
        for place, row in enumerate(worst.tolist())
    ]
    table = to_table(head, rows, words("route.all"), numbers=(1, 2, 3, 4))
    total = len(cells.cell)
    facts = {"shown": words.number(len(rows)), "total": words.number(total)}
    cut = f"<p>{escape(words('route.all.cut', **facts))}</p>" if total > len(rows) else ""
    return to_folded(words("route.all"), table + cut)


def write_basis(words: Words, cells: Cells) -> str:
    """What it rests on, and what it is not."""
    said = words(
        "route.basis",
        hexagons=words.number(len(cells.cell)),
        values=words.number(int(cells.count.sum())),
        span=words.span(cells.start, cells.stop),
    )
    return f'<p class="small">{escape(said)}</p><p class="small">{escape(words("route.not"))}</p>'
