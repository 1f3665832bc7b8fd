"""What goes wrong, one kind after the other; each returns when it is over."""

import random
import time
from collections.abc import Callable

from tests.services.proxy import Proxy
from tests.soak.stage import Stage

Fault = Callable[[Stage, random.Random], None]

LONG_S = 12 * 3600  # how wrong a clock may be


def kill_ingest(stage: Stage, chance: random.Random) -> None:
    """The ingest is killed."""
    stage.kill("ingest", away_s=chance.uniform(0, 5))


def kill_broker(stage: Stage, chance: random.Random) -> None:
    """The broker is killed; every other time it has just written down what it holds."""
    if chance.random() < 0.5:
        stage.broker.save()
        time.sleep(0.5)
    stage.kill("broker", away_s=chance.uniform(0, 5))


def kill_database(stage: Stage, chance: random.Random) -> None:
    """The database is killed, postmaster and children at once."""
    stage.kill("database", away_s=chance.uniform(0, 10))


def kill_server(stage: Stage, chance: random.Random) -> None:
    """All three are killed."""
    stage.kill("ingest", "broker", "database", away_s=chance.uniform(0, 20))


def restart_ingest(stage: Stage, _: random.Random) -> None:
    """The ingest is ended and started, as for an upgrade."""
    stage.restart_ingest()


def hang_disk(stage: Stage, chance: random.Random) -> None:
    """The disk is slow: it hangs for seconds, and again."""
    for _ in range(8):
        stage.disk.hang(chance.uniform(0.3, 4))
        time.sleep(chance.uniform(0.1, 0.5))


def fill_disk(stage: Stage, chance: random.Random) -> None:
    """The disk is full for a while."""
    stage.disk.fill()
    try:
        time.sleep(chance.uniform(15, 40))
    finally:
        stage.disk.empty()


def step_clock(stage: Stage, chance: random.Random) -> None:
    """The clock of the ingest jumps, forward or back, and later it is right again."""
    stage.set_clock(chance.choice((-1, 1)) * chance.randint(60, LONG_S))
    time.sleep(chance.uniform(10, 30))
    stage.set_clock(0)


def cut_nodes(stage: Stage, chance: random.Random) -> None:
    """The network of the nodes breaks, or falls silent."""
    cut(stage.to_nodes, chance)


def cut_broker(stage: Stage, chance: random.Random) -> None:
    """The network between broker and ingest breaks, or falls silent."""
    cut(stage.to_broker, chance)


def cut_database(stage: Stage, chance: random.Random) -> None:
    """The network between ingest and database breaks, or falls silent."""
    cut(stage.to_database, chance)


def cut(proxy: Proxy, chance: random.Random) -> None:
    """Cut connections some times, or let them fall silent for a while and then cut."""
    if chance.random() < 0.5:
        proxy.silence()
        time.sleep(chance.uniform(5, 30))
        return
    for _ in range(5):
        proxy.cut()
        time.sleep(chance.uniform(0.1, 3))


def cut_power(stage: Stage, _: random.Random) -> None:
    """The nodes that run the firmware lose their power while they work."""
    for node in stage.nodes:
        node.cut_power()


def name_fault(fault: Fault) -> str:
    """What happens, in words.

    >>> name_fault(kill_ingest)
    'the ingest is killed'
    """
    said = (fault.__doc__ or "").strip().rstrip(".")
    return said[:1].lower() + said[1:]


KINDS: tuple[Fault, ...] = (
    kill_ingest,
    kill_broker,
    kill_database,
    kill_server,
    restart_ingest,
    hang_disk,
    fill_disk,
    step_clock,
    cut_nodes,
    cut_broker,
    cut_database,
    cut_power,
)
