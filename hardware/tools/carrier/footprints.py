"""Pads of the parts on a carrier, in mm, as they lie with 0 degrees; y grows downwards.

Sizes follow the datasheets' recommended patterns, a little longer where a person solders.
"""

from dataclasses import dataclass
from math import cos, radians, sin


@dataclass(frozen=True)
class Pad:
    """A pad; ``drill`` is 0 on the surface."""

    number: str
    x: float
    y: float
    width: float
    height: float
    drill: float = 0.0


@dataclass(frozen=True)
class Footprint:
    """Pads and the half sides of the area that a part needs, round its middle."""

    pads: tuple[Pad, ...]
    half: tuple[float, float]
    middle: tuple[float, float] = (0.0, 0.0)


def _two(at: float, width: float, height: float) -> tuple[Pad, ...]:
    return (Pad("1", -at, 0, width, height), Pad("2", at, 0, width, height))


def _row(count: int, pitch: float, width: float, height: float, drill: float) -> tuple[Pad, ...]:
    first = -pitch * (count - 1) / 2
    return tuple(Pad(str(i + 1), first + i * pitch, 0, width, height, drill) for i in range(count))


def _xiao() -> tuple[Pad, ...]:
    """Seven pins down the left side, seven up the right; the USB plug is above."""
    left = [(-7.62, -7.62 + 2.54 * i) for i in range(7)]
    right = [(7.62, 7.62 - 2.54 * i) for i in range(7)]
    return tuple(Pad(str(i + 1), x, y, 1.7, 1.7, 1.0) for i, (x, y) in enumerate(left + right))


def _sot(ends: tuple[tuple[float, float], ...], length: float) -> tuple[Pad, ...]:
    return tuple(Pad(str(i + 1), x, y, length, 0.6) for i, (x, y) in enumerate(ends))


FOOTPRINTS = {
    "0805": Footprint(_two(1.0, 1.2, 1.4), (1.85, 0.95)),
    "l4018": Footprint(_two(1.6, 1.4, 3.6), (2.55, 2.25)),
    "sot23": Footprint(_sot(((-0.94, -0.95), (-0.94, 0.95), (0.94, 0.0)), 1.475), (1.95, 1.7)),
    "sot23-6": Footprint(
        _sot(
            ((-1.14, -0.95), (-1.14, 0), (-1.14, 0.95), (1.14, 0.95), (1.14, 0), (1.14, -0.95)),
            1.325,
        ),
        (2.05, 1.7),
    ),
    "zh5": Footprint(_row(5, 1.5, 1.03, 1.73, 0.73), (4.9, 2.5), (0, 0.2)),
    "ph2": Footprint(_row(2, 2.0, 1.2, 1.75, 0.75), (3.45, 2.75), (0, -0.1)),
    "pins2": Footprint(_row(2, 2.54, 1.7, 1.7, 1.0), (3.04, 1.77)),
    "pins4": Footprint(_row(4, 2.54, 1.7, 1.7, 1.0), (5.58, 1.77)),
    "qwiic": Footprint(
        (
            *(Pad(str(i + 1), -1.5 + i, -2.0, 0.6, 1.55) for i in range(4)),
            Pad("MP", -2.8, 1.875, 1.2, 1.8),
            Pad("MP", 2.8, 1.875, 1.2, 1.8),
        ),
        (3.9, 3.2),
        (0, 0.1),
    ),
    "xiao": Footprint(_xiao(), (9.15, 10.75)),
}


def turn(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Return a point turned against the clock, as KiCad turns parts."""
    angle = radians(degrees)
    return x * cos(angle) + y * sin(angle), -x * sin(angle) + y * cos(angle)
