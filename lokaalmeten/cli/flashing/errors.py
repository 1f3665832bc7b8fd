"""What can go wrong with a board on a cable, as a sentence that says how to go on."""

from lokaalmeten.errors import LokaalmetenError


class FlashError(LokaalmetenError):
    """A board cannot be flashed, or does not do what it should afterwards."""
