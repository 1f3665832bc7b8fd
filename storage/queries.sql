-- Every question that the public may ask, by name; `reader.py` has one function for each.
--
-- %(name)s is a value, {name} a column that `reader.py` has checked against the table of
-- quantities. Periods take in their start and leave out their stop. Only schema public is read.

-- name: nodes
-- All nodes; `last` is one step into the key of the observations per node.
SELECT name, kind, moving, label, cell, last, license, party FROM public.node ORDER BY name;

-- name: node
-- The one of a name.
SELECT name, kind, moving, label, cell, last, license, party FROM public.node WHERE name = %(name)s;

-- name: extent
-- From when to when there are samples.
SELECT first, last FROM public.extent;

-- name: quantities
-- Which quantities a period has a value of.
SELECT {there}
FROM (
    SELECT {columns} FROM public.observation WHERE time >= %(start)s AND time < %(stop)s
    UNION ALL
    SELECT {columns} FROM public.ride_observation WHERE hour >= %(hour)s AND hour < %(stop)s
) AS part;

-- name: hexagons
-- Mean of the good values per cell. Each node, and each ride, is added up first: then a cell
-- knows how many of them it comes from. The flag is in FILTER, not in WHERE, where the planner
-- takes it for rare and sorts instead of hashing. {inside} keeps about a box.
SELECT
    cell_parent(cell, %(resolution)s) AS cell,
    sum(total) / sum(count) AS mean,
    sum(count)::bigint AS count,
    count(DISTINCT source) AS nodes
FROM (
    SELECT
        cell,
        node AS source,
        sum({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS total,
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS count
    FROM public.observation
    WHERE time >= %(start)s AND time < %(stop)s AND cell <> 0 AND {inside}
    GROUP BY cell, node
    UNION ALL
    SELECT
        cell,
        ride::text AS source,
        sum({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS total,
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS count
    FROM public.ride_observation
    WHERE hour >= %(hour)s AND hour < %(stop)s AND cell <> 0 AND {inside}
    GROUP BY cell, ride
) AS part
WHERE count > 0
GROUP BY 1
ORDER BY 1;

-- name: series
-- One fixed node in steps of equal width, counted from 1970; {columns} are mean and number of
-- the good values of each quantity.
SELECT date_bin(make_interval(secs => %(width)s), time, '1970-01-01 00:00:00+00') AS time, {columns}
FROM public.observation
WHERE node = %(node)s AND time >= %(start)s AND time < %(stop)s
GROUP BY 1
ORDER BY 1;

-- name: samples
-- One fixed node as it was measured; {columns} are value and flag of each quantity.
SELECT time, {columns}
FROM public.observation
WHERE node = %(node)s AND time >= %(start)s AND time < %(stop)s
ORDER BY time;

-- name: latest
-- The latest sample of every fixed node.
SELECT node, time, cell, flags, {columns} FROM public.latest ORDER BY node;

-- name: corrections
-- By which calibrations rows with a correction were corrected.
SELECT correction, quantity, version, method, scope, gain, made_at
FROM public.correction
WHERE %(numbers)s::integer[] IS NULL OR correction = ANY(%(numbers)s)
ORDER BY correction, quantity;

-- name: calibrations
-- Which calibrations of a quantity hold at some moment of a period, for nodes or for all.
SELECT DISTINCT
    CASE WHEN scope = 'node' THEN node END AS node,
    quantity, version, method, scope, gain, made_at, since, until
FROM public.calibration
WHERE quantity = %(quantity)s AND since < %(stop)s AND (until IS NULL OR until > %(start)s)
    AND (%(nodes)s::text[] IS NULL OR node = ANY(%(nodes)s))
ORDER BY since, scope, node, version;

-- name: sample_estimate
-- How many samples are public, from what the server knows of its tables.
SELECT samples::float8 AS samples FROM public.sample_estimate;

-- name: sample_count
-- How many samples are public, counted one by one.
SELECT
    (SELECT count(*) FROM public.observation) + (SELECT count(*) FROM public.ride_observation)
    AS samples;

-- name: ride
-- The public part of one ride.
SELECT second, cell, flags, {columns}
FROM public.ride_observation
WHERE ride = %(ride)s
ORDER BY second;

-- name: hourly
-- Hourly means of the good values of every fixed node.
SELECT
    node,
    date_bin('1 hour', time, '1970-01-01 00:00:00+00') AS time,
    avg({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS mean,
    count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS count
FROM public.observation
WHERE time >= %(start)s AND time < %(stop)s
GROUP BY 1, 2
HAVING count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) > 0
ORDER BY 1, 2;

-- name: fixed_nodes
-- The fixed nodes with a sample around a period: first and last are one step into the key each.
SELECT name FROM public.node
WHERE NOT moving AND first < %(stop)s AND last >= %(start)s
ORDER BY name;

-- name: known_nodes
-- Which of these names fixed nodes have.
SELECT name FROM public.node WHERE NOT moving AND name = ANY(%(nodes)s);

-- name: ride_names
-- The rides that start in a period; within an hour their names, drawn by lot, are the order.
SELECT ride, hour FROM public.ride
WHERE hour >= %(hour)s AND hour < %(stop)s
ORDER BY hour, ride;
