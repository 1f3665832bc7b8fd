"""What may be told of a place, and what must be taken back."""

from datetime import timedelta

import numpy as np

from dashboard.crowd.saying import tell_next, tell_unknown
from dashboard.crowd.urgency import find_urgency
from dashboard.crowd.view import Course, Fault, find_faults, to_now
from dashboard.words import Words
from storage.crowd import Happened
from tests.dashboard.crowd.views import AT, CALM, GAUGES, NUMBER, make_now, make_view
from tests.predict.crowd import places

STEP = timedelta(minutes=15)
GATE = GAUGES.index("passage/gate")


def test_nothing_is_known_of_a_place_that_nobody_updates():
    now = make_now(signal=np.array([3, 0, 1, 2, 0]))
    assert make_view(now, age=timedelta(minutes=31)).signal.tolist() == [3, 0, 1, 2, 0]
    late = make_view(now, age=timedelta(minutes=31, seconds=1))
    assert late.is_stale
    assert late.signal.tolist() == [-1] * NUMBER
    assert make_view(None).signal.tolist() == [-1] * NUMBER


def test_a_gauge_whose_counter_fails_is_never_calm_but_stays_as_full_as_it_is():
    fault = Fault("gate-f", "silent", AT, np.array([1, GATE]))
    course = Course([AT], np.zeros((1, NUMBER)), np.zeros((1, NUMBER), np.int64))
    calm = make_view(make_now(), faults=[fault], course=course)
    assert calm.signal.tolist() == [0, -1, -1, 0, 0]
    full = make_view(make_now(signal=np.array([0, 2, 0, 0, 0])), faults=[fault])
    assert full.signal[1] == 2
    urgency = find_urgency(calm)
    assert tell_next(Words("nl"), calm, urgency, GATE).startswith("een teller valt uit")


def test_what_was_calm_when_it_was_known_last_is_not_called_so():
    signal = np.zeros((2, NUMBER), np.int64)
    signal[1, :2] = -1
    signal[0, 1] = 2
    course = Course([AT - STEP, AT], np.zeros((2, NUMBER)), signal)
    now = make_now(signal=signal[1])
    view = make_view(now, course=course)
    assert tell_unknown(Words("nl"), view, 0) == "geen telling sinds 13:45"
    assert tell_unknown(Words("nl"), view, 1) == "geen telling sinds 13:45, toen erg druk"


def test_a_silent_counter_is_told_from_its_last_count_and_a_stuck_one_from_when_it_was_seen():
    names = list(places.place().counters.ids)
    judged = [[0] * 6, [1, 2, 0, 0, 0, 0], [1, 2, 0, 0, 0, 0]]
    rows = [
        {"time": AT - (2 - n) * STEP, "counters": names, "judged": each}
        for n, each in enumerate(judged)
    ]
    silent, stuck = find_faults(places.place(), rows[-1], rows, 900)
    assert (silent.counter, silent.kind) == ("gate-f", "silent")
    assert silent.since == AT - 3 * STEP  # it was silent for two intervals when that was seen
    assert [GAUGES[g] for g in silent.gauges] == ["zone/street", "passage/gate"]
    assert stuck.since == AT - STEP
    whole = find_faults(places.place(), rows[-1], rows[1:], 900)
    assert whole[0].since is None  # it may be longer ago than these rows


def test_a_plan_that_changed_since_leaves_its_new_gauges_unknown():
    said = {
        "time": AT, "gauges": ["zone/gone", "zone/square"], "people": [1.0, 2.0],
        "value": np.array([0.5, 0.7]), "signal": [1, 2], "ahead_s": [900, 1800],
        "levels": np.array([0.1, 0.5, 0.9], np.float32), "quantiles": np.arange(12.0),
        "chance": np.arange(12.0) / 12, "alerts": {},
    }  # fmt: skip
    now = to_now(said, GAUGES)
    assert now.signal.tolist() == [2, -1, -1, -1, -1]
    assert now.value[0] == 0.7
    assert now.table[:, 0].tolist() == [[3, 4, 5], [9, 10, 11]]
    assert np.isnan(now.table[:, 1:]).all()
    assert (now.chance[0] * 12).round().tolist() == [[6, 7], [8, 9], [10, 11]]
    assert np.isnan(now.chance[1:]).all()


def test_an_alert_that_was_acknowledged_after_the_update_counts_as_seen():
    raised = int(AT.timestamp())
    alerts = dict.fromkeys(GAUGES, CALM) | {
        "zone/square": {"level": 2, "raised": raised, "seen": 0, "escalated": 0}
    }
    chance = np.zeros((NUMBER, 3, 2))
    chance[0, 1] = 0.55, 0.8
    now = make_now(alerts=alerts, chance=chance)
    before = Happened(AT - STEP, "seen", "zone/square", None)
    after = Happened(AT + STEP / 5, "seen", "zone/square", None)
    (alert,) = make_view(now, happened=[before]).alerts
    assert (alert.level, alert.seen, alert.chance, alert.raised) == (2, False, 0.8, AT)
    (alert,) = make_view(now, happened=[after, before]).alerts
    assert alert.seen
    (alert,) = make_view(make_now(alerts=alerts, signal=np.array([2, 0, 0, 0, 0]))).alerts
    assert alert.chance == 1  # its limit is passed
