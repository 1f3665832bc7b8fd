"""Scores worked out one forecast at a time, from what is stored, in plain Python."""

from datetime import timedelta

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
FORECASTS = """
SELECT s.kind, p.place, r.quantity, r.cutoff, f.quantiles, f.naive
FROM private.forecast f JOIN private.forecast_round r ON r.id = f.round_id
    JOIN private.forecast_series s ON s.id = f.series_id
    JOIN private.forecast_place p ON p.id = f.series_id
WHERE f.reason IS NULL AND s.kind = 'node'
"""
MEASURED = """
SELECT node, hour, (mean)::real FROM public.rollup_hour
WHERE quantity = %s AND good > 0 AND good >= 0.5 * %s
"""
SCORES = """
SELECT place, day, ahead_to, forecasts, inside50, inside80, inside95, loss, missed, naive
FROM public.forecast_score WHERE kind = 'node'
"""


def expect_scores(connection, quantity, usual):
    """{(place, day, hours ahead): sums} of nodes; ``usual`` samples make a whole hour."""
    rows = connection.execute(MEASURED, [quantity, usual]).fetchall()
    measured = {(node, hour): mean for node, hour, mean in rows}
    found = {}
    for _, place, _, cutoff, quantiles, naive in connection.execute(FORECASTS).fetchall():
        for ahead in range(72):
            hour = cutoff + timedelta(hours=ahead)
            came = measured.get((place, hour))
            if came is None:
                continue
            said = quantiles[7 * ahead : 7 * ahead + 7]
            key = (place, hour.date(), ahead // 6 * 6 + 6)
            sums = found.setdefault(key, [0] * 7)
            sums[0] += 1
            sums[1] += said[2] <= came <= said[4]
            sums[2] += said[1] <= came <= said[5]
            sums[3] += said[0] <= came <= said[6]
            pinball = 0.0
            for level, value in zip(LEVELS, said, strict=True):
                off = came - value
                pinball += level * off if off > 0 else (level - 1) * off
            sums[4] += round(1000 * 2 * pinball / 7)
            sums[5] += round(1000 * abs(came - said[3]))
            sums[6] += round(1000 * abs(came - naive[ahead % 24]))
    return found


def read_scores(connection):
    """The same of what the public is told."""
    return {
        (place, day, ahead): [*counts, *(round(1000 * loss) for loss in losses)]
        for place, day, ahead, *counts, l1, l2, l3 in connection.execute(SCORES).fetchall()
        for losses in [(l1, l2, l3)]
    }


def assert_scores(connection, quantity="pm25", usual=6):
    """Every sum is that of the oracle, but for a thousandth a forecast where a half is rounded."""
    expected, told = expect_scores(connection, quantity, usual), read_scores(connection)
    assert told.keys() == expected.keys()
    for key, sums in expected.items():
        assert told[key][:4] == sums[:4], key
        assert all(abs(a - b) <= 1 for a, b in zip(told[key][4:], sums[4:], strict=True)), key
    return expected
