"""`meten node consent` and `meten node list --health`: what is agreed to, and how nodes are."""

import pytest
from typer.testing import CliRunner

from lokaalmeten.cli.commands import app
from lokaalmeten.errors import LokaalmetenError
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten
from tests.services.samples import make_samples


@pytest.fixture
def street(timescale_database):
    with connect(timescale_database) as connection:
        node = add_node(connection, "box-1", "box", lat=52.0, lon=5.0)
        write(connection, [make_samples(node.id, 10)])
        add_node(connection, "bike-1", "bike")
        yield timescale_database, connection


def run(dsn, *words):
    """A command in this process."""
    given = {"LOKAALMETEN_DSN": dsn, "COLUMNS": "160"}
    return CliRunner().invoke(app, ["node", *words], env=given)


def see(connection):
    return [name for (name,) in connection.execute("SELECT name FROM public.node ORDER BY name")]


def test_withdrawing_hides_a_node_and_giving_shows_it_again(street):
    dsn, connection = street
    shown = meten("node", "consent", "box-1", dsn=dsn)
    assert shown.returncode == 0, shown.stderr
    assert "never said" in shown.stdout
    said = run(dsn, "consent", "box-1", "--withdraw", "publish").output
    assert any(line.split()[:2] == ["publish", "no"] for line in said.splitlines())
    assert see(connection) == ["bike-1"]
    said = run(dsn, "consent", "box-1", "--give", "publish").output
    assert any(line.split()[:2] == ["publish", "yes"] for line in said.splitlines())
    assert see(connection) == ["bike-1", "box-1"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("consent", "box-1", "--give", "research"), "one of publish, rides, mail, not 'research'"),
        (("consent", "box-1", "--give", "mail", "--withdraw", "mail"), "one at a time"),
        (("consent", "box-1", "--give", "mail"), "no owner who could be mailed"),
        (("consent", "box-9"), "there is no node box-9"),
        (("list", "--state", "asleep"), "--state is one of silent, battery"),
    ],
)
def test_wrong_use_is_a_sentence(street, words, says):
    said = run(street[0], *words)
    assert isinstance(said.exception, LokaalmetenError)
    assert says in str(said.exception)


def test_how_nodes_are_is_counted_and_what_is_urgent_comes_first(street):
    lines = run(street[0], "list", "--health").output.splitlines()
    assert lines[0] == "2 nodes: 1 silent, 0 battery, 1 never, 0 resting, 0 well"
    assert [line.split()[0] for line in lines[2:]] == ["box-1", "bike-1"]
    only = run(street[0], "list", "--state", "never").output.splitlines()
    assert [line.split()[0] for line in only[2:]] == ["bike-1"]
