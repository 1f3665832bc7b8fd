"""Addresses of the own pages, which are words of their language.

What is no name of a node stands behind a ``-``, by which no name begins.
"""

from ..words import Words


def to_base(words: Words) -> str:
    """Address of the list."""
    return f"/{words.language}/{words('mine.path')}"


def to_node(words: Words, name: str) -> str:
    """Address of one node."""
    return f"{to_base(words)}/{name}"


def to_ride(words: Words, ride: int, form: str = "") -> str:
    """Address of an own ride, or of a file with it."""
    return f"{to_base(words)}/-/{words('mine.path.ride')}/{ride}{form and f'.{form}'}"


def to_new(words: Words) -> str:
    """Address of the form for another node."""
    return f"{to_base(words)}/-/{words('mine.path.new')}"


def to_health(words: Words) -> str:
    """Address of the page that shows how all nodes are."""
    return f"{to_base(words)}/-/{words('mine.path.health')}"


def to_sign_in(words: Words, to: str) -> str:
    """Address at which one signs in and comes back."""
    return f"/{words.language}/{words('access.path')}?to={to}"
