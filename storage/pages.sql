-- Pages: what comes after a key, at most %(limit)s rows of it; `pages.py` has one function for each.
--
-- The key of the last row is where the next page begins, so rows that arrive meanwhile neither shift
-- a page nor repeat in one, and the last page is as quick as the first. Only schema public is read.

-- name: nodes
SELECT name, kind, moving, label, cell, last, license, party FROM public.node
WHERE name > %(name)s
ORDER BY name
LIMIT %(limit)s;

-- name: latest
-- The latest sample of every fixed node.
SELECT node, time, cell, flags, {columns} FROM public.latest
WHERE node > %(node)s
ORDER BY node
LIMIT %(limit)s;

-- name: samples
-- One fixed node as it was measured, from a window of its time; {columns} are value and flag of each
-- quantity.
SELECT time, {columns}
FROM public.observation
WHERE node = %(node)s AND time >= %(start)s AND time < %(stop)s
ORDER BY time
LIMIT %(limit)s;

-- name: rides
-- The newest first, with their number of samples and mean PM2.5; within an hour by their name.
SELECT r.ride AS public_id, r.hour AS start, r.duration_s, r.distance_m, o.samples, o.pm25
FROM (
    SELECT * FROM public.ride
    WHERE hour >= %(hour)s AND hour < %(stop)s
        AND hour <= %(start)s AND (hour < %(start)s OR ride > %(public_id)s)
    ORDER BY hour DESC, ride
    LIMIT %(limit)s
) AS r
CROSS JOIN LATERAL (
    SELECT count(*) AS samples, avg(pm25) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS pm25
    FROM public.ride_observation o
    WHERE o.ride = r.ride
) AS o
ORDER BY r.hour DESC, r.ride;

-- name: ride
-- The public part of one ride.
SELECT second, cell, flags, {columns}
FROM public.ride_observation
WHERE ride = %(ride)s AND second > %(second)s
ORDER BY second
LIMIT %(limit)s;
