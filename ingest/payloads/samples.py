"""Samples to columns: dictionaries in, one Observations out, the same rules for every form.

    gather   samples are grouped by their keys: nodes of one make send the same ones
    mend     in groups that hold anything but numbers, sample by sample
    stack    groups become columns: `columns.py`, from here on
    judge    rows without a usable time or content leave with a reason
    convert  units to whole steps, degrees to places and cells

A sample holds quantities in their units and, if it likes,

    t         Unix seconds or ISO 8601 with a zone; without it the time of arrival
    lat, lon  degrees, WGS84; only of moving nodes, a fixed one has its place in the registry
    accuracy  of that position, metres
    bits      the device's own error bits, 0-65535 (BIT_* of `lokaalmeten/wire.py`)

None is missing. Other keys are ignored beside something that can be used. The loops run once
a message or a sample and touch no value: numbers are converted by the column.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from lokaalmeten.quantities import BY_KEY
from lokaalmeten.rejected import Rejected

from ..decode import Decoded, Message, Node
from .columns import KNOWN, PLACE, Groups, judge, stack, to_columns, to_senders
from .topics import to_node_name

Sample = dict[str, Any]
Reading = tuple[list[Sample], str | None]  # samples, and why something of the payload is none

NUMBERS = frozenset((int, float, type(None)))


def decode_samples(
    messages: Sequence[Message],
    registry: Mapping[str, Node],
    read: Callable[[bytes, int], Reading],
) -> Decoded:
    """Turn messages into one Observations and Rejected; ``read`` takes one payload apart.

    ``read`` is given the payload and its time of arrival, and never raises. Its numbers are
    finite or None; anything else that it passes on is named by the rules here.
    """
    reasons: dict[int, str] = {}  # by place of the message, the first thing that was wrong
    nodes = [registry.get(to_node_name(message.topic)) for message in messages]
    groups, owners = gather(messages, nodes, read, reasons)
    rows = stack(mend(groups, owners, reasons), owners)
    batch = []
    if len(rows.message):
        senders = to_senders(messages, nodes, rows.message)
        good = judge(rows, senders, reasons)
        if not good.all():
            rows, senders = rows.take(good), senders.take(good)
        if len(rows.message):
            batch.append(to_columns(rows, senders))
    return Decoded(batch, [refuse(messages[index], reasons[index]) for index in sorted(reasons)])


def refuse(message: Message, reason: str) -> Rejected:
    """Keep a message for what of it could not be used."""
    name = to_node_name(message.topic)
    return Rejected(name, message.topic, reason, message.payload, message.received)


def gather(
    messages: Sequence[Message],
    nodes: Sequence[Node | None],
    read: Callable[[bytes, int], Reading],
    reasons: dict[int, str],
) -> tuple[Groups, list[int]]:
    """Samples of registered nodes, grouped by their keys, and the message of each sample."""
    groups: Groups = defaultdict(lambda: ([], []))
    owners: list[int] = []
    for index, (message, node) in enumerate(zip(messages, nodes, strict=True)):
        if node is None:
            reasons[index] = "unknown node"
            continue
        samples, reason = read(message.payload, message.received)
        if reason is not None:
            reasons[index] = reason
        for sample in samples:
            numbers, values = groups[tuple(sample)]
            numbers.append(len(owners))
            values += sample.values()
            owners.append(index)
    return groups, owners


def mend(groups: Groups, owners: Sequence[int], reasons: dict[int, str]) -> Groups:
    """Groups of numbers and None only; what is neither is left out and named."""
    mended: Groups = defaultdict(lambda: ([], []))
    wrong: dict[int, str] = {}
    for keys, (numbers, values) in groups.items():
        if NUMBERS.issuperset(map(type, values)):
            mended[keys][0].extend(numbers)
            mended[keys][1].extend(values)
            continue
        for place, number in enumerate(numbers):
            cells = values[place * len(keys) : (place + 1) * len(keys)]
            sample, reason = mend_sample(zip(keys, cells, strict=True))
            if reason is not None:
                wrong[number] = reason
            if sample is not None:
                mended[tuple(sample)][0].append(number)
                mended[tuple(sample)][1].extend(sample.values())
    for number in sorted(wrong):  # a message's own order, whatever else is in the batch
        reasons.setdefault(owners[number], wrong[number])
    return mended


def mend_sample(items: Iterable[tuple[str, Any]]) -> tuple[Sample | None, str | None]:
    """Sample without what is no number, and its reason; no sample when its time is unreadable.

    >>> mend_sample([("t", "1970-01-01T00:01:00Z"), ("pm25", "many"), ("pm10", 7)])
    ({'t': 60.0, 'pm10': 7}, 'not a number')
    """
    sample: Sample = {}
    reason = None
    for key, value in items:
        if type(value) in NUMBERS:
            sample[key] = value
        elif key == "t":
            try:
                sample[key] = to_seconds(value)
            except ValueError as error:
                return None, str(error)
        elif key in KNOWN:
            reason = "not a number"
        else:
            sample[key] = None
    if reason is not None and not any(key in BY_KEY or key in PLACE for key in sample):
        return None, reason
    return sample, reason


def to_seconds(value: Any) -> float:
    """Unix seconds of an ISO 8601 time; ValueError with the reason when it is none."""
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("unreadable time") from None
    if time.tzinfo is None:
        raise ValueError("time without zone")
    return time.timestamp()


def to_number(value: Any) -> float | None:
    """Finite float of a number that a payload holds, or None for anything else.

    >>> to_number(6), to_number(True), to_number("6"), to_number(10**400), to_number(math.nan)
    (6.0, None, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
