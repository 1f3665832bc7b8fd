"""Paths: what they lead to, and what they do not."""

import pytest

from storage.sta.faults import BadQueryError, NothingThereError
from storage.sta.paths import cut, read_path


def test_a_path_is_read_step_by_step():
    path = read_path("Things('o''box')/Datastreams('a:b/c')/Observations/")
    steps = [(step.entity.plural, step.key) for step in path.steps]
    assert steps == [("Things", "o'box"), ("Datastreams", "a:b/c"), ("Observations", None)]
    assert not path.single


def test_ids_without_quotes_are_ids_too():
    assert read_path("Things(1)").last.key == "1"


def test_one_of_a_navigation_to_one_is_single():
    assert read_path("Datastreams('x')/Thing").single
    assert read_path("Things('x')").single


@pytest.mark.parametrize(
    ("text", "below", "bare"),
    [
        ("Things('x')/name", ("name",), False),
        ("Things('x')/name/$value", ("name",), True),
        ("Things('x')/properties/kind", ("properties", "kind"), False),
        ("Datastreams('x')/Thing/name", ("name",), False),
    ],
)
def test_what_is_no_navigation_is_a_property(text, below, bare):
    path = read_path(text)
    assert (path.below, path.bare) == (below, bare)


def test_references_end_a_path():
    assert read_path("Things/$ref").references


@pytest.mark.parametrize(
    "text",
    [
        "Nothing",
        "things",
        "Things('x')/Nothing",
        "Things/Datastreams",
        "Things/name",
        "Things('x')/$value",
        "Datastreams('x')/Thing('y')",
        "Things('x')/Thing",
        "Things('x')Datastreams",
        "Things('x')/$ref/name",
        "Things()",
        "Things('x');DROP TABLE node",
    ],
)
def test_a_path_that_leads_nowhere_is_refused(text):
    with pytest.raises(NothingThereError):
        read_path(text)


@pytest.mark.parametrize("text", ["Things('x", "Things(('x')", "Things)x("])
def test_what_is_not_closed_is_refused(text):
    with pytest.raises(BadQueryError):
        read_path(text)


def test_a_path_has_an_end():
    with pytest.raises(BadQueryError, match="at most"):
        read_path("/".join(["Things('x')", *["Datastreams('y')/Thing"] * 9]))


def test_separators_inside_quotes_and_parentheses_do_not_cut():
    assert cut("a/b('x/y')/c(d/e)", "/") == ["a", "b('x/y')", "c(d/e)"]
