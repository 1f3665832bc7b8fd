"""Views made by hand, without a database: two zones and three passages."""

from datetime import UTC, datetime, timedelta

import numpy as np

from dashboard.crowd.view import Course, Now, View
from predict.crowd.keeping import name_gauges
from tests.predict.crowd import places

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
GAUGES = name_gauges(places.place())
NUMBER = len(GAUGES)
CALM = {"level": 0, "raised": 0, "seen": 0, "escalated": 0}


def make_now(**changed):
    """Everything calm, nothing expected, three levels at two times ahead."""
    facts = {
        "time": AT,
        "people": np.array([100.0, 50.0, *[np.nan] * 3]),
        "value": np.full(NUMBER, 0.1),
        "signal": np.zeros(NUMBER, np.int64),
        "ahead_s": np.array([900, 1800]),
        "levels": np.array([0.1, 0.5, 0.9]),
        "table": np.full((2, NUMBER, 3), 0.1),
        "chance": np.zeros((NUMBER, 3, 2)),
        "alerts": dict.fromkeys(GAUGES, CALM),
    }
    return Now(**(facts | changed))


def make_view(now=None, *, age=timedelta(minutes=5), faults=(), happened=(), course=None):
    """A view of the place so long after what was counted."""
    plan = places.plan()
    nothing = Course([], np.empty((0, NUMBER)), np.empty((0, NUMBER), np.int64))
    return View(
        "town", "Town", 900, AT + age, plan, places.place(), now, timedelta(hours=3),
        course or nothing, list(faults), list(happened),
    )  # fmt: skip
