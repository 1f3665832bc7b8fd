"""Topics: which form of payload a topic carries, and which node it is about."""

from functools import lru_cache

# Forms of our own topics, lm/1/<node>/<form>.
OWN = ("page", "json", "senml", "senml-cbor", "airrohr")
THINGS_STACK = "things-stack"

# What the ingest subscribes to: our own forms, then The Things Stack v3 and its forerunner v2.
FILTERS = (
    *(f"lm/1/+/{form}" for form in OWN),
    "v3/+/devices/+/up",
    "+/devices/+/up",
)


@lru_cache(maxsize=2**16)  # a node says the same topic for ever; splitting costs 5 times more
def read_topic(topic: str) -> tuple[str, str]:
    """Form and node name of a topic; the form is empty when it is none of ours.

    >>> read_topic("lm/1/box-1/json"), read_topic("v3/kits@ttn/devices/Kit-7/up")
    (('json', 'box-1'), ('things-stack', 'kit-7'))
    """
    match topic.split("/"):
        case ["lm", "1", node, form]:
            return (form if form in OWN else ""), node
        case ["v3", _, "devices", device, "up"] | [_, "devices", device, "up"]:
            return THINGS_STACK, device.lower()
        case _:
            return "", ""


def to_form(topic: str) -> str:
    """Form of the payload on a topic: a key of ``payloads.FORMS``, or empty."""
    return read_topic(topic)[0]


def to_node_name(topic: str) -> str:
    """Name of the node that a topic is about; empty when the topic names none."""
    return read_topic(topic)[1]
