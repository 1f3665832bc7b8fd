"""Filters of SensorThings made at random, each with the obvious way to tell whether it holds.

A filter is its text and a function of one row in Python; NULL is None, in three-valued logic as SQL
has it. Nothing is shared with what is tested but the meaning.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """Text of a filter, and what it is of a row."""

    text: str
    value: Any  # row -> True, False, None, or a value

    def __repr__(self):
        return self.text


def _signs():
    return st.sampled_from(
        [
            ("eq", lambda a, b: a == b),
            ("ne", lambda a, b: a != b),
            ("lt", lambda a, b: a < b),
            ("le", lambda a, b: a <= b),
            ("gt", lambda a, b: a > b),
            ("ge", lambda a, b: a >= b),
        ]
    )


def _both(function):
    """Function that is None where an argument is."""
    return lambda *given: None if None in given else function(*given)


def _compare(left, sign, right):
    word, holds = sign
    known = _both(holds)
    return Made(
        f"{left.text} {word} {right.text}", lambda row: known(left.value(row), right.value(row))
    )


def _call(name, *given, by):
    known = _both(by)
    text = f"{name}({','.join(each.text for each in given)})"
    return Made(text, lambda row: known(*(each.value(row) for each in given)))


def _literal(text, value):
    return Made(text, lambda _row: value)


def _quote(text):
    return "'" + text.replace("'", "''") + "'"


NUMBERS = st.one_of(
    st.integers(-5, 300).map(lambda n: _literal(str(n), float(n))),
    st.integers(0, 3000).map(lambda n: _literal(f"{n / 100:.2f}", n / 100)),
    st.just(Made("result", lambda row: row["result"])),
    st.just(Made("round(result)", lambda row: float(int(row["result"] + 0.5)))),
    st.just(Made("floor(result)", lambda row: float(int(row["result"] // 1)))),
    st.just(Made("ceiling(result)", lambda row: float(-int(-row["result"] // 1)))),
    st.just(Made("result div 0", lambda _row: None)),
    st.just(Made("result add 10", lambda row: row["result"] + 10)),
    st.just(Made("(result sub 4) mul 2", lambda row: (row["result"] - 4) * 2)),
    st.just(Made("hour(phenomenonTime)", lambda row: float(row["time"].hour))),
    st.just(Made("minute(phenomenonTime)", lambda row: float(row["time"].minute))),
    st.just(Made("day(resultTime)", lambda row: float(row["time"].day))),
    st.just(Made("length(Datastream/name)", lambda row: float(len(row["stream"])))),
    st.just(Made("resultQuality/qartod", lambda row: float(row["flag"]))),
    st.just(Made("parameters/correction", lambda _row: None)),
)
WORDS = st.sampled_from(["box", "a:pm", "pm25", "o'c", "B", "", "'; DROP TABLE a; --", "%", "_"])
TEXTS = st.one_of(
    WORDS.map(lambda word: _literal(_quote(word), word)),
    st.just(Made("Datastream/name", lambda row: row["stream"])),
    st.just(Made("Datastream/Thing/name", lambda row: row["node"])),
    st.just(Made("Datastream/ObservedProperty/@iot.id", lambda row: row["quantity"])),
    st.just(Made("toupper(Datastream/Thing/name)", lambda row: row["node"].upper())),
    st.just(Made("concat(Datastream/Thing/name,'!')", lambda row: row["node"] + "!")),
    st.just(Made("substring(Datastream/name,4)", lambda row: row["stream"][4:])),
    st.just(Made("Datastream/unitOfMeasurement/symbol", lambda row: row["symbol"])),
)
FLAGS = st.one_of(
    st.tuples(TEXTS, TEXTS).map(
        lambda two: _call("substringof", *two, by=lambda inner, text: inner in text)
    ),
    st.tuples(TEXTS, TEXTS).map(
        lambda two: _call("contains", *two, by=lambda text, inner: inner in text)
    ),
    st.tuples(TEXTS, TEXTS).map(lambda two: _call("startswith", *two, by=str.startswith)),
    st.tuples(TEXTS, TEXTS).map(lambda two: _call("endswith", *two, by=str.endswith)),
)


def times(start, count, step_s):
    """Moments around samples from ``start`` on, as they may be written."""

    def write(second):
        moment = datetime.fromtimestamp(start + second, UTC)
        return _literal(f"{moment:%Y-%m-%dT%H:%M:%SZ}", moment)

    phenomenon = Made("phenomenonTime", lambda row: row["time"])
    return st.one_of(
        st.integers(-step_s, (count + 1) * step_s).map(write),
        st.just(phenomenon),
        st.just(Made("resultTime", lambda row: row["time"])),
        st.just(Made("mindatetime()", lambda _row: EPOCH)),
    )


def comparisons(moments):
    """One comparison of numbers, texts or times."""
    pairs = [st.tuples(kind, _signs(), kind) for kind in (NUMBERS, moments)]
    equal = _signs().filter(lambda sign: sign[0] in {"eq", "ne"})  # the rest is of collations
    pairs.append(st.tuples(TEXTS, equal, TEXTS))
    return st.one_of(st.one_of(*pairs).map(lambda three: _compare(*three)), FLAGS)


def _and(one, two):
    def value(row):
        both = (one.value(row), two.value(row))
        return False if False in both else None if None in both else True

    return Made(f"({one.text}) and ({two.text})", value)


def _or(one, two):
    def value(row):
        both = (one.value(row), two.value(row))
        return True if True in both else None if None in both else False

    return Made(f"({one.text}) or ({two.text})", value)


def _not(one):
    def value(row):
        inner = one.value(row)
        return None if inner is None else not inner

    return Made(f"not ({one.text})", value)


def filters(start, count, step_s):
    """Filters on observations of samples from ``start`` on."""
    return st.recursive(
        comparisons(times(start, count, step_s)),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: _and(*two)),
            st.tuples(inner, inner).map(lambda two: _or(*two)),
            inner.map(_not),
        ),
        max_leaves=5,
    )
