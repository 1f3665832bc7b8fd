"""The list of open places, each with its highest level."""

from datetime import datetime
from html import escape
from typing import Any

from predict.crowd.levels import GREEN, UNKNOWN
from storage.crowd_reading import read_open_places

from ..pages.pieces import Html, to_notice, to_table
from ..words import Words
from .addresses import to_address
from .marks import to_level
from .view import STALE_S, STALE_STEPS


def show_places(connection: Any, words: Words, moment: datetime) -> str:
    """Content of the page, HTML."""
    found = read_open_places(connection)
    lead = f'<p class="lead">{escape(words("crowd.lead"))}</p>'
    if not found:
        return lead + to_notice(words("crowd.none"), [words("crowd.none.why")])
    rows = []
    for each in found:
        level, time = find_level(each, moment), each["time"]
        rows.append(
            (
                Html(
                    f'<a href="{to_address(words, each["place"])}">'
                    f"{escape(each['title'] or each['place'])}</a>"
                ),
                Html(to_level(words, level)),
                words("node.never") if time is None else f"{words.time(time)}",
                words.number(len(each["signal"] or ())),
            )
        )
    keys = ("crowd.place", "crowd.highest", "crowd.counted", "crowd.numbers")
    head = [words(key) for key in keys]
    return lead + to_table(head, rows, words("crowd.places"), (3,))


def find_level(said: dict[str, Any], moment: datetime) -> int:
    """Highest level of a place that may be told: calm only where all of it is known and fresh."""
    if said["time"] is None:
        return UNKNOWN
    if (moment - said["time"]).total_seconds() > STALE_STEPS * said["step_s"] + STALE_S:
        return UNKNOWN
    highest = max(said["signal"], default=UNKNOWN)
    doubt = any(said["judged"]) or UNKNOWN in said["signal"]
    return UNKNOWN if highest == GREEN and doubt else highest
