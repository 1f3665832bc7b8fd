"""Pins of a board: what a person sees and touches, and what lets current through."""

from micropython import const

SWITCHES = ("pm_power", "gnss_power")  # when they are high
_PRESS_MS = const(3000)
_LOOK_MS = const(50)
WS2812_NS = (400, 850, 800, 450)  # a 0 and a 1, high and low (WS2812B datasheet, page 4)
SHINE = b"\x08\x08\x08"  # of 255: it is bright
DARK = b"\x00\x00\x00"


class Light:
    """The LED of a board, which may have none; ``put`` switches it."""

    def __init__(self, board, machine):
        """``board`` says in LED of which kind it is: "rgb", "low", or None."""
        self._kind = board.LED
        self._machine = machine
        if self._kind is not None:
            self._pin = machine.Pin(board.PINS["led"], machine.Pin.OUT)

    def put(self, on):
        """Switch it."""
        if self._kind == "rgb":
            self._machine.bitstream(self._pin, 0, WS2812_NS, SHINE if on else DARK)
        elif self._kind == "low":
            self._pin.value(not on)


class Button:
    """The button of a board."""

    def __init__(self, board, machine):
        """It pulls its pin down."""
        self._pin = machine.Pin(board.PINS["button"], machine.Pin.IN, machine.Pin.PULL_UP)

    def is_pressed(self):
        """Tell whether it is pressed."""
        return self._pin.value() == 0


async def wait_for_press(pressed, sleep_ms, press_ms=_PRESS_MS):
    """Return when the button was held long enough; ``pressed()`` looks at it."""
    held = 0
    while held < press_ms:
        await sleep_ms(_LOOK_MS)
        held = held + _LOOK_MS if pressed() else 0
