"""What is kept of a situation is enough to go on from."""

from dataclasses import fields

import numpy as np

from predict.crowd.keeping import KEPT_LEVELS, from_json, name_gauges, to_json, to_kept
from predict.crowd.situation import AHEAD_S, look
from predict.crowd.warning import Rules, acknowledge, no_alerts, update_alerts

from .places import place
from .test_situation import DAY, EMPTY, counts_of

GAUGES = ["zone/square", "zone/street", "passage/gate", "passage/arch", "passage/stairs"]


def some_alerts():
    chance = np.zeros((5, 3, 2))
    chance[1, :2] = 0.9
    alerts, _ = update_alerts(no_alerts(5), 1_790_000_000, chance, np.zeros(5, np.int8), Rules())
    return acknowledge(alerts, 1)


def test_gauges_are_zones_then_passages():
    assert name_gauges(place()) == GAUGES


def test_alerts_come_back_as_they_were():
    alerts = some_alerts()
    back = from_json(to_json(alerts, GAUGES), GAUGES)
    for field in fields(alerts):
        ours, theirs = getattr(alerts, field.name), getattr(back, field.name)
        assert ours.dtype == theirs.dtype
        assert ours.tolist() == theirs.tolist()


def test_a_gauge_that_is_new_has_no_alert_and_one_that_is_gone_is_forgotten():
    said = to_json(some_alerts(), GAUGES)
    back = from_json(said, ["zone/new", "zone/street"])
    assert back.level.tolist() == [0, 2]


def test_columns_fit_together():
    found = look(place(), counts_of()[: DAY + 50], 900, EMPTY[: DAY + 50])
    kept = to_kept(place(), found, no_alerts(5))
    assert len(kept["gauges"]) == len(kept["people"]) == len(kept["value"]) == 5
    assert np.shape(kept["quantiles"]) == (len(AHEAD_S), 5, len(KEPT_LEVELS))
    assert np.allclose(kept["levels"], KEPT_LEVELS)
    assert np.shape(kept["chance"]) == (5, 3, len(AHEAD_S))
    assert len(kept["counters"]) == len(kept["judged"]) == 6
