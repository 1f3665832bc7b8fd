import json
from datetime import UTC, datetime

import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.words import Log, Status
from storage.node_status import MOST_LOGS, read_known, read_logs, write_words
from storage.registry import add_node
from storage.removal import begin_removal, find_nodes, finish_removal

NOON = 1_795_435_200


@pytest.fixture
def node(connection):
    return add_node(connection, "box-7", "box")


def say(connection, heard=NOON, online=True, said=None):
    words = json.dumps(said or {"version": "1.2.3"}) if online else None
    write_words(connection, [Status("box-7", heard, online, words)], [])
    return read_known(connection, "box-7")[0]


def test_what_a_node_says_is_read_as_it_said_it(connection, node):
    said = {"version": "1.2.3", "sensors": {"sps30": "well"}, "outbox": {"kept": 3, "dropped": 0}}
    known = say(connection, said=said)
    assert known.said == said
    assert (known.node, known.kind, known.online) == ("box-7", "box", True)
    assert known.heard_at == known.said_at == datetime.fromtimestamp(NOON, UTC)


def test_the_brokers_word_that_a_node_is_lost_leaves_what_it_said(connection, node):
    say(connection)
    known = say(connection, NOON + 60, online=False)
    assert not known.online
    assert known.said == {"version": "1.2.3"}
    assert known.said_at == datetime.fromtimestamp(NOON, UTC)
    assert known.heard_at == datetime.fromtimestamp(NOON + 60, UTC)


def test_an_older_word_that_comes_again_changes_nothing(connection, node):
    say(connection, NOON + 60, said={"version": "1.3.0"})
    assert say(connection, NOON, said={"version": "1.2.3"}).said == {"version": "1.3.0"}


def test_a_node_that_was_only_lost_said_nothing(connection, node):
    known = say(connection, online=False)
    assert (known.said, known.said_at, known.online) == ({}, None, False)


def test_a_node_that_was_never_heard_is_listed(connection, node):
    (known,) = read_known(connection)
    assert (known.node, known.heard_at, known.online, known.said) == ("box-7", None, None, {})


def test_who_is_not_registered_is_passed_over(connection):
    write_words(connection, [Status("other", NOON, True, "{}")], [Log("other", NOON, "x")])
    assert read_known(connection) == []
    with pytest.raises(StorageError, match="there is no node other"):
        read_known(connection, "other")


def test_a_log_is_kept_once_and_the_newest_first(connection, node):
    for said in ("one", "two", "one"):
        write_words(connection, [], [Log("box-7", NOON, said)])
    assert [said for _, said in read_logs(connection, "box-7", 9)] == ["two", "one"]


def test_a_node_that_falls_over_for_ever_fills_no_disk(connection, node):
    add_node(connection, "box-8", "box")
    write_words(connection, [], [Log("box-8", NOON, "quiet")])
    for part in range(3):
        logs = [Log("box-7", NOON, f"crash {part} {number}") for number in range(40)]
        write_words(connection, [], logs)
    kept = [said for _, said in read_logs(connection, "box-7", 999)]
    assert len(kept) == MOST_LOGS
    assert kept[0] == "crash 2 39"
    assert len(read_logs(connection, "box-8", 9)) == 1


def test_a_removed_node_leaves_no_word(connection, node):
    say(connection)
    write_words(connection, [], [Log("box-7", NOON, "crash")])
    nodes = find_nodes(connection, node="box-7")
    begin_removal(connection, nodes)
    finish_removal(connection, nodes[0])
    for table in ("node_status", "node_log"):
        assert connection.execute(f"SELECT count(*) FROM private.{table}").fetchone() == (0,)
