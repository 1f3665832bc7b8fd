-- What downloads ask of the public, by name; selection.py and reading.py have the functions.
--
-- Periods take in their start and leave out their stop. Only schema public is read.

-- name: stretches
-- Fixed nodes in the cells where they stood, from the first to the last sample of each. Before a
-- node had its first place it has cell 0. NULL is left out of greatest and least. Of a zone only while the node stood in it.
WITH wanted AS MATERIALIZED (
    SELECT name, first, last FROM public.node
    WHERE NOT moving AND (%(nodes)s::text[] IS NULL OR name = ANY(%(nodes)s))
), stood AS (
    SELECT node, since, until, cell FROM public.placement
    UNION ALL
    SELECT
        n.name, '-infinity',
        coalesce((SELECT min(p.since) FROM public.placement p WHERE p.node = n.name), 'infinity'), 0
    FROM wanted n
), cut AS (
    SELECT
        n.name AS node, s.cell,
        greatest(s.since, n.first, z.since, %(start)s) AS start,
        least(s.until, n.last + INTERVAL '1 microsecond', z.until, %(stop)s) AS stop
    FROM wanted n
        JOIN stood s ON s.node = n.name
        LEFT JOIN public.zone_node z ON z.node = n.name AND z.zone = %(zone)s
    WHERE n.last IS NOT NULL
        AND (%(zone)s::text IS NULL OR z.zone IS NOT NULL)
)
SELECT node, cell, start, stop FROM cut WHERE start < stop ORDER BY node, start;

-- name: measured
-- Quantities that nodes have ever measured.
SELECT DISTINCT quantity FROM public.datastream WHERE node = ANY(%(nodes)s);

-- name: fixed
SELECT name FROM public.node WHERE NOT moving AND name = ANY(%(nodes)s);

-- name: zones
SELECT name FROM public.zone WHERE kind = %(kind)s ORDER BY name;

-- name: samples
-- One node, all samples of a time as one array a column, in any order but the same in each: a row
-- for each would cost both sides twice as much. NaN stands for NULL, because it has a width.
SELECT array_agg(time) AS time, array_agg(flags) AS flags{columns}
FROM public.observation
WHERE node = %(node)s AND time >= %(start)s AND time < %(stop)s;

-- name: rides
-- Rides that start in the hours of a period.
SELECT ride, hour, duration_s FROM public.ride
WHERE hour >= date_trunc('hour', %(start)s::timestamptz) AND hour < %(stop)s
ORDER BY hour, ride;

-- name: ridden_samples
-- Samples of rides as one array a column, in any order; number is the place of a ride among those
-- that are asked for.
SELECT
    array_agg(r.number) AS number, array_agg(o.second) AS second, array_agg(o.cell) AS cell,
    array_agg(o.flags) AS flags{columns}
FROM public.ride_observation o
    JOIN unnest(%(rides)s::uuid[]) WITH ORDINALITY AS r (ride, number) USING (ride);
