"""How nodes are: what is known of each, the rules that judge it, and what is urgent first.

A bike sleeps between rides, so its silence says nothing unless somebody says after how long it
does. Only the cell of our own boards is judged, one of lithium: what runs on more than 5 V has
another battery, of which nobody knows here when it is empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WELL, RESTING, NEVER, BATTERY, SILENT = "well", "resting", "never", "battery", "silent"
STATES = (SILENT, BATTERY, NEVER, RESTING, WELL)  # the urgent ones first

RECOVERED_MV = 100  # more than low, and a cell was charged: one that rests rises by as much
SINGLE_CELL_MV = 5000
FRESH = timedelta(days=3)  # what a node said of its battery before says nothing of it now
BACKLOG = 100  # pages: some days of a box


@dataclass(frozen=True)
class Health:
    """What is known of how a node is."""

    id: int
    name: str
    kind: str
    moving: bool
    label: str
    project: str | None
    open: bool  # what it measures is public
    placed: bool
    added: datetime
    last: datetime | None  # of its samples
    heard: datetime | None  # when it, or the broker of it, last said how it is
    online: bool | None
    said_at: datetime | None
    battery_mv: float | None
    kept: float | None  # pages that wait on it
    version: str | None
    day: float | None  # share of the hours of the last day with samples, 0 to 1; of a fixed node
    week: float | None  # how much it measured of the last seven days, by their fullest hours
    refused: str | None  # why messages of the last week could not be used, the latest reason
    zones: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Name for people."""
        return self.label or self.name


@dataclass(frozen=True)
class Rules:
    """From when on a node is not well."""

    silent: timedelta | None = timedelta(hours=24)  # of a fixed node; None = never
    silent_bike: timedelta | None = None
    battery_mv: int = 3750  # a little above 3700, at which our boards leave their radio off


def to_rules(silent_hours: int, silent_bike_hours: int, battery_mv: int) -> Rules:
    """Rules of settings; 0 hours are never.

    >>> to_rules(24, 0, 3750) == Rules()
    True
    """
    silent, bike = (timedelta(hours=h) if h else None for h in (silent_hours, silent_bike_hours))
    return Rules(silent, bike, battery_mv)


def find_patience(health: Health, rules: Rules) -> timedelta | None:
    """How long a node may be quiet; None when that says nothing."""
    return rules.silent_bike if health.moving else rules.silent


def is_silent(health: Health, now: datetime, rules: Rules) -> bool:
    """Whether a node that measured once has been quiet for too long."""
    patience = find_patience(health, rules)
    return patience is not None and health.last is not None and health.last < now - patience


def read_battery(health: Health, now: datetime) -> float | None:
    """Millivolts of a single cell that are still worth something; None of any other."""
    if health.battery_mv is None or health.said_at is None or health.said_at < now - FRESH:
        return None
    return health.battery_mv if 0 < health.battery_mv <= SINGLE_CELL_MV else None


def is_low(health: Health, now: datetime, rules: Rules) -> bool:
    """Whether the cell of a node is low."""
    millivolt = read_battery(health, now)
    return millivolt is not None and millivolt < rules.battery_mv


def judge(health: Health, now: datetime, rules: Rules) -> str:
    """One of STATES."""
    if is_silent(health, now, rules):
        return SILENT
    if is_low(health, now, rules):
        return BATTERY
    if health.last is None and not (health.moving and health.heard is not None):
        return NEVER
    return RESTING if health.moving and not health.online else WELL


def find_reason(health: Health, state: str) -> str | None:
    """Why a fixed node is not on the map, in one word; None when it is, or moves.

    Of several the one that has to be mended first: closed (its owner wants nothing to be public),
    refused, words (it speaks and does not measure), never, silent, nowhere (it has no place).
    """
    if not health.open:
        return "closed"
    if health.moving:
        return None
    if health.last is None:
        if health.refused is not None:
            return "refused"
        return "never" if health.heard is None else "words"
    if state == SILENT:
        return "silent"
    return None if health.placed else "nowhere"


def rank(found: Iterable[tuple[Health, str]]) -> list[tuple[Health, str]]:
    """Nodes with their states, what is urgent first.

    Of silent ones those first that fell silent last: what has been away for a year can wait. Then
    low batteries, the emptiest first; of the others those that are on no map, or have a backlog.
    """

    def to_key(pair: tuple[Health, str]) -> tuple[int, float, str]:
        health, state = pair
        within = 0.0
        if state == SILENT and health.last is not None:
            within = -health.last.timestamp()
        elif state == BATTERY:
            within = health.battery_mv or 0.0
        else:
            is_behind = health.kept is not None and health.kept >= BACKLOG
            within = 0.0 if find_reason(health, state) is not None or is_behind else 1.0
        return STATES.index(state), within, health.name

    return sorted(found, key=to_key)
