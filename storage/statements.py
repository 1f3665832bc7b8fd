"""The statements of rollups.sql, complete with what they say once per quantity.

Of thousands of hours only some quantities have a value, and each sum costs the server as much as
the whole way to its row: so a statement can be had for the places that are there alone. Corrected
values have the last places, and only where there are any are the arrays so long.
"""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from psycopg import sql

from lokaalmeten.quality import BITS, Flag
from lokaalmeten.quantities import SLOT

from .parts import NO_HIGH, NO_LOW
from .queries import fill, read_queries, to_piece
from .rows import CORRECTED_KEYS, JUDGED_BY, KEYS, ROLLED

PLACES = range(1, len(ROLLED) + 1)  # in the arrays
RAW = len(KEYS)  # the last place of a raw value
TABLES = {
    "buckets": """bucket AS (
    SELECT node_id, to_timestamp(hour) AS hour
    FROM unnest(%(node)s::integer[], %(hour)s::bigint[]) AS given (node_id, hour)
)""",
    "places": """touched AS (
    SELECT place, day FROM unnest(%(place)s::bigint[], %(day)s::date[]) AS given (place, day)
)""",
    "days": """touched AS (
    SELECT node_id, day FROM unnest(%(node)s::integer[], %(day)s::date[]) AS given (node_id, day)
)""",
}
# 75 %, what European data capture asks of an hour
CAPTURED = "4 * good[{0}] >= 3 * expected{0} AND expected{0} > 0"
NOTHING = {"samples": "0", "good": "0", "total": "0", "low": str(NO_LOW), "high": str(NO_HIGH)}
NOTHING |= {"expected": "0", "hours": "0", "sources": "0", "complete": "0", "median": "NULL"}
KIND = dict.fromkeys(NOTHING, "integer") | {"total": "bigint", "median": "double precision"}


def find_places(there: int) -> frozenset[int]:
    """Places whose bits are set, as column ``there`` has them."""
    return frozenset(place for place in PLACES if there >> (place - 1) & 1)


def choose_places(*, corrected: bool) -> frozenset[int]:
    """All places, of corrected values too where there are any."""
    return frozenset(PLACES if corrected else PLACES[:RAW])


@cache
def read_statement(name: str, places: frozenset[int] = frozenset(PLACES)) -> sql.Composed:
    """One statement, which takes quantities at other places to have no value."""
    pieces = {name: to_piece(text) for name, text in (TABLES | list_pieces(places)).items()}
    return fill(read_queries(Path(__file__).with_name("rollups.sql"))[name], **pieces)


def list_pieces(places: Collection[int]) -> dict[str, str]:
    """What is said once per quantity; of a value that is not good ``good_<key>`` is NULL."""
    wide = any(place > RAW for place in places)
    good_corrected = " OR ".join(f"sum(good[{place}]) > 0" for place in PLACES[RAW:])
    return {
        "judged": ", ".join(map(judge, places)),
        "sums": to_arrays(
            places,
            {
                "samples": "count({key})",
                "good": "count(good_{key})",
                "total": "coalesce(sum(good_{key}), 0)",
                "low": f"coalesce(min(good_{{key}}), {NO_LOW})",
                "high": f"coalesce(max(good_{{key}}), {NO_HIGH})",
            },
            " OR ".join(f"count({key}) > 0" for key in CORRECTED_KEYS),
        ),
        "bits": " | ".join(
            f"CASE WHEN count({ROLLED[i - 1]}) > 0 THEN {1 << i - 1} ELSE 0 END::bigint"
            for i in places
        ),
        "given": ", ".join(cut(name, f"there >> {RAW} > 0") if wide else name for name in WITH),
        "with_added": ", ".join(add(name, places) for name in WITH),
        "expected": "".join(f", max(samples[{i}]) OVER () AS expected{i}" for i in places),
        "by_day": to_arrays(
            places,
            TOGETHER
            | {
                "expected": "max(samples[{0}])",
                "hours": f"count(*) FILTER (WHERE {CAPTURED})",
            },
            f"bit_or(there) >> {RAW} > 0",
        ),
        "by_ride": ", ".join(
            f"{to_array(KIND[name], places, piece, name)} AS {name}"
            for name, piece in TOGETHER.items()
            if name != "samples"
        ),
        "by_place": to_arrays(places, OVER_NODES, good_corrected),
        "by_place_of_rides": to_arrays(places, OVER_NODES | {"complete": "0"}, good_corrected),
        "good_bits": " | ".join(
            (
                "0::bigint",
                *(
                    f"CASE WHEN sum(good[{i}]) > 0 THEN {1 << i - 1} ELSE 0 END::bigint"
                    for i in places
                ),
            )
        ),
    }


