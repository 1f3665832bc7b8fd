"""The page: choices, the table of zones beside limits, what changed most, files to download."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import urlencode

from lokaalmeten.limits import EU, WHO

from ..data.form import label, select
from ..pages.pieces import to_frame
from ..pages.shell import page
from ..places.section import SIGNS, say_verdict, write_capture
from ..places.statistics import UNKNOWN, Statistics, find_lines, judge
from ..words import DASH, Words
from .facts import EQUAL, MONTH_D, SORTS, Area, Areas, Station, Zone, find_changes

PATH = "areas"
NORMS = (WHO, EU)  # that the year is put beside
ARROWS = {"up": "\N{UPWARDS ARROW}", "down": "\N{DOWNWARDS ARROW}", "equal": "="}
NUMBERS = ("day", "month", "nodes")


@dataclass(frozen=True)
class Asked:
    """What was chosen, and what can be."""

    key: str
    kind: str
    municipality: str
    sort: str
    keys: Sequence[str]
    kinds: Sequence[str]
    municipalities: Sequence[Zone]
    zones: Sequence[Zone]  # all, of which a year report can be had
    years: Sequence[int]
    last: date | None = None  # day up to which; without the newest

    def query(self, **other: str) -> str:
        """Options of the address, some of them other ones."""
        told = {"quantity": self.key, "kind": self.kind, "municipality": self.municipality}
        told["last"] = "" if self.last is None else str(self.last)
        return urlencode({name: value for name, value in (told | other).items() if value})


def to_empty(words: Words) -> str:
    """The page while there are no zones: what they are, and how they come here."""
    why = (
        f"<p>{escape(words('areas.none.why'))}</p>"
        "<pre tabindex='0'><code>meten zone add buurten.geojson --kind neighbourhood"
        " --name-from buurtcode --label-from buurtnaam</code></pre>"
        f"<p>{escape(words('areas.none.more'))}</p>"
    )
    told = f'<div class="notice-plain"><strong>{escape(words("areas.none"))}</strong>{why}</div>'
    return page(words, PATH, words("areas.title"), told)


def to_silent(words: Words) -> str:
    """The page while nothing was ever measured."""
    title, why = escape(words("no.data")), escape(words("no.data.why"))
    told = f'<div class="notice-plain"><strong>{title}</strong><p>{why}</p></div>'
    return page(words, PATH, words("areas.title"), told)


def to_page(words: Words, asked: Asked, found: Areas) -> str:
    """Whole document; the areas are in the order in which they are shown."""
    parts = (
        f'<p class="lead">{escape(words("areas.lead"))}</p>',
        write_choices(words, asked),
        write_changes(words, found),
        write_areas(words, asked, found),
        write_meaning(words, asked),
        write_stations(words, found),
        write_files(words, asked),
    )
    return page(words, PATH, words("areas.title"), "".join(parts))


def write_choices(words: Words, asked: Asked) -> str:
    """Quantity, kind and municipality; those alone of which there are several."""
    fields = [
        label(
            words("quantity"),
            select("quantity", ((key, words.quantity(key)) for key in asked.keys), asked.key),
        )
    ]
    if len(asked.kinds) > 1:
        kinds = ((kind, name_kind(words, kind)) for kind in asked.kinds)
        fields.append(label(words("areas.kind"), select("kind", kinds, asked.kind)))
    if len(asked.municipalities) > 1:
        names = [("", words("data.everywhere"))]
        names += [(zone.name, zone.label) for zone in asked.municipalities]
        chosen = select("municipality", names, asked.municipality)
        fields.append(label(words("data.municipality"), chosen))
    day = "" if asked.last is None else str(asked.last)
    fields.append(label(words("data.last"), f'<input type="date" name="last" value="{day}">'))
    button = f"<button>{escape(words('compare.show'))}</button>"
    return (
        f'<form method="get" action="/{words.language}/{PATH}" class="areas-form">'
        f"{''.join(fields)}{button}</form>"
    )


def name_kind(words: Words, kind: str) -> str:
    """Kind of a zone for people; a kind of somebody's own as it is."""
    known = {
        "municipality": "areas.kind.municipality",
        "district": "areas.kind.district",
        "wijk": "areas.kind.district",
        "neighbourhood": "areas.kind.neighbourhood",
        "buurt": "areas.kind.neighbourhood",
    }
    return words(known[kind]) if kind in known else kind


