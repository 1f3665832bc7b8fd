"""Under which licence a sample is public: the view beside a slow reading of the same words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage import people
from storage.downloads.answer import prepare
from storage.downloads.selection import Selection
from storage.licences import (
    CC0,
    CC_BY,
    LICENCES,
    Licensed,
    add_consent,
    list_names,
    read_consents,
    read_licensed,
    to_sentence,
    to_terms,
)
from storage.registry import add_node
from storage.removal import begin_removal, find_nodes, finish_removal
from storage.writer import write
from tests.services.samples import START, make_samples

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EVER = (FIRST - 9999 * DAY, FIRST + 9999 * DAY)
PERIODS = """
SELECT node, license, party, CASE WHEN isfinite(since) THEN since END,
    CASE WHEN isfinite(until) THEN until END
FROM public.node_license ORDER BY node, since
"""


@pytest.fixture
def street(connection):
    """Two boxes and a bike of Ann, in a project; a box of nobody."""
    people.add_owner(connection, "ann", label="Ann from number 7", email="ann@example.org")
    people.add_project(connection, "street")
    for name, kind in (("box-1", "box"), ("box-2", "box"), ("bike-1", "bike"), ("box-9", "box")):
        node = add_node(connection, name, kind)
        if name != "box-9":
            people.place_node(connection, node.id, owner="ann", project="street")
    return connection


def read_now(connection):
    query = "SELECT name, license, party FROM public.node ORDER BY name"
    return {name: (each, party) for name, each, party in connection.execute(query)}


def test_without_a_word_everything_is_cc0_and_names_nobody(street):
    assert set(read_now(street).values()) == {(CC0, "")}
    assert set(read_licensed(street, *EVER)) == {
        Licensed("box-1", CC0),
        Licensed("box-2", CC0),
        Licensed("box-9", CC0),
    }
    assert street.execute("SELECT * FROM public.party").fetchall() == []


def test_the_word_of_who_has_it_counts_before_that_of_the_project(street):
    add_consent(street, CC_BY, project="street", party="Our street", role="institutional")
    assert read_now(street)["box-1"] == (CC_BY, "Our street")
    add_consent(street, CC_BY, owner="ann", party="A. from the corner")
    assert read_now(street)["box-1"] == (CC_BY, "A. from the corner")
    add_consent(street, CC0, node="box-2")
    assert read_now(street)["box-2"] == (CC0, "")
    assert read_now(street)["box-1"] == (CC_BY, "A. from the corner")
    add_consent(street, CC_BY, project="street", party="Another", role="institutional")
    assert read_now(street)["box-1"] == (CC_BY, "A. from the corner")
    assert read_now(street)["box-9"] == (CC0, "")


def test_what_was_measured_before_keeps_its_licence(street):
    add_consent(street, CC_BY, node="box-1", party="Ann", since=FIRST)
    add_consent(street, CC0, node="box-1", since=FIRST + 10 * DAY)
    rows = [row[1:] for row in street.execute(PERIODS.encode()) if row[0] == "box-1"]
    assert [(each, party) for each, party, *_ in rows] == [(CC0, ""), (CC_BY, "Ann"), (CC0, "")]
    ends = street.execute(
        "SELECT since = %s AND until = %s FROM public.node_license WHERE license = %s",
        [FIRST, FIRST + 10 * DAY, CC_BY],
    )
    assert ends.fetchall() == [(True,)]
    within = read_licensed(street, FIRST + DAY, FIRST + 2 * DAY, ["box-1"])
    assert within == [Licensed("box-1", CC_BY, "Ann")]
    over = read_licensed(street, FIRST - DAY, FIRST + DAY, ["box-1"])
    assert [each.license for each in over] == [CC0, CC_BY]
    assert read_licensed(street, FIRST - DAY, FIRST, ["box-1"]) == [Licensed("box-1", CC0)]


words = st.lists(
    st.tuples(
        st.sampled_from(
            [("node", "box-1"), ("node", "box-2"), ("owner", "ann"), ("project", "street")]
        ),
        st.sampled_from([CC0, CC_BY]),
        st.integers(0, 6),
    ),
    max_size=8,
)


def find_slowly(said, node, moment):
    """What counts for a sample: walk through the words in the order in which they were said."""
    mine = {("node", node), ("owner", "ann")}
    for about in (mine, {("project", "street")}):
        best = None
        for number, (of, license_, day) in enumerate(said):
            if of in about and day <= moment and (best is None or day >= best[0]):
                best = (day, license_, f"party {number}")
        if best is not None:
            return best[1:]
    return (CC0, "")


def test_the_periods_are_those_of_a_slow_reading(street):
    @given(words)
    def check(said):
        street.execute("TRUNCATE private.consent")
        for number, ((kind, name), license_, day) in enumerate(said):
            since = FIRST + day * DAY
            add_consent(street, license_, **{kind: name}, party=f"party {number}", since=since)
        rows = street.execute(PERIODS.encode()).fetchall()
        for node in ("box-1", "box-2"):
            for day in range(-1, 8):
                at = FIRST + day * DAY
                (found,) = (
                    row[1:3]
                    for row in rows
                    if row[0] == node and (row[3] or at) <= at < (row[4] or at + DAY)
                )
                assert found == find_slowly(said, node, day), (node, day)

    check()


def test_nobody_is_named_for_a_bike(street):
    assert add_consent(street, CC_BY, owner="ann", party="Ann") == 1
    assert read_now(street)["bike-1"] == (CC0, "")
    assert "bike-1" not in {each.node for each in read_licensed(street, *EVER)}
    with pytest.raises(StorageError, match="bike-1 moves with a person"):
        add_consent(street, CC_BY, node="bike-1", party="Ann")


def test_the_public_learns_the_chosen_name_and_no_other(street):
    add_consent(street, CC_BY, owner="ann", party="A. from the corner")
    told = ""
    for view in ("license", "node_license", "party", "node", "project"):
        told += str(street.execute(f"SELECT v::text FROM public.{view} v".encode()).fetchall())
    assert "A. from the corner" in told
    assert "number 7" not in told
    assert "ann@" not in told
    assert street.execute("SELECT * FROM public.party").fetchall() == [
        ("A. from the corner", "individual", 2)
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"license_": "MIT", "node": "box-1"}, "one of CC0-1.0, CC-BY-4.0, not 'MIT'"),
        ({"license_": CC_BY, "node": "box-1"}, "asks to name somebody"),
        ({"license_": CC_BY, "node": "box-1", "party": "  "}, "a name of 1 to 200 letters"),
        ({"license_": CC_BY, "node": "box-1", "party": "a\nb"}, "a name of 1 to 200 letters"),
        ({"license_": CC_BY, "node": "box-1", "party": "a" * 201}, "a name of 1 to 200 letters"),
        ({"license_": CC0, "node": "box-1", "role": "king"}, "individual or institutional"),
        ({"license_": CC0}, "of one node, of one owner or of one project"),
        ({"license_": CC0, "node": "box-1", "owner": "ann"}, "of one node, of one owner"),
        ({"license_": CC0, "node": "box-7"}, "there is no node box-7"),
        ({"license_": CC0, "owner": "bob"}, "there is no owner bob"),
        ({"license_": CC0, "project": "road"}, "there is no project road"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_noted(street, words, said):
    with pytest.raises(StorageError, match=said):
        add_consent(street, **words)
    assert read_consents(street) == []


def test_all_words_are_kept_in_order_and_the_log_names_nobody(street):
    add_consent(street, CC_BY, owner="ann", party="Ann", since=FIRST)
    add_consent(street, CC0, owner="ann", since=FIRST + DAY)
    assert [(each.kind, each.name, each.license, each.since) for each in read_consents(street)] == [
        ("owner", "ann", CC_BY, FIRST),
        ("owner", "ann", CC0, FIRST + DAY),
    ]
    log = str(street.execute("SELECT what, detail FROM private.event").fetchall())
    assert "licence said" in log
    assert "Ann" not in log


def test_with_an_owner_the_name_goes_everywhere(street):
    add_consent(street, CC_BY, owner="ann", party="Ann")
    add_consent(street, CC_BY, node="box-1", party="Ann, still")
    add_consent(street, CC_BY, project="street", party="Our street")
    nodes = find_nodes(street, owner="ann")
    begin_removal(street, nodes, owner="ann")
    for node in nodes:
        finish_removal(street, node)
    assert [each.party for each in read_consents(street)] == ["Our street"]
    people.remove_project(street, "street")
    assert read_consents(street) == []


def test_the_view_tells_the_same_licences_as_the_table_of_the_program(connection):
    rows = connection.execute("SELECT name, title, definition FROM public.license").fetchall()
    assert {name: (title, path) for name, title, path in rows} == dict(LICENCES)


def test_terms_name_nodes_only_where_they_differ():
    alike = [Licensed("box-1", CC0), Licensed("box-2", CC0)]
    assert to_terms(alike) == {
        "licenses": [
            {
                "name": "CC0-1.0",
                "title": "CC0 1.0 Universal",
                "path": "https://creativecommons.org/publicdomain/zero/1.0/",
            }
        ]
    }
    mixed = [
        Licensed("box-1", CC_BY, "Bea"),
        Licensed("box-2", CC0),
        Licensed("box-3", CC_BY, "Al"),
    ]
    told = to_terms(mixed)
    assert [each["name"] for each in told["licenses"]] == [CC0, CC_BY]
    assert told["contributors"] == [
        {"title": "Al", "role": "contributor"},
        {"title": "Bea", "role": "contributor"},
    ]
    assert told["nodes"] == [
        {"node": "box-1", "license": CC_BY, "party": "Bea"},
        {"node": "box-2", "license": CC0},
        {"node": "box-3", "license": CC_BY, "party": "Al"},
    ]
    assert to_sentence(told) == (
        "By Al; Bea. CC0 1.0 Universal, Creative Commons Attribution 4.0 International."
    )
    assert to_sentence(to_terms(alike)) == "CC0 1.0 Universal."


def test_rides_are_cc0_beside_nodes_of_another_licence():
    named = [Licensed("box-1", CC_BY, "Bea")]
    assert list_names(named) == [CC_BY]
    assert list_names(named, rides=True) == [CC0, CC_BY]
    assert list_names([]) == [CC0]


def test_a_download_tells_the_licences_of_its_own_nodes_and_period(street):
    write(street, [make_samples(1, 10), make_samples(2, 10)])
    start = datetime.fromtimestamp(START, UTC)
    add_consent(street, CC_BY, node="box-1", party="Ann", since=start)
    whole = Selection(start, start + DAY, ("pm25",))
    both = prepare(street, whole, "csv").package
    assert [each["name"] for each in both["licenses"]] == [CC0, CC_BY]
    assert both["nodes"][0] == {"node": "box-1", "license": CC_BY, "party": "Ann"}
    assert both["citation"].endswith(
        "By Ann. CC0 1.0 Universal, Creative Commons Attribution 4.0 International."
    )
    other = prepare(street, Selection(start, start + DAY, ("pm25",), ("box-2",)), "csv").package
    assert [each["name"] for each in other["licenses"]] == [CC0]
    assert "Ann" not in str(other)
