"""Power budget of a build: what each part takes from the supply in each mode, and for how long.

A part with a voltage of its own hangs on a converter: its current times the two voltages'
ratio, divided by the efficiency. All others take their current as it is (linear regulator).
"""

from .board import Board, Part

HOURS_OF_A_DAY_RIDING = 1.0
REST = "regulators, dividers, leaks: an allowance"
NOTE = "Calculated from datasheets, not measured: nobody has built this unit yet."


def find_currents(board: Board, mode: str) -> dict[str, float]:
    """Return mA from the supply by reference of a part; "rest" is an allowance."""
    volt = board.power["volt"]
    parts = [part for part in board.parts.values() if mode in part.draw]
    return {part.ref: to_supply(part, mode, volt) for part in parts} | {
        "rest": board.power["rest"][mode]
    }


def to_supply(part: Part, mode: str, volt: float) -> float:
    """Return the mA that a part takes from a supply of ``volt``."""
    own = part.draw[mode]
    if "volt" not in part.draw:
        return own
    return own * part.draw["volt"] / volt / part.draw["efficiency"]


def find_life(board: Board) -> dict[str, float]:
    """Return how long a full cell lasts: hours of riding, days parked, days of an hour's ride."""
    usable = board.power["cell_mah"] * board.power["usable"]
    riding, parked = (sum(find_currents(board, m).values()) for m in ("riding", "parked"))
    daily = HOURS_OF_A_DAY_RIDING * riding + (24 - HOURS_OF_A_DAY_RIDING) * parked
    return {
        "hours of riding": usable / riding,
        "days parked": usable / parked / 24,
        "days with an hour of riding": usable / daily,
    }


def to_budget(board: Board) -> str:
    """Return the budget as a page in Markdown."""
    modes = board.power["modes"]
    currents = {mode: find_currents(board, mode) for mode in modes}
    lines = [
        f"# Power of {board.stem.upper()}",
        "",
        NOTE,
        f"mA from the supply of {board.power['volt']:.1f} V.",
        "",
        f"| part | {' | '.join(modes)} |",
        f"|---|{'---:|' * len(modes)}",
    ]
    for ref in currents[modes[0]]:
        values = " | ".join(_say(currents[mode][ref]) for mode in modes)
        name = f"{ref} {board.parts[ref].name}" if ref in board.parts else REST
        lines.append(f"| {name} | {values} |")
    totals = " | ".join(_say(sum(currents[mode].values())) for mode in modes)
    lines += [f"| **together** | {totals} |", ""]
    if "cell_mah" in board.power:
        usable = f"{board.power['usable']:.0%} of {board.power['cell_mah']} mAh"
        lines += [f"A full cell, of which {usable} can be used:", ""]
        lines += [f"- {value:,.0f} {what}" for what, value in find_life(board).items()]
        lines += ["", "Parked for longer than a few months, a cell empties by itself first."]
    else:
        watt = sum(currents[modes[-1]].values()) * board.power["volt"] / 1000
        lines += [f"At most {watt:.1f} W; a supply of 5 V and 1 A has room for twice the peaks."]
    return "\n".join([*lines, f"How it wakes: {board.wakes}.", ""])


def _say(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.3g}"