def write_changes(words: Words, found: Areas) -> str:
    """Who rose and who fell most, in a sentence each."""
    rise, fall = find_changes(found.areas)
    told = [
        words(key, label=area.zone.label, percent=to_percent(words, area))
        for key, area in (("areas.rise", rise), ("areas.fall", fall))
        if area is not None
    ]
    if not told:
        known = any(area.change is not None for area in found.areas)
        told = [words("areas.change.none" if known else "areas.change.unknown", days=MONTH_D)]
    return f'<p id="areas-changes">{escape(" ".join(told))}</p>'


def to_percent(words: Words, area: Area) -> str:
    """Change in percent, without its sign."""
    return words.number(abs(100 * (area.change or 0)))


def write_areas(words: Words, asked: Asked, found: Areas) -> str:
    """A row a zone."""
    heads = "".join(write_head(words, asked, name) for name in SORTS)
    rows = "".join(write_row(words, found.key, area) for area in found.areas)
    facts = {"quantity": words.quantity_unit(found.key), "time": words.time(found.stop)}
    caption = words("areas.caption", **facts)
    return to_frame(caption, heads, rows, "areas")


def write_head(words: Words, asked: Asked, name: str) -> str:
    """Heading of a column, a link that sorts by it."""
    is_chosen = name == asked.sort
    order = "ascending" if name == "name" else "descending"
    sorted_so = f' aria-sort="{order}"' if is_chosen else ""
    kind = ' class="number"' if name in NUMBERS else ""
    address = escape(f"/{words.language}/{PATH}?{asked.query(sort=name)}")
    sign = " \N{BLACK DOWN-POINTING SMALL TRIANGLE}" if is_chosen else ""
    told = escape(words(f"areas.column.{name}"))
    return f'<th scope="col"{kind}{sorted_so}><a href="{address}">{told}{sign}</a></th>'


