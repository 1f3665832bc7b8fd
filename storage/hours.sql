-- Questions of queries.sql that the rollups answer as well, and faster; with the same answers.
--
-- A period is cut in three: the whole hours from %(first)s to %(after)s, and what is left of an
-- hour before and after them. Whole hours come from the rollups, but for those that wait to be
-- added up; these and the rest come from the observations. One statement sees both at one moment:
-- what is stored is either in the rollups or waits. OFFSET 0 has the planner look up what waits one
-- by one: it knows too little of it, and would rather sort all observations. The bounds that are
-- said twice let it leave out chunks of other times; those of a waiting hour are columns, for a sum
-- is no bound of an index. Only schema public is read.

-- name: waiting
-- How many hours of nodes wait in a period.
SELECT coalesce(
    sum(date_part('epoch', least(after, %(after)s) - greatest(first, %(first)s))) / 3600, 0
)::bigint AS hours
FROM public.waiting_node
WHERE first < %(after)s AND after > %(first)s;

-- name: series
-- One fixed node in steps of whole hours; {rolled} and {raw} are sum and number of the good values
-- of each quantity, {columns} their mean and number.
WITH waiting AS MATERIALIZED (
    SELECT hour AS begins, hour + INTERVAL '1 hour' AS ends
    FROM (
        SELECT DISTINCT generate_series(
            greatest(first, %(first)s), least(after, %(after)s) - INTERVAL '1 hour', '1 hour'
        ) AS hour
        FROM public.waiting_node
        WHERE node = %(node)s AND first < %(after)s AND after > %(first)s
    ) AS noted
), part AS (
    SELECT hour AS time, {rolled}
    FROM public.rollup_hour
    WHERE node = %(node)s AND quantity = ANY(%(keys)s)
        AND hour >= %(first)s AND hour < %(after)s
    GROUP BY hour
    UNION ALL
    SELECT begins, {raw}
    FROM waiting CROSS JOIN LATERAL (
        SELECT * FROM public.observation
        WHERE node = %(node)s AND time >= begins AND time < ends
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS again
    GROUP BY begins
    UNION ALL
    SELECT min(time), {raw}
    FROM public.observation
    WHERE node = %(node)s AND time >= %(start)s AND time < %(first)s
    HAVING count(*) > 0
    UNION ALL
    SELECT min(time), {raw}
    FROM public.observation
    WHERE node = %(node)s AND time >= %(after)s AND time < %(stop)s
    HAVING count(*) > 0
)
SELECT date_bin(make_interval(secs => %(width)s), time, '1970-01-01 00:00:00+00') AS time, {columns}
FROM part
GROUP BY 1
ORDER BY 1;

-- name: rolled_series
-- `series` of whole hours, of the rollups alone; nothing when an hour of the node waits.
SELECT
    date_bin(make_interval(secs => %(width)s), hour, '1970-01-01 00:00:00+00') AS time, {columns}
FROM public.rollup_hour
WHERE node = %(node)s AND quantity = ANY(%(keys)s) AND hour >= %(start)s AND hour < %(stop)s
    AND NOT EXISTS (
        SELECT FROM public.waiting_node
        WHERE node = %(node)s AND first < %(stop)s AND after > %(start)s
    )
GROUP BY 1
ORDER BY 1;

-- name: hourly
-- Hourly means of the good values of every fixed node.
WITH waiting AS MATERIALIZED (
    SELECT node, hour AS begins, hour + INTERVAL '1 hour' AS ends
    FROM (
        SELECT DISTINCT node, generate_series(
            greatest(first, %(first)s), least(after, %(after)s) - INTERVAL '1 hour', '1 hour'
        ) AS hour
        FROM public.waiting_node
        WHERE first < %(after)s AND after > %(first)s
    ) AS noted
), observed AS (
    SELECT w.node, w.begins AS hour, o.flags, o.{quantity}
    FROM waiting w CROSS JOIN LATERAL (
        SELECT flags, {quantity} FROM public.observation
        WHERE node = w.node AND time >= w.begins AND time < w.ends
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS o
    UNION ALL
    SELECT node, %(first)s - INTERVAL '1 hour', flags, {quantity}
    FROM public.observation
    WHERE time >= %(start)s AND time < %(first)s
    UNION ALL
    SELECT node, %(after)s, flags, {quantity}
    FROM public.observation
    WHERE time >= %(after)s AND time < %(stop)s
)
SELECT node, hour AS time, mean, good::bigint AS count
FROM public.rollup_hour
WHERE quantity = %(quantity)s AND hour >= %(first)s AND hour < %(after)s AND good > 0
UNION ALL
SELECT
    node,
    hour,
    avg({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
    count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
FROM observed
GROUP BY node, hour
HAVING count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) > 0
ORDER BY 1, 2;

-- name: hexagons
-- Mean of the good values per cell. Rides count by the hour in which they start, in the whole of
-- the period that they fall in. {inside} keeps about a box.
WITH waiting AS MATERIALIZED (
    SELECT node, hour AS begins, hour + INTERVAL '1 hour' AS ends
    FROM (
        SELECT DISTINCT node, generate_series(
            greatest(first, %(first)s), least(after, %(after)s) - INTERVAL '1 hour', '1 hour'
        ) AS hour
        FROM public.waiting_node
        WHERE first < %(after)s AND after > %(first)s
    ) AS noted
), observed AS (
    SELECT o.cell, o.node AS source, o.flags, o.{quantity}
    FROM waiting w CROSS JOIN LATERAL (
        SELECT node, cell, flags, {quantity} FROM public.observation
        WHERE node = w.node AND time >= w.begins AND time < w.ends
            AND time >= %(first)s AND time < %(after)s
        OFFSET 0
    ) AS o
    WHERE {inside}
    UNION ALL
    SELECT cell, node, flags, {quantity}
    FROM public.observation
    WHERE time >= %(start)s AND time < %(first)s AND {inside}
    UNION ALL
    SELECT cell, node, flags, {quantity}
    FROM public.observation
    WHERE time >= %(after)s AND time < %(stop)s AND {inside}
    UNION ALL
    SELECT o.cell, o.ride::text, o.flags, o.{quantity}
    FROM public.waiting_ride w CROSS JOIN LATERAL (
        SELECT ride, cell, flags, {quantity} FROM public.ride_observation
        WHERE ride = w.ride
        OFFSET 0
    ) AS o
    WHERE w.hour >= %(hour)s AND w.hour < %(stop)s AND {inside}
), part AS (
    SELECT cell, source, mean * good AS total, good AS count
    FROM public.rollup_source
    WHERE quantity = %(quantity)s AND hour >= %(hour)s AND hour < %(stop)s
        AND (moving OR (hour >= %(first)s AND hour < %(after)s)) AND {inside}
    UNION ALL
    SELECT
        cell,
        source,
        sum({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1),
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1)
    FROM observed
    GROUP BY cell, source
)
SELECT
    cell_parent(cell, %(resolution)s) AS cell,
    sum(total) / sum(count) AS mean,
    sum(count)::bigint AS count,
    count(DISTINCT source) AS nodes
FROM part
WHERE count > 0 AND cell <> 0
GROUP BY 1
ORDER BY 1;

-- name: rolled_hexagons
-- `hexagons` of whole hours, of the rollups alone; nothing when an hour of a node or a ride waits.
SELECT
    cell_parent(cell, %(resolution)s) AS cell,
    sum(mean * good) / sum(good) AS mean,
    sum(good)::bigint AS count,
    count(DISTINCT source) AS nodes
FROM public.rollup_source
WHERE quantity = %(quantity)s AND hour >= %(start)s AND hour < %(stop)s AND cell <> 0 AND {inside}
    AND NOT EXISTS (
        SELECT FROM public.waiting_node WHERE first < %(stop)s AND after > %(start)s
    )
    AND NOT EXISTS (
        SELECT FROM public.waiting_ride WHERE hour >= %(start)s AND hour < %(stop)s
    )
GROUP BY 1
ORDER BY 1;
