"""A citizen looks for the air in her street."""

from tests.dashboard.visitor import MAP


def test_something(visit, real_city):
    visitor = visit(real_city.address)
    visitor.go("/nl/", MAP)
    visitor.shoot("story-citizen-map")
