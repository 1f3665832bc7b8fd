"""When a batch of messages closes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """When a batch closes: by number, or by age as soon as the one before it is kept.

    By age as well as by number: a broker that lets only 20 messages be under way would wait
    for ever for the acknowledgement of the 21st.
    """

    messages: int = 1000
    age_s: float = 0.01
    wait_s: float = 0.5  # for a batch, so that the caller can look up now and then
