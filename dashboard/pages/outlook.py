"""What is expected of days: chances of limits and the air quality index, of one place or of all."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from dash import html
from pandas import DataFrame

from lokaalmeten.forecasts import KINDS
from lokaalmeten.limits import WHO
from lokaalmeten.lki import GROUPS
from storage import reader
from storage.outlook import read_chances, read_day, read_index, read_indices

from ..words import DASH, ZONE, Words, unit_sign
from .parts import folded, table

SHOWN = 2  # days that are told in short: that of the round, and the next
LEAST, MOST = 0.01, 0.99  # beyond which a chance is not told more closely


def of_place(connection: Any, words: Words, name: str, key: str, said: dict[str, Any]) -> list[Any]:
    """The chance that tomorrow is above the WHO's value, the index of two days, and all days.

    Nothing where neither is told.
    """
    chances = read_chances(connection, "node", name, key)
    index = read_index(connection, "node", name)
    days = DataFrame({"day": []}) if index is None else index.days.head(SHOWN)
    facts = [fact for fact in (_tomorrow(words, key, chances),) if fact]
    facts += [
        _fact(words("outlook.index", day=name_day(words, row.day)), to_number(words, row))
        for row in list_rows(days)
    ]
    if not facts:
        return []
    parts: list[Any] = [html.Dl(facts, className="facts", id="outlook")]
    if index is not None:
        made = ", ".join(words.quantity(each) for each in index.substances)
        parts.append(html.P(words("outlook.index.note", substances=made), className="small"))
    if said.get("weather"):
        told = words(f"outlook.weather.{said['weather']}", hours=said["weather_hours"])
        parts.append(html.P(told, className="small"))
    if len(chances):
        parts.append(folded(words("outlook.days"), _all(words, key, chances), "outlook-table"))
    return parts


def _tomorrow(words: Words, key: str, chances: DataFrame) -> Any:
    """The chance that the second day is above the value of the WHO."""
    who: DataFrame = chances.loc[chances["norm"] == WHO]
    if len(who) < SHOWN:
        return None
    day, chance = who["day"].iloc[1], who["chance"].iloc[1]
    named = name_day(words, date.fromisoformat(day))
    label = words("outlook.chance", quantity=words.quantity(key), day=named)
    return _fact(label, to_percent(words, chance))


def _fact(label: str, value: str) -> Any:
    return html.Div([html.Dt(label), html.Dd(value)])


def _all(words: Words, key: str, chances: DataFrame) -> Any:
    """Each day and limit in a table."""
    limits = list(dict.fromkeys(zip(chances["norm"], chances["bound"], strict=True)))
    told = chances.set_index(["day", "norm"])["chance"].to_dict()
    rows = [
        (
            words.day(date.fromisoformat(day)),
            *(to_percent(words, told[day, norm]) for norm, _ in limits),
        )
        for day in dict.fromkeys(chances["day"])
    ]
    named = [to_limit(words, key, bound, norm) for norm, bound in limits]
    heads = [words("outlook.above", limit=limit) for limit in named]
    caption = words("outlook.caption", quantity=words.quantity(key))
    return table((words("outlook.day"), *heads), rows, caption, numbers=range(1, len(heads) + 1))


def of_all(connection: Any, words: Words, key: str, cutoff: datetime) -> list[Any]:
    """What is expected of the day after a cutoff at all nodes, the likeliest above first.

    Of official stations where no node measures the quantity; nothing where nothing is told.
    """
    today = cutoff.astimezone(ZONE).date()
    for kind in KINDS[:2]:
        chances = read_day(connection, kind, key, today + timedelta(days=1), WHO)
        if len(chances):
            return _places(connection, words, key, kind, chances, today)
    return []


def _places(
    connection: Any, words: Words, key: str, kind: str, chances: DataFrame, today: date
) -> list[Any]:
    found = read_indices(connection, kind)
    by_day = {(row.place, row.day): to_number(words, row) for row in list_rows(found)}
    days = [today + timedelta(days=ahead) for ahead in range(SHOWN)]
    labels = dict(reader.nodes(connection)[["name", "label"]].to_numpy(object).tolist())
    ordered = chances.sort_values(["chance", "place"], ascending=[False, True])
    rows = [
        (
            _link(words, kind, place, labels, key),
            to_percent(words, chance),
            *(by_day.get((place, day), DASH) for day in days),
        )
        for place, chance in zip(ordered["place"], ordered["chance"], strict=True)
    ]
    bound = float(chances["bound"].iloc[0])
    named = [name_day(words, day) for day in days]
    heads = [
        words("node.name"),
        words("outlook.column.chance", day=named[1]),
        *(words("outlook.index", day=day) for day in named),
    ]
    caption = words("outlook.all.caption", limit=to_limit(words, key, bound, WHO))
    return [
        html.H2(words("outlook.all", quantity=words.quantity(key))),
        html.Div(table(heads, rows, caption, numbers=(1,)), id="outlook-all"),
    ]


def _link(words: Words, kind: str, place: str, labels: dict[str, str], key: str) -> Any:
    if kind != "node":
        return place
    address = f"/{words.language}/node/{place}?quantity={key}"
    return html.A(labels.get(place) or place, href=address)


def of_scores(words: Words, key: str, found: DataFrame) -> list[Any]:
    """How good the chances of days were; nothing where no day was scored."""
    if found.empty:
        return []
    rows = [
        (
            to_limit(words, key, row.bound, row.norm),
            words.number(row.days_ahead),
            words.number(row.forecasts),
            words.number(row.brier, 3),
            words.number(row.usual, 3),
        )
        for row in list_rows(found)
    ]
    names = ("limit", "ahead", "count", "brier", "usual")
    heads = [words(f"outlook.scores.{name}") for name in names]
    scores = table(heads, rows, words("outlook.scores.caption"), numbers=range(1, len(heads)))
    return [
        html.H2(words("outlook.scores")),
        html.P(words("outlook.scores.text")),
        html.Div(scores, id="outlook-scores"),
    ]


def list_rows(frame: DataFrame) -> Iterable[Any]:
    """Rows of a short frame by the names of its columns."""
    return frame.itertuples()


def name_day(words: Words, day: date, today: date | None = None) -> str:
    """Today and tomorrow by name, with their date; another day by its date alone."""
    ahead = (day - (today or datetime.now(ZONE).date())).days
    name = words(("outlook.today", "outlook.tomorrow")[ahead]) if ahead in (0, 1) else ""
    short = f"{day.day} {words.month(day.month)}"
    return f"{name} ({short})" if name else short


def to_number(words: Words, row: Any) -> str:
    """Index of a day: its middle, in words, and what it is likely between."""
    group = words(f"lki.{GROUPS[int(row.middle) - 1]}")
    likely = f" ({row.low}{DASH}{row.high})" if row.low != row.high else ""
    return f"{row.middle} {group}{likely}"


def to_percent(words: Words, chance: float) -> str:
    """A chance in whole percent; never none, never all."""
    if chance < LEAST:
        return f"< {words.number(100 * LEAST)}%"
    return f"> {words.number(100 * MOST)}%" if chance > MOST else f"{words.number(100 * chance)}%"


def to_limit(words: Words, key: str, bound: float, norm: str) -> str:
    """Value of a limit with its unit, and whose it is."""
    return f"{words.number(bound)} {unit_sign(key)} ({norm})"
