"""A feast beside the city: its zones and passages are features."""

from tests.dashboard.crowd.conftest import asking, built_town, town_site

__all__ = ["asking", "built_town", "town_site"]
