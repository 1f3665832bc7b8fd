"""Payloads: every form in which a sample can arrive, all ending in the same columns.

group the messages by the form of their topic -> decode each group at once
-> Observations, what was refused with its reason, which pages arrived and what anchors they told

`topics.py` knows the topics, `samples.py` turns samples into columns, each other file reads
one form. The page has its own road, `ingest/decode.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from lokaalmeten import wire
from lokaalmeten.anchor import Anchor
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from .. import decode as pages
from ..decode import Arrivals, Decoded, Message, Node
from . import airrohr, native, senml, things_stack
from .topics import FILTERS, THINGS_STACK, to_form, to_node_name

__all__ = ["FILTERS", "FORMS", "REASONS", "decode", "to_form", "to_node_name"]

Decode = Callable[[Sequence[Message], Mapping[str, Node]], Decoded]

FORMS: dict[str, Decode] = {
    "page": pages.decode,
    "json": native.decode,
    "senml": senml.decode,
    "senml-cbor": senml.decode_cbor,
    THINGS_STACK: things_stack.decode,
    "airrohr": airrohr.decode,
}

# Every reason that a payload can be refused with; docs/payloads.md explains them.
REASONS = (
    *("unknown topic", "unknown node", "no time", "future"),
    *(*wire.REASONS, "wrong schema for node", "impossible anchor"),
    *("not JSON", "not CBOR", "not a sample", "unknown quantity"),  # "empty" as of a page
    *("not a number", "unreadable time", "time without zone", "bits"),
    *("not SenML", "SenML version", "SenML field", "wrong unit"),
    *("not an uplink", "no decoded payload", "simulated", "not airRohr"),
)


def decode(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn messages of any form into Observations and Rejected; never raises for what they hold.

    Each message is stored, rejected with one of REASONS, or both: what could be used is stored
    and the whole payload is kept for the part that could not.
    """
    groups: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        groups[to_form(message.topic)].append(message)
    rejected = [refuse_topic(message) for message in groups.pop("", ())]
    batch: list[Observations] = []
    arrivals: Arrivals = {}
    anchors: list[Anchor] = []
    for form, group in groups.items():
        decoded = FORMS[form](group, registry)
        batch += decoded.batch
        rejected += decoded.rejected
        arrivals |= decoded.arrivals
        anchors += decoded.anchors
    return Decoded(batch, rejected, arrivals, anchors)


def refuse_topic(message: Message) -> Rejected:
    """Keep a message whose topic has no form of ours."""
    node = to_node_name(message.topic)
    return Rejected(node, message.topic, "unknown topic", message.payload, message.received)
