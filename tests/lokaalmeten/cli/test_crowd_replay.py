"""Files of an event: what is read, and what is refused with its line."""

import pytest

from lokaalmeten.cli.crowd_replay import read_event
from lokaalmeten.cli.crowd_rounds import Watched
from lokaalmeten.errors import FormatError
from predict.crowd.counts import read_sources
from predict.crowd.plan import read_place
from storage.crowd import Registered
from tests.services.event import make_plan, write_event

HEAD = "time,north-forward,south-forward\n"
NOON = "2026-05-01T12:00:00Z,3,4\n"


def square():
    plan = make_plan()
    registered = Registered("square", plan, 900, 5, open=False)
    return Watched(registered, read_place(plan), read_sources(plan))


def test_a_file_becomes_moments_and_people(tmp_path):
    _, path, counts = write_event(tmp_path, 5)
    event = read_event(path, square())
    assert event.counts.tolist() == counts.tolist()


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (NOON + "2026-05-01T12:15:00Z,3,-4\n", "line 3: south-forward counted -4: that cannot be"),
        (NOON + "2026-05-01T12:15:00Z,many,4\n", "line 3: north-forward counted many"),
        (NOON + "2026-05-01T12:15:00Z,inf,4\n", "line 3: north-forward counted inf"),
        (NOON + NOON, "line 3: 2026-05-01T12:00:00Z is not later than the line before it"),
        (
            NOON + "2026-05-01T12:15:00Z,1,1\n" + "2026-05-01T11:45:00Z,1,1\n",
            "line 4: 2026-05-01T11:45:00Z is not later",
        ),
        (NOON, "two lines of counts or more"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, lines, says):
    path = tmp_path / "event.csv"
    path.write_text(HEAD + lines)
    with pytest.raises(FormatError, match=says):
        read_event(path, square())


def test_a_count_that_is_missing_is_unknown(tmp_path):
    path = tmp_path / "event.csv"
    path.write_text(HEAD + NOON + "2026-05-01T12:15:00Z,,4\n")
    event = read_event(path, square())
    assert str(event.counts[1].tolist()) == "[nan, 4.0]"
