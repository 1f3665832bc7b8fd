-- What the public parts of the rides of a period add up to; a ride counts in the hour in which it
-- starts. All is read from what is stored, so that it is exact whatever waits to be added up.
-- Only schema public is read.

-- name: ride_days
SELECT
    (hour AT TIME ZONE 'Europe/Amsterdam')::date::timestamp AS day,
    count(*) AS rides,
    sum(duration_s)::float8 AS duration_s,
    sum(distance_m::float8) AS distance_m,
    max(duration_s)::float8 AS longest_s,
    max(distance_m)::float8 AS longest_m
FROM public.ride
WHERE hour >= %(start)s AND hour < %(stop)s
GROUP BY 1
ORDER BY 1;

-- name: ride_values
-- Values of one quantity by day, flag and class: of %(edges)s those that are not above the value.
SELECT day, flag, width_bucket(value, %(edges)s::float8[])::bigint AS class,
    count(*) AS count, sum(value)::float8 AS total
FROM (
    SELECT
        (hour AT TIME ZONE 'Europe/Amsterdam')::date::timestamp AS day,
        CASE WHEN {quantity} IS NULL THEN 9 ELSE flag_of(flags, %(slot)s) END::bigint AS flag,
        coalesce({quantity}, 'NaN') AS value
    FROM public.ride_observation
    WHERE hour >= %(start)s AND hour < %(stop)s
) AS judged
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- name: ride_cells
-- Mean of the good values per cell of at least %(fewest)s rides, and as cell 0 how many have fewer.
-- Each ride is added up first. The flag is in FILTER: see queries.sql.
WITH part AS (
    SELECT
        cell_parent(cell, %(resolution)s) AS cell,
        ride,
        sum({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS total,
        count({quantity}) FILTER (WHERE flag_of(flags, %(slot)s) = 1) AS count
    FROM public.ride_observation
    WHERE hour >= %(start)s AND hour < %(stop)s AND cell <> 0
    GROUP BY 1, 2
), whole AS (
    SELECT cell, sum(total) / sum(count) AS mean, sum(count)::bigint AS count, count(*) AS rides
    FROM part
    WHERE count > 0
    GROUP BY cell
)
SELECT cell, mean::float8 AS mean, count, rides, 0::bigint AS left_out
FROM whole
WHERE rides >= %(fewest)s
UNION ALL
SELECT 0, 'NaN', 0, 0, count(*) FROM whole WHERE rides < %(fewest)s
ORDER BY 1;
