"""How well an event is foreseen, and how long an update of a thousand zones takes.

``vs_best_naive_15``, ``_30``, ``_60``  mean pinball loss over the best of persistence, same time
                        yesterday and their mean, each as it is; from the second day of SAIL on
``vs_best_wide_15``, ``_30``, ``_60``   the same, these given quantiles by their own past errors
``coverage80``          share of counts in the 80 % interval, furthest from it of the three
``coverage80_worst``    the same by quarter of the day
``alert_auc``           area under the ROC curve of the chance that the flow of a passage passes a
                        limit within half an hour: the 95th percentile of all flow at SAIL
``alert_auc_own``       the same with the 95th percentile of each passage as its limit
``alert_lead_min``      minutes between an alert and the beginning of what it foresaw, median
``alert_hits``          share of times above the limit that an alert was open for when they began
``alert_false_per_day`` alerts a passage and day during and soon after which nothing came
``step_ms``             counts of 1,000 zones and passages to alerts, one update on one core

The counts stand beside the repository (see tests/conftest.py); without them there is only a time.
"""

import numpy as np

from predict.crowd.flow import to_flow, to_ways
from predict.crowd.hindsight import close_gaps, compare, measure_auc
from predict.crowd.place import Counters, Passages, Place, Zones
from predict.crowd.situation import look
from predict.crowd.warning import Rules, no_alerts, update_alerts
from predict.exceed import exceedance
from predict.nowcast import nowcast
from tests.benchmarks.sail import FOLDER, add_up, read_sail
from tests.benchmarks.timing import measure_s

QUARTER_S, DAY = 900, 96
LEVELS = np.arange(0.05, 0.96, 0.05)
FINE = np.array([0.005, 0.01, 0.025, *LEVELS, 0.975, 0.99, 0.995])
AHEAD = (1, 2, 4)  # quarters: 15, 30 and 60 minutes
REST_H = 2  # of the second day, before anything is scored
APART = 4  # quarters that two episodes are apart


def measure(scale: float) -> dict[str, float]:
    """Speed, then skill; with a small ``scale`` fewer origins are looked at."""
    return measure_step(scale) | (measure_sail(scale) if FOLDER.is_dir() else {})


def measure_step(scale: float) -> dict[str, float]:
    """Milliseconds from counts of two days to alerts, of 1,000 zones."""
    place, counts = make_town(max(round(1000 * scale), 10))
    alerts, is_empty = no_alerts(2 * len(place.zones.ids)), np.arange(len(counts)) % DAY == 20

    def step() -> None:
        found = look(place, counts, QUARTER_S, is_empty)
        update_alerts(alerts, 0, found.chance, found.signal, Rules())

    return {"step_ms": 1000 * measure_s({"step": step}, rounds=3)["step"]}


def make_town(zones: int) -> tuple[Place, np.ndarray]:
    """Squares with an entrance each, counted both ways for two days."""
    ids, each = tuple(map(str, range(zones))), np.arange(zones)
    nobody, rng = np.full(zones, -1), np.random.default_rng(0)
    limits = np.tile([1.0, 2.0, 3.5], (zones, 1))
    place = Place(
        "town",
        Zones(ids, ids, np.full(zones, 500.0), np.full(zones, np.nan), limits),
        Passages(ids, ids, np.full(zones, 4.0), nobody, each, limits * 20),
        Counters(
            tuple(map(str, range(2 * zones))),
            np.repeat(each, 2),
            np.tile([False, True], zones),
            np.ones(2 * zones),
        ),
    )
    day = 30 * (1.1 + np.sin(2 * np.pi * np.arange(2 * DAY) / DAY))
    return place, rng.poisson(day[:, None], (2 * DAY, 2 * zones)).astype(float)


