"""What a sample and a page cost a node, counted on the real MicroPython.

``instructions_per_sample``   fresh readings of six sensors to a record, gathered and packed
``instructions_per_page``     60 records packed, header, CRC
``page_ms_on_the_chip``       the same on an ESP32, an estimate by the slower of two published ones
``instructions_per_reading``  one answer of an SPS30, its 60 bytes checked and turned into steps
``bytes_per_sample``          heap that a sample leaves behind
``bytes_per_page``            heap that a page leaves behind, with its 60 samples
``heap_bytes``                heap of a whole node, a bike, in words of 32 bits as a chip has them
``heap_bytes_of_a_box``       the same of a box
``bike_mah_per_day``          of a bike with two rides of 20 minutes and a third one cut short
``box_mah_per_day``           of a box that says something every five minutes

The charge is what a day in virtual time has on, times a table of currents that nobody measured
(`tests/firmware/currents.py`).

``scale`` changes how many turns are taken, not what is counted.
"""

from pathlib import Path

from tests.firmware.currents import count_mah
from tests.firmware.day_told import run_day
from tests.services.debian import programs, small_micropython
from tests.services.node import MicroPython
from tests.services.valgrind import count_per_turn

FOLDER = Path(__file__).parents[1] / "firmware"
HOT, HEAP = FOLDER / "hot_path.py", FOLDER / "node_heap.py"
CHIP_MS = 7.5 / 350_000  # of an instruction, see test_budgets


def measure(scale: float) -> dict[str, float]:
    """Count everything; the numbers are the same on every machine."""
    micropython = MicroPython(programs().micropython)
    turns = max(round(300 * scale), 20)
    page = count_per_turn(micropython, HOT, "pages", max(turns // 30, 2))
    a_sample, a_page = map(int, micropython.run(HOT, "bytes").split())
    chip = MicroPython(small_micropython())
    return {
        "instructions_per_sample": count_per_turn(micropython, HOT, "samples", turns),
        "instructions_per_page": page,
        "page_ms_on_the_chip": page * CHIP_MS,
        "instructions_per_reading": count_per_turn(micropython, HOT, "readings", turns),
        "bytes_per_sample": a_sample,
        "bytes_per_page": a_page,
        "heap_bytes": int(chip.run(HEAP, "b2", heap="220K")),
        "heap_bytes_of_a_box": int(chip.run(HEAP, "f1", heap="220K")),
        "bike_mah_per_day": count_mah(run_day(micropython, "bike", "b2", 24)),
        "box_mah_per_day": count_mah(run_day(micropython, "box", "f1", 24)),
    }
