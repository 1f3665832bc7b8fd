"""What KiCad's electrical rules must know of a pin: whether it drives, is driven, or neither."""

from ..board import Part

POWER_IN, POWER_OUT, INPUT = "power_in", "power_out", "input"

# by part and terminal, after the datasheets; all others are passive
KINDS = {
    "XIAO ESP32S3": {"3V3": POWER_OUT, "GND": POWER_IN},
    "MCP1640B": {"VIN": POWER_IN, "GND": POWER_IN, "EN": INPUT, "FB": INPUT, "VOUT": POWER_OUT},
    "TPS22917": {"VIN": POWER_IN, "GND": POWER_IN, "ON": INPUT, "VOUT": POWER_OUT},
}
BIDIRECTIONAL = ("D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10")

# nets that are fed by a plug or through a transistor: KiCad takes neither for a source
FED = ("ground", "cell")


def find_kind(part: Part, terminal: str) -> str:
    """Return KiCad's electrical type of a pin."""
    if part.name == "XIAO ESP32S3" and terminal in BIDIRECTIONAL:
        return "bidirectional"
    return KINDS.get(part.name, {}).get(terminal, "passive")
