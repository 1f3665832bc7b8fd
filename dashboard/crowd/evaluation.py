"""The page that says how good was what was said: always public to whoever sees the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

import numpy as np

from storage import crowd_reading as stored

from ..pages.pieces import Html, to_folded, to_list, to_notice, to_table
from ..words import ZONE, Words
from . import hindsight, saying
from .addresses import to_address
from .marks import to_level
from .parts import to_parts
from .view import View

USUAL, MOST = 7, 31  # days
OUTER = 95


@dataclass(frozen=True)
class Period:
    """Dutch days from the first up to and including the last."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """Moment at which it begins."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=ZONE)

    @property
    def stop(self) -> datetime:
        """Moment at which it is over."""
        after = self.last + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=ZONE)


def read_period(query: Mapping[str, str], moment: datetime) -> tuple[Period, bool]:
    """Period of an address; the usual one, and false, where it makes no sense."""
    today = moment.astimezone(ZONE).date()
    usual = Period(today - timedelta(days=USUAL - 1), today)
    asked = query.get("from") or None, query.get("to") or None
    if asked == (None, None):
        return usual, True
    try:
        last = date.fromisoformat(asked[1]) if asked[1] else today
        first = date.fromisoformat(asked[0]) if asked[0] else last - timedelta(days=USUAL - 1)
        sane = 0 <= (last - first).days < MOST and first.year >= 1970 and last.year < 2106
    except (ValueError, OverflowError):
        return usual, False
    return (Period(first, last), True) if sane else (usual, False)


def show_evaluation(connection: Any, words: Words, view: View, query: Mapping[str, str]) -> str:
    """Content of the page, HTML."""
    period, sane = read_period(query, view.moment)
    rows = stored.read_expected(connection, view.name, period.start, period.stop)
    grid = hindsight.to_grid(rows, view.gauges, view.step_s)
    notice = "" if sane else to_notice(words("crowd.eval.bad", days=MOST, usual=USUAL), [])
    top = to_parts(words, view, "evaluation") + notice + ask_period(words, view, period)
    if grid is None:
        return top + f"<p>{escape(words('crowd.eval.none'))}</p>"
    opened = stored.read_opened(connection, view.name, period.start)
    happened = stored.read_happened(connection, view.name, period.start, period.stop)
    alerts = hindsight.to_alerts(grid, view.gauges, opened, happened)
    known = words.number(100 * hindsight.find_known(grid))
    return "".join(
        (
            top,
            f"<p>{escape(words('crowd.eval.known', known=known))}</p>",
            show_errors(words, view, grid),
            show_alerts(words, hindsight.judge_alerts(grid, alerts), view.step_s),
            to_folded(words("crowd.eval.meaning"), explain(words)),
        )
    )


def ask_period(words: Words, view: View, period: Period) -> str:
    """Form for another period."""
    lead = words(
        "crowd.eval.lead", period=f"{words.day(period.first)} \N{EN DASH} {words.day(period.last)}"
    )
    inputs = "".join(
        f"<label>{escape(words(f'crowd.eval.{name}'))}"
        f'<input type="date" name="{name}" value="{day.isoformat()}"></label>'
        for name, day in (("from", period.first), ("to", period.last))
    )
    target = escape(to_address(words, view.name, "evaluation"))
    return (
        f'<p class="lead">{escape(lead)}</p><form class="period" method="get" action="{target}">'
        f'{inputs}<button type="submit">{escape(words("crowd.eval.show"))}</button></form>'
    )


def show_errors(words: Words, view: View, grid: hindsight.Grid) -> str:
    """Tables of errors by time ahead, of zones and of passages."""
    parts = [f"<section><h2>{escape(words('crowd.eval.errors'))}</h2>"]
    kinds = (("zone", slice(0, view.zones), 3), ("passage", slice(view.zones, None), 1))
    for kind, gauges, digits in kinds:
        rows = [
            (
                saying.to_span(words, score.ahead_s),
                words.number(score.number),
                words.number(score.error, digits),
                words.number(score.naive, digits),
                *(to_percent(words, share) for share in score.inside),
            )
            for score in hindsight.score_ahead(grid, gauges)
        ]
        head = [
            words("crowd.ahead"),
            *(words(f"crowd.eval.{k}") for k in ("number", "error", "naive")),
        ]
        head += [words("crowd.eval.inside", level=level) for level in (80, OUTER)]
        caption = words(f"crowd.eval.errors.{kind}", outer=OUTER)
        if rows:
            parts.append(to_table(head, rows, caption, range(1, len(head)), "apart"))
    if len(parts) == 1:
        parts.append(f"<p>{escape(words('crowd.eval.none'))}</p>")
    return f"{''.join(parts)}</section>"


def to_percent(words: Words, share: float) -> str:
    """Share in percent; a dash where it is not known."""
    return f"{words.number(100 * share)}%" if np.isfinite(share) else words.number(None)


def show_alerts(words: Words, told: list[hindsight.Told], step_s: int) -> str:
    """Table of what came and what had been said of it, by level."""
    rows = []
    for each in told[::-1]:
        lead = each.outcome.lead_rows
        rows.append(
            (
                Html(to_level(words, each.level)),
                words.number(each.came),
                words.number(each.outcome.hits),
                words.number(each.outcome.missed),
                words.number(each.outcome.false),
                saying.to_span(words, float(np.median(lead)) * step_s)
                if len(lead)
                else words.number(None),
            )
        )
    head = [words("crowd.level.then")]
    head += [words(f"crowd.eval.{k}") for k in ("came", "hits", "missed", "false", "lead_time")]
    table = to_table(head, rows, words("crowd.eval.alerts.caption"), range(1, 6))
    return f"<section><h2>{escape(words('crowd.eval.alerts'))}</h2>{table}</section>"


def explain(words: Words) -> str:
    """What the numbers mean."""
    facts = {
        "gap": saying.to_span(words, hindsight.GAP_S),
        "reach": saying.to_span(words, hindsight.REACH_S),
    }
    return to_list(words(f"crowd.eval.meaning.{k}", **facts) for k in ("error", "inside", "alerts"))