def write_row(words: Words, key: str, area: Area) -> str:
    """One zone."""
    target = f"/{words.language}/area/{area.zone.name}?quantity={key}"
    cells = [
        f'<th scope="row"><a href="{escape(target)}">{escape(area.zone.label)}</a></th>',
        cell(words.value(key, area.day.mean), "number"),
        cell(words.value(key, area.month.mean), "number"),
        cell(write_trend(words, area)),
        cell(write_year(words, key, area.year)),
        cell(write_above(words, area)),
        cell(write_capture(words, area.year)),
        cell(words.number(area.zone.nodes), "number"),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def cell(text: str, kind: str = "") -> str:
    """One cell of text."""
    named = f' class="{kind}"' if kind else ""
    return f"<td{named}>{escape(text)}</td>"


def write_trend(words: Words, area: Area) -> str:
    """Arrow, words and figure; or why it cannot be told."""
    change = area.change
    if change is None:
        counts = {"now": area.month.measured, "before": area.before.measured, "of": MONTH_D}
        return words("areas.trend.unknown", **counts)
    if abs(change) <= EQUAL:
        return f"{ARROWS['equal']} {words('areas.trend.equal')}"
    way = "up" if change > 0 else "down"
    told = words(
        "areas.trend.up" if change > 0 else "areas.trend.down", percent=to_percent(words, area)
    )
    return f"{ARROWS[way]} {told}"


def write_year(words: Words, key: str, year: Statistics) -> str:
    """Mean so far beside the limits of a year, with a sign and in words."""
    mean = words.value(key, year.mean)
    limits = [limit for limit in find_lines(key, "year") if limit.norm in NORMS]
    if not limits or not year.measured:
        return mean
    verdicts = [judge(year, limit) for limit in limits]
    if all(verdict == UNKNOWN for verdict in verdicts):
        return f"{mean}; {SIGNS[UNKNOWN]} {words('areas.year.unknown')}"
    told = (say_verdict(words, *pair) for pair in zip(verdicts, limits, strict=True))
    return f"{mean}; {'; '.join(told)}"


def write_above(words: Words, area: Area) -> str:
    """Days above each limit of a day."""
    if not area.above or not area.year.measured:
        return DASH
    return "; ".join(
        words(
            "areas.above",
            count=words.number(count),
            norm=limit.norm,
            value=words.number(limit.value),
            allowed=limit.allowed,
        )
        for limit, count in area.above
    )


def write_meaning(words: Words, asked: Asked) -> str:
    """How the numbers are made, folded."""
    names = ("day", "trend", "year", "above", "indicative")
    items = "".join(f"<li>{escape(words(f'areas.meaning.{name}'))}</li>" for name in names)
    title = escape(words("areas.meaning"))
    more = f'<p><a href="/v1/exceedances?quantity={asked.key}">/v1/exceedances</a></p>'
    limited = more if find_lines(asked.key, "year") else ""
    return f'<details class="folded"><summary>{title}</summary><ul>{items}</ul>{limited}</details>'


def write_stations(words: Words, found: Areas) -> str:
    """Official stations in and around the zones; a sentence where there are none."""
    title = f"<h2>{escape(words('areas.stations'))}</h2>"
    if not found.stations:
        return f"{title}<p>{escape(words('areas.stations.none'))}</p>"
    caption = words("areas.stations.caption", quantity=words.quantity_unit(found.key))
    heads = ("areas.column.name", "areas.stations.kind", "areas.column.day", "areas.column.month")
    head = "".join(
        f'<th scope="col"{kind}>{escape(words(name))}</th>'
        for name, kind in zip(heads, ("", "", *[' class="number"'] * 2), strict=True)
    )
    rows = "".join(write_station(words, found.key, station) for station in found.stations)
    return title + to_frame(caption, head, rows)


def write_station(words: Words, key: str, station: Station) -> str:
    """One official station."""
    kinds = {
        "traffic": "areas.station.traffic",
        "background": "areas.station.background",
        "industry": "areas.station.industry",
        "weather": "areas.station.weather",
    }
    return (
        f'<tr><th scope="row">{escape(station.name)}</th>{cell(words(kinds[station.kind]))}'
        f"{cell(words.value(key, station.day), 'number')}"
        f"{cell(words.value(key, station.month), 'number')}</tr>"
    )


def write_files(words: Words, asked: Asked) -> str:
    """The table as CSV, and the year report of a zone."""
    target = escape(f"/{words.language}/{PATH}.csv?{asked.query(sort=asked.sort)}")
    chosen = asked.municipality or next((zone.name for zone in asked.municipalities), "")
    zones = [("", words("data.everywhere"))]
    zones += [(zone.name, f"{zone.label} ({name_kind(words, zone.kind)})") for zone in asked.zones]
    years = ((str(year), str(year)) for year in asked.years)
    fields = label(words("areas.report.of"), select("zone", zones, chosen))
    fields += label(words("areas.report.year"), select("year", years, str(asked.years[0])))
    return (
        f"<h2>{escape(words('areas.files'))}</h2>"
        f'<p><a class="action" href="{target}">{escape(words("areas.csv"))}</a></p>'
        f"<h3>{escape(words('areas.report'))}</h3><p>{escape(words('areas.report.text'))}</p>"
        f'<form method="get" action="/{words.language}/{PATH}/report" class="areas-form">{fields}'
        f"{write_buttons(words, ('pdf', 'html'))}</form>"
    )


def write_buttons(words: Words, forms: Iterable[str]) -> str:
    """A button for each form of a report."""
    told = ((form, escape(words("areas.report.get", form=form.upper()))) for form in forms)
    return "".join(f'<button name="format" value="{form}">{text}</button>' for form, text in told)
