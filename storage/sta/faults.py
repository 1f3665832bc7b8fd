"""What an asker can do wrong."""

from lokaalmeten.errors import LokaalmetenError


class BadQueryError(LokaalmetenError):
    """An option or a path that cannot be understood, or that asks for too much."""


class NothingThereError(LokaalmetenError):
    """A path to what does not exist."""
