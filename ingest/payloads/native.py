"""Native JSON, topic ``lm/1/<node>/json``: one sample, or a list of samples.

    {"t": 1760000000, "pm25": 12.3, "temperature": 18.5, "lat": 52.0907, "lon": 5.1213}

Keys are those of `lokaalmeten/quantities.py`, in its units; `samples.py` says what else may
stand in a sample. Everything is optional but one quantity or, from a moving node, a place.
"""

from collections.abc import Mapping, Sequence

import orjson

from ..decode import Decoded, Message, Node
from .samples import Reading, decode_samples


def decode(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn native JSON into Observations and Rejected; never raises for what a payload holds."""
    return decode_samples(messages, registry, read)


def read(payload: bytes, _received: int) -> Reading:
    """Samples of one payload, and why something of it is none.

    >>> read(b'[{"pm25": 12.3}, 7]', 0)
    ([{'pm25': 12.3}], 'not a sample')
    """
    # Joining the payloads of a batch into one JSON array was tried: it saves 3 % of the whole,
    # and needs a secret separator, or one node could close another's brackets.
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return [], "not JSON"
    if type(document) is dict:
        return [document], None
    if type(document) is not list:
        return [], "not a sample"
    samples = [sample for sample in document if type(sample) is dict]
    if len(samples) < len(document):
        return samples, "not a sample"
    return samples, None if samples else "empty"
