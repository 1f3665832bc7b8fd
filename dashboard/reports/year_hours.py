"""The chapters of a year report about its hours: as air quality index, and how many there are."""

from collections.abc import Iterator

from lokaalmeten.lki import GROUPS

from ..words import Words
from .charts import draw_shares
from .document import Block, Cell, Heading, Paragraph, Picture, Table
from .year_facts import (
    CAPTURE,
    QUANTITIES,
    Year,
    to_captures,
    to_means,
    to_node_groups,
    to_shares,
)
from .year_quantity import to_group_keys


def write_index(year: Year, words: Words) -> Iterator[Block]:
    """The hours as Dutch air quality index."""
    yield Heading(words("year.lki"))
    measured = [words.quantity(key) for key in QUANTITIES if len(year.days[key])]
    absent = [words.quantity(key) for key in QUANTITIES if year.days[key].empty]
    parts, others = ", ".join(measured), ", ".join([*absent, words("year.lki.ozone")])
    yield Paragraph(words("year.lki.text", parts=parts, absent=others))
    nodes = to_node_groups(year)
    if nodes.empty:
        yield Paragraph(words("year.lki.none"))
        return
    shares = to_shares(year)
    good = 100 * nodes[1].sum() / nodes.to_numpy().sum()
    missing = 100 * (1 - shares.sum(axis=1)).mean()
    yield Picture(
        draw_shares(
            words,
            [words.short_month(int(month)) for month in shares.index],
            shares.to_numpy(float).tolist(),
            to_group_keys(words, range(1, 6)),
            words("report.missing"),
        ),
        words("year.lki.alt", good=words.number(good), missing=words.number(missing)),
        words("year.lki.picture"),
    )
    labels = year.nodes.set_index("name")["label"]
    head = [words("year.node"), words("year.lki.hours"), *say_groups(words)]
    rows = [
        (
            labels[str(node)],
            words.number(own.sum()),
            *(f"{words.number(100 * own[group] / own.sum(), 1)}%" for group in own.index),
        )
        for node, own in nodes.iterrows()
    ]
    yield Table(words("year.lki.table"), head, rows)


def say_groups(words: Words) -> list[str]:
    """Classes of the LKI with their numbers: good (1-3)."""
    spans = [[n for n, group in enumerate(GROUPS, 1) if group == g] for g in range(1, 6)]
    named = enumerate(spans, 1)
    return [
        words("year.lki.range", name=words(f"lki.{g}"), low=span[0], high=span[-1])
        if len(span) > 1
        else f"{words(f'lki.{g}')} ({span[0]})"
        for g, span in named
    ]


def write_captures(year: Year, words: Words) -> Iterator[Block]:
    """How much of each month each node measured."""
    yield Heading(words("year.capture"))
    yield Paragraph(words("year.capture.text"))
    labels = year.nodes.set_index("name")["label"]
    for key in QUANTITIES:
        shares = to_captures(year, key)
        if shares.empty:
            continue
        whole = to_means(year, key).set_index("node")["capture"]
        head = [words("year.node"), *(words.short_month(int(m)) for m in shares.columns)]
        rows = [
            (
                labels[str(node)],
                *(Cell(words.number(100 * x), "" if x >= CAPTURE else "unknown") for x in own),
                words.number(100 * whole[node]),
            )
            for node, own in shares.iterrows()
        ]
        caption = words("year.capture.table", quantity=words.quantity(key))
        yield Table(caption, [*head, words("year.whole")], rows)