def measure_sail(scale: float) -> dict[str, float]:
    """Skill on counts per quarter of an hour and sensor direction, alerts on flow of passages."""
    place, counts = read_sail()
    values = add_up(counts, 5)
    origins = np.arange(DAY + 4 * REST_H, len(values) - max(AHEAD) + 1, max(round(1 / scale), 1))
    tables = np.stack(
        [nowcast(values[:o], LEVELS, AHEAD, day=DAY).then.table for o in origins], axis=1
    )
    found = {}
    covered = []
    for ahead, table in zip(AHEAD, tables, strict=True):
        came, minutes = values[origins + ahead - 1], 15 * ahead
        ours, naive, wide = _losses(values, origins, ahead, table)
        inside = (came >= table[..., 1]) & (came <= table[..., -2])
        found[f"vs_best_naive_{minutes}"], found[f"vs_best_wide_{minutes}"] = (
            ours / naive,
            ours / wide,
        )
        covered.append((inside, (origins + ahead - 1) % DAY * 4 // DAY))
    shares = [inside.mean() for inside, _ in covered]
    parts = [inside[part == q].mean() for inside, part in covered for q in range(4)]
    furthest = [max(each, key=lambda share: abs(share - 0.8)) for each in (shares, parts)]
    found |= {"coverage80": furthest[0], "coverage80_worst": furthest[1]}
    return found | measure_alerts(to_flow(place, to_ways(place, values), QUARTER_S), origins)


def _losses(
    values: np.ndarray, origins: np.ndarray, ahead: int, table: np.ndarray
) -> tuple[float, float, float]:
    """Mean pinball loss: ours, of the best naive guess, and of the best with its past errors."""
    came = values[origins + ahead - 1]
    naive, wide = [], []
    rows = np.arange(DAY, len(values))
    now, old = values[rows - ahead], values[rows - DAY]
    at = origins + ahead - 1 - DAY  # place of each target among these rows
    for guess in (now, old, (now + old) / 2):
        naive.append(_pinball(came, guess[at][..., None]))
        root = np.sqrt(guess)
        error = np.sqrt(values[rows]) - root
        past = [error[max(i - ahead + 1 - DAY, 0) : i - ahead + 1] for i in at]
        reach = np.stack([np.quantile(each, LEVELS, axis=0).T for each in past])
        wide.append(_pinball(came, np.maximum(root[at][..., None] + reach, 0) ** 2))
    return _pinball(came, table), min(naive), min(wide)


def _pinball(came: np.ndarray, table: np.ndarray) -> float:
    error = came[..., None] - table
    return float(np.maximum(LEVELS * error, (LEVELS - 1) * error).mean())


def measure_alerts(flow: np.ndarray, origins: np.ndarray) -> dict[str, float]:
    """How alerts of flow (t, p) would have been."""
    flow = flow[:, flow.max(axis=0) > 0]  # some counters saw nobody in three days
    limits = {
        "alert_auc": np.full(flow.shape[1], np.quantile(flow, 0.95)),
        "alert_auc_own": np.quantile(flow, 0.95, axis=0),
    }
    peaks = [nowcast(flow[:origin], FINE, AHEAD, day=DAY).peak for origin in origins]
    found = {}
    for key, limit in limits.items():
        told = np.array([exceedance(peak, limit)[AHEAD.index(2)] for peak in peaks])
        came = np.maximum(flow[origins], flow[origins + 1]) > limit
        found[key] = measure_auc(told[:, limit > 0].ravel(), came[:, limit > 0].ravel())
    limit = limits["alert_auc"]
    return found | play_alerts(flow, limit, [exceedance(peak, limit) for peak in peaks], origins)


def play_alerts(
    flow: np.ndarray, limit: np.ndarray, chances: list[np.ndarray], origins: np.ndarray
) -> dict[str, float]:
    """Alerts as they would have been raised and lowered, by chances (h, p) of passing a limit."""
    alerts, levels = no_alerts(flow.shape[1]), []
    for origin, chance in zip(origins, chances, strict=True):
        padded = np.zeros((flow.shape[1], 3, len(AHEAD)))
        padded[:, 0] = chance.T
        signal = (flow[origin - 1] > limit).astype(np.int8)
        alerts, _ = update_alerts(alerts, int(origin) * QUARTER_S, padded, signal, Rules())
        levels.append(alerts.level > 0)
    outcome = compare(close_gaps(flow > limit, APART)[origins], np.array(levels), APART)
    days = len(origins) * int(origins[1] - origins[0]) / DAY
    return {
        "alert_lead_min": float(np.median(outcome.lead_rows)) * 15,
        "alert_hits": outcome.hits / (outcome.hits + outcome.missed),
        "alert_false_per_day": outcome.false / flow.shape[1] / days,
    }
