from datetime import UTC, datetime

import pytest

from ingest.calibration.given import read_given
from ingest.calibration.line import Line, Term
from lokaalmeten.errors import FormatError

GOOD = """
[[correction]]
node = "box-7"
quantity = "pm25"
since = 2026-03-01
until = 2026-09-01T12:00:00+02:00
offset = 1.2
gain = 0.8
humidity = { slope = -0.03, low = 40, high = 90 }
temperature = 0.1
why = "beside the station"

[[correction]]
quantity = "humidity"
since = 2026-03-01T06:30:00
gain = 1
"""


def test_corrections_are_read_with_their_days_in_utc():
    first, second = read_given(GOOD)
    assert first.line == Line(1.2, 0.8, 0.0, Term(-0.03, 40, 90), Term(0.1))
    assert first.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert first.until == datetime(2026, 9, 1, 10, tzinfo=UTC)
    assert (first.node, first.project, first.why) == ("box-7", None, "beside the station")
    assert (second.node, second.until, second.line) == (None, None, Line())
    assert second.since == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('quantity = "pm25"', 'quantity = "pm1"', "correction 1: quantity is one of: pm25, pm10"),
        ("gain = 0.8", 'gain = "0.8"', "correction 1: gain must be a number, not '0.8'"),
        ("gain = 0.8", "gain = nan", "gain must be a number"),
        ("gain = 0.8", "gain = true", "gain must be a number, not True"),
        ("slope = -0.03", "slop = -0.03", "humidity has slope, low and high, not 'slop'"),
        ("since = 2026-03-01\nuntil", "until", "since must be a day such as 2026-03-01, not None"),
        ("2026-09-01T12:00:00+02:00", "2026-02-01", "until is not after since"),
        ('node = "box-7"', 'node = "box-7"\nproject = "street"', "not for both"),
        ('node = "box-7"', "node = 7", "node must be a name, not 7"),
        ('why = "', 'reason = "', "'reason' is not known; there is: gain, humidity, node"),
        ("gain = 1\n", "", "correction 2: it has no offset, gain"),
        ("[[correction]]", "[[correction", "is not TOML"),
        ("[[correction]]", "[[corection]]", "holds no [[correction]]"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(before, after, said):
    assert before in GOOD
    with pytest.raises(FormatError) as error:
        read_given(GOOD.replace(before, after))
    assert said in str(error.value)