TOGETHER = {
    "samples": "sum(samples[{0}])",
    "good": "sum(good[{0}])",
    "total": "sum(total[{0}])",
    "low": "min(low[{0}])",
    "high": "max(high[{0}])",
}
OVER_NODES = {
    "sources": "count(*) FILTER (WHERE good[{0}] > 0)",
    "complete": "count(*) FILTER (WHERE hours[{0}] >= 18)",
    "good": "sum(good[{0}])",
    "total": "sum(total[{0}])",
    "low": "min(low[{0}])",
    "high": "max(high[{0}])",
    "median": "percentile_cont(0.5) WITHIN GROUP"
    " (ORDER BY total[{0}]::float8 / nullif(good[{0}], 0))",
}
WITH = {
    "samples": "{known} + EXCLUDED.samples[{0}]",
    "good": "{known} + EXCLUDED.good[{0}]",
    "total": "{known} + EXCLUDED.total[{0}]",
    "low": "least({known}, EXCLUDED.low[{0}])",
    "high": "greatest({known}, EXCLUDED.high[{0}])",
}


def add(name: str, places: Collection[int]) -> str:
    """Assignment to an array; where nothing comes, what is there stays."""
    raw = ", ".join(
        add_at(place, name) if place in places else f"h.{name}[{place}]" for place in PLACES[:RAW]
    )
    more = f"h.{name}[{RAW + 1}:]"
    if any(place > RAW for place in places):
        corrected = ", ".join(add_at(place, name) for place in PLACES[RAW:])
        more = f"CASE WHEN EXCLUDED.there >> {RAW} > 0 THEN ARRAY[{corrected}] ELSE {more} END"
    return f"{name} = ARRAY[{raw}] || {more}"


def add_at(place: int, name: str) -> str:
    """What is at a place of an array after something came; the array may end before it."""
    known = f"h.{name}[{place}]"
    if place > RAW:
        known = f"coalesce({known}, {NOTHING[name]})"
    return WITH[name].format(place, known=known)


def judge(place: int) -> str:
    """A value, and the same where it is good."""
    key = ROLLED[place - 1]
    slot = BITS * SLOT[JUDGED_BY[key]]
    good = f"flags IS NULL OR flags & {7 << slot} = {Flag.GOOD << slot}"
    return f"{key}, CASE WHEN {good} THEN {key} END AS good_{key}"


def to_arrays(places: Collection[int], pieces: Mapping[str, str], corrected: str) -> str:
    """Arrays by the piece of each; ``corrected`` says of a row whether it has corrected values."""
    wide = any(place > RAW for place in places)
    arrays = {name: to_array(KIND[name], places, piece, name) for name, piece in pieces.items()}
    return ", ".join(cut(f"({text})", corrected) if wide else text for text in arrays.values())


def to_array(kind: str, places: Collection[int], piece: str, name: str) -> str:
    """An array of one piece per quantity, and of nothing elsewhere."""
    all_places = PLACES if any(place > RAW for place in places) else PLACES[:RAW]
    each = (
        piece.format(place, key=ROLLED[place - 1]) if place in places else NOTHING[name]
        for place in all_places
    )
    return f"ARRAY[{', '.join(each)}]::{kind}[]"


def cut(array: str, corrected: str) -> str:
    """The array, without the places of corrected values where a row has none."""
    return f"{array}[:CASE WHEN {corrected} THEN {len(ROLLED)} ELSE {RAW} END]"
