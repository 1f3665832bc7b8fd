-- Questions about days by the clock of Europe/Amsterdam, answered from the rollups.
--
-- A day with an hour that waits is not in the rollups: it is added up here, in the same statement, so
-- that what is stored is counted once. %(first)s and %(after)s are the midnights at which the whole
-- days of a period begin and end, %(first_day)s and %(after_day)s their dates. OFFSET 0 and bounds
-- that are said twice: see hours.sql. Only schema public is read.

-- name: series
-- One fixed node a day; what a period cuts from a day, and days that wait, come from the
-- observations. {rolled} and {raw} are sum and number of the good values of each quantity, {columns}
-- their mean and number.
WITH waiting AS (
    SELECT DISTINCT generate_series(
        date_trunc('day', greatest(first, %(first)s) AT TIME ZONE 'Europe/Amsterdam'),
        (least(after, %(after)s) - INTERVAL '1 hour') AT TIME ZONE 'Europe/Amsterdam',
        '1 day'
    ) AS day
    FROM public.waiting_node
    WHERE node = %(node)s AND first < %(after)s AND after > %(first)s
), span AS (
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

-- name: years
-- One quantity of a year per fixed node: days and hours that count, the mean of these days, and in
-- {days_above} and {hours_above} how often they were above limits. Of a day that waits all hours are
-- added up, from the rollups but for those that wait themselves. Totals are whole steps, so that a
-- mean that is the limit is not above it. Hours are looked for only in days with a value so high.
WITH waiting AS (
    SELECT DISTINCT node, generate_series(
        greatest(first, %(first)s), least(after, %(after)s) - INTERVAL '1 hour', '1 hour'
    ) AS hour
    FROM public.waiting_node
    WHERE first < %(after)s AND after > %(first)s
        AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
), waiting_day AS (
    SELECT DISTINCT node, date_trunc('day', hour AT TIME ZONE 'Europe/Amsterdam') AS day
    FROM waiting
), hour AS (
    SELECT w.node, h.hour, h.samples, h.good, round(h.mean * h.good * %(per)s) AS total, h.high
    FROM waiting_day w CROSS JOIN LATERAL (
        SELECT * FROM public.rollup_hour
        WHERE node = w.node AND quantity = %(quantity)s
            AND hour >= w.day AT TIME ZONE 'Europe/Amsterdam'
            AND hour < (w.day + INTERVAL '1 day') AT TIME ZONE 'Europe/Amsterdam'
        OFFSET 0
    ) AS h
    UNION ALL
    SELECT
        w.node,
        w.hour,
        count({quantity}),
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        sum(round({quantity} * %(per)s)) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        max({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
    FROM waiting w CROSS JOIN LATERAL (
        SELECT flags, {quantity} FROM public.observation
        WHERE node = w.node AND time >= w.hour AND time < w.hour + INTERVAL '1 hour'
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS o
    GROUP BY w.node, w.hour
), judged AS (
    SELECT *, max(samples) OVER (PARTITION BY node, day) AS expected
    FROM (SELECT *, (hour AT TIME ZONE 'Europe/Amsterdam')::date AS day FROM hour) AS dated
), part AS (
    SELECT node, day, false AS waits, samples, mean, high, expected, hours, complete
    FROM public.rollup_day
    WHERE quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s
        AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
    UNION ALL
    SELECT
        node,
        day,
        true,
        sum(samples),
        sum(total) / nullif(sum(good), 0) / %(per)s,
        max(high),
        max(expected),
        count(*) FILTER (WHERE good > 0 AND 4 * good >= 3 * expected),
        count(*) FILTER (WHERE good > 0 AND 4 * good >= 3 * expected) >= 18
    FROM judged
    GROUP BY node, day
), high_hour AS (
    SELECT p.node, h.mean
    FROM part p CROSS JOIN LATERAL (
        SELECT mean, good FROM public.rollup_hour
        WHERE node = p.node AND quantity = %(quantity)s
            AND hour >= p.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
            AND hour < (p.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
        OFFSET 0
    ) AS h
    WHERE NOT p.waits AND p.high > %(lowest)s AND 4 * h.good >= 3 * p.expected
    UNION ALL
    SELECT node, total / good / %(per)s
    FROM judged
    WHERE high > %(lowest)s AND 4 * good >= 3 * expected
), high_hours AS (
    SELECT node, {hours_above}
    FROM high_hour
    GROUP BY node
)
SELECT days.*, {hours_found}
FROM (
    SELECT
        node,
        count(*) FILTER (WHERE complete) AS days,
        sum(hours)::bigint AS hours,
        avg(mean) FILTER (WHERE complete) AS mean,
        {days_above}
    FROM part
    GROUP BY node
    HAVING sum(samples) > 0
) AS days LEFT JOIN high_hours USING (node)
ORDER BY node;
