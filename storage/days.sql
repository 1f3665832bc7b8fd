-- Questions about days by the clock of Europe/Amsterdam, answered from the rollups.
--
-- A day that waits, itself or for an hour, is not in the rollups: it is added up here, in the same
-- statement, so that what is stored is counted once. %(first)s and %(after)s are the midnights at which the whole
-- days of a period begin and end, %(first_day)s and %(after_day)s their dates. OFFSET 0 and bounds
-- that are said twice: see hours.sql. Only schema public is read.

-- name: series
-- One fixed node a day; what a period cuts from a day, and days that wait, come from the
-- observations. {rolled} and {raw} are sum and number of the good values of each quantity, {columns}
-- their mean and number.
WITH waiting AS (
    SELECT day::timestamp AS day
    FROM public.waiting_day
    WHERE node = %(node)s AND day >= %(first_day)s AND day < %(after_day)s
), span AS MATERIALIZED (
    SELECT
        day AT TIME ZONE 'Europe/Amsterdam' AS begins,
        (day + INTERVAL '1 day') AT TIME ZONE 'Europe/Amsterdam' AS ends
    FROM waiting
    UNION ALL
    VALUES (%(start)s, %(first)s), (%(after)s, %(stop)s)
), part AS (
    SELECT day, {rolled}
    FROM public.rollup_day
    WHERE node = %(node)s AND quantity = ANY(%(keys)s)
        AND day >= %(first_day)s AND day < %(after_day)s
    GROUP BY day
    UNION ALL
    SELECT (time AT TIME ZONE 'Europe/Amsterdam')::date, {raw}
    FROM span CROSS JOIN LATERAL (
        SELECT * FROM public.observation
        WHERE node = %(node)s AND time >= begins AND time < ends
            AND time >= %(start)s AND time < %(stop)s
        OFFSET 0
    ) AS again
    GROUP BY 1
)
SELECT day::timestamp AT TIME ZONE 'Europe/Amsterdam' AS time, {columns}
FROM part
GROUP BY day
ORDER BY day;

-- name: judged
-- Of one quantity the days of fixed nodes that are not in the rollups as they wait: day_again, in
-- hours that are judged. All hours of such a day are added up, from the rollups but for those that
-- wait themselves. Totals are whole steps, so that a mean that is a limit is not above it by a
-- rounding. A piece of the queries below.
waiting AS MATERIALIZED (
    SELECT node, hour AS begins, hour + INTERVAL '1 hour' AS ends
    FROM (
        SELECT DISTINCT node, generate_series(
            greatest(first, %(first)s), least(after, %(after)s) - INTERVAL '1 hour', '1 hour'
        ) AS hour
        FROM public.waiting_node
        WHERE first < %(after)s AND after > %(first)s
            AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
    ) AS noted
), waiting_day AS MATERIALIZED (
    SELECT
        node,
        day::timestamp AT TIME ZONE 'Europe/Amsterdam' AS begins,
        (day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam' AS ends
    FROM public.waiting_day
    WHERE day >= %(first_day)s AND day < %(after_day)s
        AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
), again AS (
    SELECT w.node, h.hour, h.samples, h.good, round(h.mean * h.good * %(per)s) AS total, h.high
    FROM waiting_day w CROSS JOIN LATERAL (
        SELECT * FROM public.rollup_hour
        WHERE node = w.node AND quantity = %(quantity)s AND hour >= w.begins AND hour < w.ends
        OFFSET 0
    ) AS h
    UNION ALL
    SELECT
        w.node,
        w.begins,
        count({quantity}),
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        sum(round({quantity} * %(per)s)) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        max({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
    FROM waiting w CROSS JOIN LATERAL (
        SELECT flags, {quantity} FROM public.observation
        WHERE node = w.node AND time >= w.begins AND time < w.ends
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS o
    GROUP BY w.node, w.begins
), judged AS (
    SELECT *, total / good / %(per)s AS mean, good >= 0.75 * expected AS captured
    FROM (
        SELECT
            node, hour, day, samples, nullif(good, 0) AS good, total, high,
            max(samples) OVER (PARTITION BY node, day) AS expected
        FROM (SELECT *, (hour AT TIME ZONE 'Europe/Amsterdam')::date AS day FROM again) AS dated
    ) AS compared
), day_again AS (
    SELECT
        node,
        day,
        sum(samples) AS samples,
        sum(good) AS good,
        max(expected) AS expected,
        sum(total) / sum(good) / %(per)s AS mean,
        count(*) FILTER (WHERE captured) AS hours,
        count(*) FILTER (WHERE captured) >= 18 AS complete
    FROM judged
    GROUP BY node, day
);

-- name: years
-- One quantity of a year per fixed node: days and hours that count, the mean of these days, and in
-- {in_days} and {in_hours} how often they were above limits. Hours are looked for only in days with
-- a value so high, and not where no limit is of an hour.
WITH {judged}, high_hour AS (
    SELECT d.node, h.mean
    FROM (
        SELECT
            node,
            expected,
            day::timestamp AT TIME ZONE 'Europe/Amsterdam' AS begins,
            (day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam' AS ends
        FROM public.rollup_day
        WHERE quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s
            AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
            AND high > %(lowest)s AND %(lowest)s < 'Infinity'::float8
        OFFSET 0
    ) AS d
    CROSS JOIN LATERAL (
        SELECT mean, good FROM public.rollup_hour
        WHERE node = d.node AND quantity = %(quantity)s AND hour >= d.begins AND hour < d.ends
        OFFSET 0
    ) AS h
    WHERE h.good >= 0.75 * d.expected
    UNION ALL
    SELECT node, mean FROM judged WHERE captured
), part AS (
    SELECT
        node,
        count(*) FILTER (WHERE complete) AS days,
        sum(hours) AS hours,
        sum(mean) FILTER (WHERE complete) AS total,
        sum(samples) AS samples,
        {in_days}
    FROM public.rollup_day
    WHERE quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s
        AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
    GROUP BY node
    UNION ALL
    SELECT
        node,
        count(*) FILTER (WHERE complete),
        sum(hours),
        sum(mean) FILTER (WHERE complete),
        sum(samples),
        {in_days}
    FROM day_again
    GROUP BY node
    UNION ALL
    SELECT node, 0, 0, 0, 0, {in_hours}
    FROM high_hour
    GROUP BY node
)
SELECT
    node,
    sum(days)::bigint AS days,
    sum(hours)::bigint AS hours,
    sum(total) / nullif(sum(days), 0)::float8 AS mean,
    {above}
FROM part
GROUP BY node
HAVING sum(samples) > 0
ORDER BY node;

-- name: node_days
-- One quantity of every fixed node a day: days with a good value.
WITH {judged}
SELECT
    node, day::timestamp AS day, mean, good::bigint AS count, expected::bigint AS expected,
    hours::bigint AS hours, complete
FROM public.rollup_day
WHERE quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s AND good > 0
    AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
UNION ALL
SELECT
    node, day::timestamp, mean, good::bigint, expected::bigint, hours::bigint, complete
FROM day_again
WHERE good > 0
ORDER BY node, day;
