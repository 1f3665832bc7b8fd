"""A feast of its own: the tests of the feed write into it."""

from tests.dashboard.crowd.conftest import asking, built_town, town_site

__all__ = ["asking", "built_town", "town_site"]
