"""A batch: messages gathered until there are enough of them or the first has waited enough."""

from collections.abc import Callable
from dataclasses import dataclass

from .decode import Message


@dataclass(frozen=True)
class Limits:
    """When a batch closes.

    By age as well as by number: a broker that lets only 20 messages be under way would wait
    for ever for the acknowledgement of the 21st.
    """

    messages: int = 2000
    age_s: float = 0.05
    wait_s: float = 0.5  # for a first message, so that the caller can look up now and then


def gather(
    take: Callable[[float], Message | None], limits: Limits, clock: Callable[[], float]
) -> list[Message]:
    """Messages of one batch in the order of arrival; empty when none came within ``wait_s``.

    ``take`` waits at most so many seconds for a message; ``clock`` counts seconds.
    """
    first = take(limits.wait_s)
    if first is None:
        return []
    batch = [first]
    closes = clock() + limits.age_s
    while len(batch) < limits.messages and (left := closes - clock()) > 0:
        message = take(left)
        if message is None:
            break
        batch.append(message)
    return batch
