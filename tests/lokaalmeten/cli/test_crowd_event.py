"""`meten crowd event`: planned, listed, removed, and refused with a sentence."""

import pytest

from tests.services.event import write_event
from tests.services.meten import meten

AT = ("--from", "2126-08-14T21:00", "--until", "2126-08-14T23:30")


def test_an_event_is_planned_listed_and_removed(timescale_database, tmp_path):
    plan, _, _ = write_event(tmp_path, 1)
    given = {"dsn": timescale_database}
    meten("crowd", "add", plan, "--name", "square", **given)
    old = ("--from", "2026-01-01T00:00", "--until", "2026-01-01T02:00")
    for when in (AT, old):
        said = meten("crowd", "event", "add", "square", "Fire", *when, "--people", 4000, **given)
        assert said.returncode == 0, said.stderr
    again = meten("crowd", "event", "add", "square", "Choir", *AT, "--people", 50, **given)
    assert again.returncode == 2
    assert "'Choir' overlaps event 1, 'Fire'" in again.stderr
    assert "--beside" in again.stderr
    removed = meten("crowd", "event", "remove", "square", 1, **given)
    assert removed.stdout == "event 1 of square is removed\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("square", "Fire", *AT, "--people", "0"),
            "'--people': Input should be greater than or equal to 1",
        ),
        (("square", "Fire", "--until", AT[3], "--people", "5"), "Missing option '--from'"),
        (("square", "Fire", "--from", "soon", *AT[2:], "--people", "5"), "not 'soon'"),
        (("square", "Fire", *AT[:2], "--until", "2126-08-14T20:00", "--people", "5"), "is after"),
        (("square", "Fire", *AT, "--people", "5", "--kind", "Big One"), "not 'Big One'"),
        (("plaza", "Fire", *AT, "--people", "5"), "there is no place called 'plaza'"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(timescale_database, words, says):
    said = meten("crowd", "event", "add", *words, dsn=timescale_database)
    assert said.returncode == 2
    assert says in " ".join(said.stderr.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
    assert "Traceback" not in said.stderr
