-- What a review of hours reads and writes, by name; `review.py` runs these.
--
-- {place} is the place of a quantity in the arrays of the rollups, {key} its column, {slot} the
-- first of its bits. 1317624576693539401 is 21 times 1 in three bits: every flag is good.

-- name: span
SELECT extract(epoch FROM min(hour))::bigint, extract(epoch FROM max(hour))::bigint + 3600
FROM private.rollup_hour WHERE ride = 0;

-- name: places
-- Where each fixed node stood last in a period.
SELECT DISTINCT ON (p.node_id) p.node_id, p.lat::float8 / 1e7, p.lon::float8 / 1e7
FROM private.placement p JOIN private.node n ON n.id = p.node_id AND NOT n.moving
WHERE p.since < to_timestamp(%(after)s) AND p.until > to_timestamp(%(first)s) AND p.lat IS NOT NULL
ORDER BY p.node_id, p.since DESC;

-- name: hours
-- Values of one quantity that did not fail when they came in. Hours of good values are added up in
-- the rollups; the others are read value by value, with the flags that they came in with.
WITH hour AS (
    SELECT
        h.node_id, h.hour,
        h.samples[{place}] AS count, h.good[{place}] AS good,
        h.total[{place}] AS total, h.low[{place}] AS low, h.high[{place}] AS high
    FROM private.rollup_hour h JOIN private.node n ON n.id = h.node_id AND NOT n.moving
    WHERE h.ride = 0 AND h.samples[{place}] > 0
        AND h.hour >= to_timestamp(%(first)s) AND h.hour < to_timestamp(%(after)s)
)
SELECT node_id, extract(epoch FROM hour)::bigint, count, total, low, high
FROM hour WHERE good = count
UNION ALL
SELECT h.node_id, extract(epoch FROM h.hour)::bigint, again.*
FROM hour h CROSS JOIN LATERAL (
    SELECT count({key})::integer, sum({key})::bigint, min({key})::integer, max({key})::integer
    FROM private.observation
    WHERE node_id = h.node_id AND time >= h.hour AND time < h.hour + INTERVAL '1 hour'
        AND time >= to_timestamp(%(first)s) AND time < to_timestamp(%(after)s)
        AND coalesce(flags_given, flags, 1317624576693539401) >> {slot} & 7 <> 4
    HAVING count({key}) > 0
) AS again
WHERE h.good < h.count;

-- name: found
-- What earlier reviews found.
SELECT
    node_id, quantity, extract(epoch FROM first)::bigint, extract(epoch FROM after)::bigint,
    flag, checks, version
FROM private.finding
WHERE first >= to_timestamp(%(first)s) AND first < to_timestamp(%(after)s)
    AND (%(nodes)s::integer[] IS NULL OR node_id = ANY(%(nodes)s::integer[]));

-- name: forget
DELETE FROM private.finding
WHERE first >= to_timestamp(%(first)s) AND first < to_timestamp(%(after)s)
    AND (%(nodes)s::integer[] IS NULL OR node_id = ANY(%(nodes)s::integer[]));

-- name: keep
INSERT INTO private.finding (node_id, quantity, first, after, flag, checks, version)
SELECT node_id, quantity, to_timestamp(first), to_timestamp(after), flag, checks, version
FROM unnest(
    %(node)s::integer[], %(quantity)s::text[], %(first)s::bigint[], %(after)s::bigint[],
    %(flag)s::smallint[], %(checks)s::integer[], %(version)s::integer[]
) AS found (node_id, quantity, first, after, flag, checks, version);

-- name: raise
-- Flags of the samples in hours of nodes: those they came in with, raised to what was found of the
-- hour, where that is anything else than they are. The outer bounds repeat what the inner ones say:
-- by them the planner leaves out chunks of other times.
WITH bucket AS (
    SELECT node_id, to_timestamp(hour) AS hour, found
    FROM unnest(%(node)s::integer[], %(hour)s::bigint[], %(found)s::bigint[])
        AS given (node_id, hour, found)
), changed AS (
    UPDATE private.observation o SET
        flags = nullif(
            private.raise_flags(coalesce(o.flags_given, o.flags, 1317624576693539401), b.found),
            1317624576693539401
        ),
        flags_given = nullif(
            coalesce(o.flags_given, o.flags, 1317624576693539401),
            private.raise_flags(coalesce(o.flags_given, o.flags, 1317624576693539401), b.found)
        )
    FROM bucket b
    WHERE o.node_id = b.node_id AND o.time >= b.hour AND o.time < b.hour + INTERVAL '1 hour'
        AND o.time >= to_timestamp(%(first)s) AND o.time < to_timestamp(%(after)s)
        AND coalesce(o.flags, 1317624576693539401) <> private.raise_flags(
            coalesce(o.flags_given, o.flags, 1317624576693539401), b.found
        )
    RETURNING o.node_id, b.hour
)
SELECT node_id, extract(epoch FROM hour)::bigint, count(*)
FROM changed GROUP BY node_id, hour ORDER BY node_id, hour;
