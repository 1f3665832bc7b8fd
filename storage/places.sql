-- Questions about places, a day a row, answered from the rollups.
--
-- A day of a place that waits is not in the rollups. Of a zone it is added up here, in the same
-- statement, so that what is stored is counted once. Days are those of the clock of
-- Europe/Amsterdam, from %(first_day)s to %(after_day)s; a node counts where it stood at the start
-- of the day. OFFSET 0: see hours.sql. Only schema public is read.

-- name: zones
SELECT z.name, z.kind, z.label, count(n.node) AS nodes
FROM public.zone z LEFT JOIN public.zone_node n ON n.zone = z.name AND n.until = 'infinity'
GROUP BY z.name, z.kind, z.label
ORDER BY z.kind, z.name;

-- name: zone_nodes
-- Which fixed nodes stood in which zone in a period, and where these are.
SELECT DISTINCT n.zone, n.node
FROM public.zone_node n
WHERE n.since < %(stop)s AND n.until > %(start)s
ORDER BY n.zone, n.node;

-- name: zone_outlines
SELECT name, outline::text AS outline FROM public.zone ORDER BY name;

-- name: known_zone
SELECT name FROM public.zone WHERE name = %(zone)s;

-- name: zone_days_rolled
-- One quantity of a zone a day, and which of its days wait: mostly none does. To look through all
-- chunks for what does not wait would take the planner longer than the answer.
SELECT
    day, mean, median, low, high,
    sources::bigint AS nodes, complete::bigint AS complete, good AS count, false AS waits
FROM public.rollup_place
WHERE zone = %(zone)s AND quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s
UNION ALL
SELECT day, NULL, NULL, NULL, NULL, 0, 0, 0, true
FROM public.waiting_place
WHERE place = (SELECT place FROM public.zone WHERE name = %(zone)s)
    AND day >= %(first_day)s AND day < %(after_day)s
ORDER BY day;

-- name: zone_days
-- One quantity of a zone a day, where some wait. Of a day that waits the nodes are added up: those that wait
-- themselves from their hours, and hours that wait from the observations. Totals are whole steps.
WITH waiting AS MATERIALIZED (
    SELECT
        day,
        day::timestamp AT TIME ZONE 'Europe/Amsterdam' AS begins,
        (day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam' AS ends
    FROM public.waiting_place
    WHERE place = (SELECT place FROM public.zone WHERE name = %(zone)s)
        AND day >= %(first_day)s AND day < %(after_day)s
), present AS MATERIALIZED (
    SELECT n.node, w.day, w.begins, w.ends, d.node IS NOT NULL AS waits
    FROM waiting w
        JOIN public.zone_node n ON n.zone = %(zone)s AND n.since <= w.begins AND n.until > w.begins
        LEFT JOIN public.waiting_day d ON d.node = n.node AND d.day = w.day
), waiting_hour AS MATERIALIZED (
    SELECT DISTINCT p.node, p.day, generate_series(
        greatest(w.first, p.begins), least(w.after, p.ends) - INTERVAL '1 hour', '1 hour'
    ) AS hour
    FROM present p JOIN public.waiting_node w
        ON w.node = p.node AND w.first < p.ends AND w.after > p.begins
    WHERE p.waits
), again AS (
    SELECT p.node, p.day, h.samples, h.good, round(h.mean * h.good * %(per)s) AS total, h.low, h.high
    FROM present p CROSS JOIN LATERAL (
        SELECT * FROM public.rollup_hour
        WHERE node = p.node AND quantity = %(quantity)s AND hour >= p.begins AND hour < p.ends
        OFFSET 0
    ) AS h
    WHERE p.waits
    UNION ALL
    SELECT
        w.node,
        w.day,
        count({quantity}),
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        sum(round({quantity} * %(per)s)) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        min({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        max({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
    FROM waiting_hour w CROSS JOIN LATERAL (
        SELECT flags, {quantity} FROM public.observation
        WHERE node = w.node AND time >= w.hour AND time < w.hour + INTERVAL '1 hour'
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS o
    GROUP BY w.node, w.day, w.hour
), part AS (
    SELECT
        day,
        sum(good) AS good,
        sum(total) AS total,
        min(low) AS low,
        max(high) AS high,
        count(*) FILTER (WHERE good > 0 AND good >= 0.75 * expected) >= 18 AS complete
    FROM (SELECT *, max(samples) OVER (PARTITION BY node, day) AS expected FROM again) AS compared
    GROUP BY node, day
    UNION ALL
    SELECT p.day, d.good, round(d.mean * d.good * %(per)s), d.low, d.high, d.complete
    FROM present p CROSS JOIN LATERAL (
        SELECT * FROM public.rollup_day
        WHERE node = p.node AND quantity = %(quantity)s AND day = p.day
        OFFSET 0
    ) AS d
    WHERE NOT p.waits
)
SELECT
    day, mean, median, low, high,
    sources::bigint AS nodes, complete::bigint AS complete, good AS count
FROM public.rollup_place
WHERE zone = %(zone)s AND quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s
UNION ALL
SELECT
    day,
    sum(total)::float8 / sum(good)::float8 / %(per)s,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY (total::float8 / good::float8)) / %(per)s,
    min(low),
    max(high),
    count(*),
    count(*) FILTER (WHERE complete),
    sum(good)::bigint
FROM part
WHERE good > 0
GROUP BY day
ORDER BY day;

-- name: cell_days
-- Cells over the days of which no place waits, and as cell 0 the other days. {inside} keeps about a
-- box.
WITH waiting AS MATERIALIZED (
    SELECT DISTINCT day FROM public.waiting_place WHERE day >= %(first_day)s AND day < %(after_day)s
)
SELECT
    cell,
    sum(total) / sum(count)::float8 AS mean,
    sum(count)::bigint AS count,
    max(nodes)::bigint AS nodes,
    NULL::date AS left_out
FROM (
    SELECT cell, day, sum(mean * good) AS total, sum(good) AS count, sum(sources) AS nodes
    FROM public.rollup_place
    WHERE quantity = %(quantity)s AND day >= %(first_day)s AND day < %(after_day)s
        AND (cell >> 52) & 15 = CASE WHEN moving THEN %(moving)s ELSE %(fixed)s END
        AND {inside}
        AND day NOT IN (SELECT day FROM waiting)
    GROUP BY cell, day
) AS part
GROUP BY cell
UNION ALL
SELECT 0, 0, 0, 0, day FROM waiting
ORDER BY 1, 5;
