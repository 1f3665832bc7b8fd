-- Hours of places for a page of them, from the rollups; what waits is read beside them, in the same
-- statement, so that what is stored is counted once. OFFSET 0 and bounds that are said twice: see
-- hours.sql. {present} has place, node, since and until: who stands where. Only schema public is
-- read.

-- name: hours
-- Hours from first to after of places, added up from their fixed nodes; what rode through them comes
-- beside, as a last piece.
WITH present AS MATERIALIZED (
    {present}
), waiting AS MATERIALIZED (
    SELECT place, node, hour AS begins, hour + INTERVAL '1 hour' AS ends
    FROM (
        SELECT DISTINCT p.place, p.node, p.since, p.until, generate_series(
            greatest(w.first, %(first)s), least(w.after, %(after)s) - INTERVAL '1 hour', '1 hour'
        ) AS hour
        FROM present p JOIN public.waiting_node w
            ON w.node = p.node AND w.first < %(after)s AND w.after > %(first)s
    ) AS noted
    WHERE hour >= since AND hour < until
), part AS (
    SELECT p.place, h.hour, p.node AS source, h.mean * h.good AS total, h.good
    FROM present p CROSS JOIN LATERAL (
        -- the same hours of every node: what differs by row keeps no chunk out
        SELECT hour, mean, good FROM public.rollup_hour
        WHERE node = p.node AND quantity = %(quantity)s AND hour >= %(first)s AND hour < %(after)s
        OFFSET 0
    ) AS h
    WHERE h.hour >= p.since AND h.hour < p.until AND (SELECT count(*) FROM present) <= 100
    UNION ALL
    -- of more nodes the hours of all are read at once, in half the time
    SELECT p.place, h.hour, p.node, h.mean * h.good, h.good
    FROM present p JOIN public.rollup_source h
        ON h.source = p.node AND h.hour >= p.since AND h.hour < p.until
    WHERE NOT h.moving AND h.quantity = %(quantity)s
        AND h.hour >= %(first)s AND h.hour < %(after)s
        AND (SELECT count(*) FROM present) > 100
    UNION ALL
    SELECT
        w.place,
        w.begins,
        w.node,
        sum({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
    FROM waiting w CROSS JOIN LATERAL (
        SELECT flags, {quantity} FROM public.observation
        WHERE node = w.node AND time >= w.begins AND time < w.ends
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS o
    GROUP BY w.place, w.begins, w.node
    {rides}
)
SELECT
    place,
    hour AS time,
    sum(total)::float8 / sum(good)::float8 AS mean,
    sum(good)::bigint AS count,
    count(*) AS nodes -- or rides: each has one row an hour
FROM part
WHERE good > 0
GROUP BY place, hour
ORDER BY place, hour;

-- name: rides
-- A piece of `hours`: rides through one cell, in the hour in which they start.
UNION ALL
SELECT %(place)s, hour, source, sum(mean * good), sum(good)
FROM public.rollup_source
WHERE moving AND quantity = %(quantity)s AND hour >= %(first)s AND hour < %(after)s
    AND cell_parent(cell, %(resolution)s) = %(cell)s
GROUP BY hour, source
UNION ALL
SELECT
    %(place)s,
    w.hour,
    w.ride::text,
    sum({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
    count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
FROM public.waiting_ride w CROSS JOIN LATERAL (
    SELECT cell, flags, {quantity} FROM public.ride_observation
    WHERE ride = w.ride
    OFFSET 0
) AS o
WHERE w.hour >= %(first)s AND w.hour < %(after)s
    AND cell_parent(o.cell, %(resolution)s) = %(cell)s
GROUP BY w.hour, w.ride;

-- name: node
-- A piece of `hours`: one node, wherever it stood.
SELECT
    name AS place, name AS node, '-infinity'::timestamptz AS since, 'infinity'::timestamptz AS until
FROM public.node WHERE name = %(place)s AND NOT moving;

-- name: zones
-- A piece of `hours`: zones of these names, and the nodes while they stood in them.
SELECT zone AS place, node, since, until
FROM public.zone_node
WHERE zone = ANY(%(places)s) AND since < %(after)s AND until > %(first)s;

-- name: cell
-- A piece of `hours`: one cell, and the nodes while they stood in it.
SELECT %(place)s AS place, node, since, until
FROM public.placement
WHERE cell_parent(cell, %(resolution)s) = %(cell)s AND since < %(after)s AND until > %(first)s;

-- name: zones_days
-- Days of zones, and of days that wait only which these are.
SELECT
    zone AS place, day::timestamp AS day, mean, sources::bigint AS nodes, complete::bigint AS complete,
    good::bigint AS count, false AS waits
FROM public.rollup_place
WHERE zone = ANY(%(places)s) AND quantity = %(quantity)s
    AND day >= %(first_day)s AND day < %(after_day)s
UNION ALL
SELECT z.name, w.day::timestamp, NULL, 0, 0, 0, true
FROM public.zone z JOIN public.waiting_place w ON w.place = z.place
WHERE z.name = ANY(%(places)s) AND w.day >= %(first_day)s AND w.day < %(after_day)s
ORDER BY place, day;

-- name: standing
-- Which nodes stood in which of some zones at the midnights of some days.
SELECT DISTINCT n.zone AS place, n.node, d.day::timestamp AS day
FROM public.zone_node n JOIN unnest(%(days)s::date[]) AS d (day)
    ON n.since <= d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    AND n.until > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
WHERE n.zone = ANY(%(places)s);
