"""The page that says how good earlier forecasts were, and of which nodes there are none now."""

from typing import Any

from dash import html
from pandas import DataFrame

from lokaalmeten.forecasts import KINDS, QUANTITIES
from storage import reader
from storage.forecasts import read_issues, read_rounds

from .. import figures
from ..scores import DAY_AHEAD, SPANS, WEEKS, Score, Scores, read_recent
from ..source import Source
from ..words import Words, decimals, unit_sign
from . import outlook
from .parts import NothingYetError, chart, choices, folded, notice, table

RIGHT = (75, 85)  # percent inside the interval of 80 % that is as it should be
EVERY = range(1, 73, 6)  # first hours ahead of the parts that a chart shows


async def layout(source: Source, words: Words, _name: str, query: dict[str, str]) -> Any:
    """Choice of quantity, then in words, as a chart and as tables; the address may name one.

    Raises:
        NothingYetError: no forecast of the quantity was ever scored.

    """
    return await source.ask(_read, words, query.get("quantity"))


def _read(connection: Any, words: Words, asked: str | None) -> Any:
    rounds = read_rounds(connection)
    there = [key for key in QUANTITIES if key in set(rounds["quantity"])]
    key = asked if asked in QUANTITIES else next(iter(there), QUANTITIES[0])
    found = read_kind(connection, key)
    top = [
        html.P(words("forecasts.lead"), className="lead"),
        choices(words, "forecasts", there, key),
    ]
    now = _now(connection, words, key, rounds) if key in there else []
    score = found.all() if found else None
    if found is None or score is None:
        why = words("forecasts.none.why", quantity=words.quantity(key))
        raise NothingYetError([*top, notice(words("forecasts.none"), why), *now])
    return html.Div(
        [
            *top,
            html.H2(words("forecasts.short")),
            *_short(words, key, found, score),
            html.H2(words("forecasts.ahead")),
            _chart(words, key, found),
            _by_ahead(words, key, found),
            html.H2(words("forecasts.weeks")),
            _by_week(words, key, found),
            folded(words("forecasts.meaning"), _meaning(words), "forecasts-meaning"),
            *outlook.of_scores(words, key, found.days),
            html.P(html.A(words("table.all"), href=f"/v1/forecasts/scores?quantity={key}")),
            *now,
        ]
    )


def read_kind(connection: Any, key: str) -> Scores | None:
    """Scores of nodes, or of official stations where no node measures the quantity."""
    found = read_recent(connection, key)
    return read_recent(connection, key, kind="station") if found and found.table.empty else found


def _short(words: Words, key: str, found: Scores, score: Score) -> list[Any]:
    """The outcome in three sentences."""
    inside = round(100 * score.inside[80])
    judged = "narrow" if inside < RIGHT[0] else "wide" if inside > RIGHT[1] else "good"
    told = [words(f"forecasts.inside.{judged}", inside=inside)]
    if day := found.ahead(*DAY_AHEAD):
        percent = round(100 * day.better)
        told.append(
            words(
                "forecasts.better" if percent > 0 else "forecasts.worse",
                missed=words.value(key, day.missed),
                naive=words.value(key, day.naive),
                percent=percent,
            )
        )
    span = words(
        "forecasts.span",
        quantity=words.quantity(key),
        first=words.day(found.first),
        last=words.day(found.last),
        count=words.number(score.forecasts),
    )
    return [html.P(" ".join(told), id="forecasts-short"), html.P(span)]


def _chart(words: Words, key: str, found: Scores) -> Any:
    parts = [(first + 5, found.ahead(first, first + 5)) for first in EVERY]
    known = [(ahead, score.missed, score.naive) for ahead, score in parts if score is not None]
    figure = figures.score_figure(words, key, known)
    return chart(words, "forecasts-figure", words("forecasts.chart"), figure)


def _by_ahead(words: Words, key: str, found: Scores) -> Any:
    spans = [(f"{first}\N{EN DASH}{last}", found.ahead(first, last)) for first, last in SPANS]
    rows = [(label, *_numbers(words, key, score)) for label, score in spans if score is not None]
    return _table(words, key, "ahead", rows)


def _by_week(words: Words, key: str, found: Scores) -> Any:
    rows = [(words.day(week), *_numbers(words, key, score)) for week, score in found.weeks()]
    return _table(words, key, "week", rows[::-1])


def _table(words: Words, key: str, kind: str, rows: list[tuple[str, ...]]) -> Any:
    head = [words(f"forecasts.column.{kind}"), words("forecasts.column.error")]
    head.append(words("forecasts.column.naive"))
    head += [words("forecasts.column.inside", level=level) for level in (50, 80, 95)]
    head += [words("forecasts.column.loss"), words("forecasts.column.naive_loss")]
    facts = {"quantity": words.quantity(key), "unit": unit_sign(key), "weeks": WEEKS}
    caption = words(f"forecasts.{'weeks' if kind == 'week' else kind}.caption", **facts)
    return table(head, rows, caption, numbers=range(1, len(head)))


def _numbers(words: Words, key: str, score: Score) -> tuple[str, ...]:
    digits = decimals(key)
    return (
        words.number(score.missed, digits),
        words.number(score.naive, digits),
        *(words.number(100 * score.inside[level]) for level in (50, 80, 95)),
        words.number(score.loss, 2),
        words.number(score.naive_loss, 2),
    )


def _meaning(words: Words) -> Any:
    names = ("error", "naive", "inside", "loss", "change")
    return html.Ul([html.Li(words(f"forecasts.meaning.{name}")) for name in names])


def _now(connection: Any, words: Words, key: str, rounds: DataFrame) -> list[Any]:
    """When the newest forecasts were made, for how many places, and who has none and why."""
    issues = read_issues(connection, key)
    refused = issues["reason"].notna().to_numpy()
    kinds = issues["kind"].to_numpy(object)
    counts = {kind: int((~refused & (kinds == kind)).sum()) for kind in KINDS}
    places = [
        words(f"forecasts.places.{kind}", count=words.number(count))
        for kind, count in counts.items()
        if count
    ]
    moment = dict(zip(rounds["quantity"], rounds["issue_time"], strict=True))[key]
    text = words(
        "forecasts.now.text",
        time=words.time(moment.to_pydatetime()),
        places="; ".join(places) or words.number(0),
    )
    link = html.A(words("nodes.title"), href=f"/{words.language}/nodes")
    parts = [html.H2(words("forecasts.now")), html.P([text, " ", link])]
    cutoff = dict(zip(rounds["quantity"], rounds["cutoff"], strict=True))[key]
    without = issues.loc[refused & (kinds == "node")]
    parts += [_refused(connection, words, key, without)] if len(without) else []
    return [*parts, *outlook.of_all(connection, words, key, cutoff.to_pydatetime())]


def _refused(connection: Any, words: Words, key: str, issues: DataFrame) -> Any:
    nodes = reader.nodes(connection)
    labels = dict(zip(nodes["name"], nodes["label"], strict=True))
    rows = [
        (
            html.A(
                labels.get(place) or place, href=f"/{words.language}/node/{place}?quantity={key}"
            ),
            words(f"forecasts.why.{reason}", history=words.number(history)),
        )
        for place, reason, history in zip(
            issues["place"], issues["reason"], issues["history"], strict=True
        )
    ]
    return table((words("node.name"), words("forecasts.why")), rows, words("forecasts.refused"))
