-- How the rollups are kept, by name; `rollups.py` runs these one after the other.
--
-- %(name)s is a value. {buckets} makes of %(node)s and %(hour)s (Unix seconds) the table `bucket`
-- of hours of a node, {days} of %(node)s and %(day)s the table `touched` of days; other {names}
-- have a piece per quantity.

-- name: note
INSERT INTO private.touched (node_id, first, after)
SELECT node_id, to_timestamp(first), to_timestamp(after)
FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) AS noted (node_id, first, after);

-- name: adding
-- Whoever waits for writers to end (private.touched in SHARE ROW EXCLUSIVE) waits for this one, and
-- what it changed before the lock is given is seen by the statements that follow.
LOCK TABLE private.touched IN ROW EXCLUSIVE MODE;
CREATE TEMP TABLE IF NOT EXISTS adding (
    hour timestamptz, there bigint, node_id integer, samples integer[], good integer[],
    total bigint[], low integer[], high integer[]
) ON COMMIT DELETE ROWS;
TRUNCATE pg_temp.adding;

-- name: add
-- What is in pg_temp.adding to its hours, and a note of the days. Says which hours it left out: those
-- of nodes that are gone or move, and those that are not kept. In the order of the key: of two writers
-- that add to the same hours one waits for the other, and never both.
WITH added AS (
    INSERT INTO private.rollup_hour AS h
        (node_id, hour, ride, cell, there, samples, good, total, low, high)
    SELECT a.node_id, a.hour, 0, 0, there, {given}
    FROM pg_temp.adding a JOIN private.node n ON n.id = a.node_id AND NOT n.moving
        AND coalesce(n.kept_from <= a.hour, true)
    ORDER BY a.node_id, a.hour
    ON CONFLICT (node_id, hour, ride, cell)
        DO UPDATE SET there = h.there | EXCLUDED.there, {with_added}
    RETURNING h.node_id, h.hour
), noted AS (
    INSERT INTO private.added (day, nodes)
    SELECT (hour AT TIME ZONE 'Europe/Amsterdam')::date AS day, array_agg(DISTINCT node_id)
    FROM added GROUP BY 1
)
SELECT node_id, extract(epoch FROM hour)::bigint
FROM pg_temp.adding a
WHERE NOT EXISTS (SELECT FROM added WHERE added.node_id = a.node_id AND added.hour = a.hour)
ORDER BY 1, 2;

-- name: take
-- Notes that come first, as far as the limit goes, as hours of a node. Long stretches, as an
-- upgrade notes them, come last: meanwhile the present stays up to date.
WITH queue AS (
    SELECT id, node_id, first, after, hours, sum(hours) OVER (ORDER BY late, id) - hours AS before
    FROM (
        SELECT *, extract(epoch FROM after - first)::bigint / 3600 AS hours
        FROM (
            -- each in the order of the key: a flood of notes is not sorted for every piece of it
            (SELECT *, false AS late FROM private.touched
            WHERE after - first <= INTERVAL '1 day' ORDER BY id LIMIT %(limit)s)
            UNION ALL
            (SELECT *, true AS late FROM private.touched
            WHERE after - first > INTERVAL '1 day' ORDER BY id LIMIT %(limit)s)
        ) AS either
    ) AS noted
), chosen AS (
    SELECT id, node_id, first, after,
        first + least(hours, %(limit)s - before) * INTERVAL '1 hour' AS until
    FROM queue WHERE before < %(limit)s
), done AS (
    DELETE FROM private.touched t USING chosen c WHERE t.id = c.id AND c.until = c.after
), begun AS (
    UPDATE private.touched t SET first = c.until
    FROM chosen c WHERE t.id = c.id AND c.until < c.after
)
SELECT DISTINCT node_id, extract(epoch FROM hour)::bigint
FROM chosen CROSS JOIN LATERAL generate_series(first, until - INTERVAL '1 hour', '1 hour') AS hour;

-- name: take_equal
-- All other notes of the same hours: what they would add the observations have already.
WITH {buckets}, equal AS (
    SELECT DISTINCT t.id
    FROM private.touched t JOIN bucket b ON t.node_id = b.node_id
        AND t.first <= b.hour AND t.after > b.hour
    WHERE t.after - t.first = INTERVAL '1 hour'
)
DELETE FROM private.touched t USING equal e WHERE t.id = e.id;

-- name: is_corrected
-- Whether any value has ever been corrected: whether a set of calibrations ever got a number.
SELECT pg_sequence_last_value('private.correction_id_seq') IS NOT NULL;

-- name: find_rides
-- The hours in which rides start that have samples in these hours.
WITH {buckets}
SELECT DISTINCT r.node_id, extract(epoch FROM r.hour)::bigint
FROM bucket b JOIN private.ride r ON r.node_id = b.node_id
    AND r.public_start < b.hour + INTERVAL '1 hour' AND r.public_stop >= b.hour;

-- name: clear_hours
WITH {buckets}
DELETE FROM private.rollup_hour h USING bucket b WHERE h.node_id = b.node_id AND h.hour = b.hour;

-- name: add_fixed
-- One step into the key per bucket, so that the cost follows what was touched. The outer bounds
-- repeat what the inner ones say: by them the planner leaves out chunks of other times.
WITH {buckets}
INSERT INTO private.rollup_hour
    (node_id, hour, ride, cell, there, samples, good, total, low, high)
SELECT b.node_id, b.hour, 0, 0, sums.*
FROM bucket b JOIN private.node n ON n.id = b.node_id AND NOT n.moving CROSS JOIN LATERAL (
    SELECT {bits}, {sums}
    FROM (
        SELECT {judged}
        FROM private.observation
        WHERE node_id = b.node_id AND time >= b.hour AND time < b.hour + INTERVAL '1 hour'
            AND time >= to_timestamp(%(first)s) AND time < to_timestamp(%(after)s)
        OFFSET 0 -- or each value would be judged once per aggregate
    ) AS judged
    HAVING count(*) > 0
) AS sums;

-- name: add_rides
-- The public part of the rides that start in these hours, and nothing else of a moving node.
WITH {buckets}
INSERT INTO private.rollup_hour
    (node_id, hour, ride, cell, there, samples, good, total, low, high)
SELECT b.node_id, b.hour, r.id, sums.*
FROM bucket b JOIN private.node n ON n.id = b.node_id AND n.moving
    JOIN private.ride r ON r.node_id = b.node_id AND r.hour = b.hour CROSS JOIN LATERAL (
    SELECT place, {bits}, {sums}
    FROM (
        SELECT coalesce(cell_parent(cell, 10), 0) AS place, {judged}
        FROM private.observation
        WHERE node_id = r.node_id AND time BETWEEN r.public_start AND r.public_stop
        OFFSET 0 -- or each value would be judged once per aggregate
    ) AS judged
    GROUP BY place
) AS sums;

-- name: note_ride_days
WITH {buckets}
INSERT INTO private.touched_place (place, day)
SELECT DISTINCT 0, (b.hour AT TIME ZONE 'Europe/Amsterdam')::date
FROM bucket b JOIN private.node n ON n.id = b.node_id AND n.moving
ON CONFLICT DO NOTHING;

-- name: note_days
WITH {buckets}
INSERT INTO private.touched_day (node_id, day)
SELECT DISTINCT n.id, (b.hour AT TIME ZONE 'Europe/Amsterdam')::date
FROM bucket b JOIN private.node n ON n.id = b.node_id AND NOT n.moving
ON CONFLICT DO NOTHING;

-- name: note_added
-- The days of hours to which writers added; how many notes they left.
WITH taken AS (
    DELETE FROM private.added WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM private.added ORDER BY id LIMIT %(limit)s
    ))
    RETURNING at, day, nodes
), noted AS (
    INSERT INTO private.touched_day (at, node_id, day)
    SELECT min(at), node_id, day FROM taken, unnest(nodes) AS node_id GROUP BY 2, 3 ORDER BY 2, 3
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM taken;

-- name: days_are_late
SELECT at < now() - %s::interval FROM private.touched_day ORDER BY id LIMIT 1;

-- name: take_days
DELETE FROM private.touched_day
WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM private.touched_day
    WHERE at <= now() - make_interval(secs => %(patience)s) ORDER BY id LIMIT %(limit)s
))
RETURNING node_id, day;

-- name: clear_days
WITH {days}
DELETE FROM private.rollup_day d USING touched t WHERE d.node_id = t.node_id AND d.day = t.day;

-- name: find_there
-- The quantities of which any of the days has a value.
WITH {days}
SELECT bit_or(h.there)
FROM touched t JOIN private.rollup_hour h ON h.node_id = t.node_id AND h.ride = 0
    AND h.hour >= t.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    AND h.hour < (t.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam';

-- name: add_days
WITH {days}
INSERT INTO private.rollup_day
    (node_id, day, there, samples, good, total, low, high, expected, hours)
SELECT t.node_id, t.day, sums.*
FROM touched t CROSS JOIN LATERAL (
    SELECT bit_or(there), {by_day}
    FROM (
        SELECT *{expected}
        FROM private.rollup_hour h
        WHERE h.node_id = t.node_id AND h.ride = 0
            AND h.hour >= t.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
            AND h.hour < (t.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
    ) AS hours
    HAVING count(*) > 0
) AS sums;

-- name: take_places
DELETE FROM private.touched_place
WHERE ctid = ANY(ARRAY(SELECT ctid FROM private.touched_place ORDER BY day LIMIT %s))
RETURNING place, day;

-- name: note_places
-- The places of days of nodes.
WITH {days}
INSERT INTO private.touched_place (place, day)
SELECT DISTINCT place, t.day
FROM touched t JOIN private.placement p ON p.node_id = t.node_id
    AND p.since <= t.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    AND p.until > t.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    CROSS JOIN LATERAL unnest(p.places) AS place
ON CONFLICT DO NOTHING;

-- name: clear_places
WITH {places}
DELETE FROM private.rollup_place r USING touched t
WHERE r.place = t.place AND r.day = t.day AND NOT r.moving;

-- name: clear_ride_places
WITH {places}
DELETE FROM private.rollup_place
WHERE moving AND day = ANY(ARRAY(SELECT day FROM touched WHERE place = 0));

-- name: find_there_rides
WITH {places}
SELECT bit_or(h.there)
FROM touched t JOIN private.rollup_hour h ON t.place = 0 AND h.ride <> 0
    AND h.hour >= t.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    AND h.hour < (t.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam';

-- name: find_there_places
WITH {places}
SELECT bit_or(d.there) FROM private.rollup_day d WHERE d.day IN (SELECT day FROM touched);

-- name: add_places
-- A node counts where it stood at the start of the day, if what it measures is public.
WITH {places}
INSERT INTO private.rollup_place
    (place, day, moving, there, sources, complete, good, total, low, high, median)
SELECT t.place, t.day, false, {good_bits}, {by_place}
FROM private.rollup_day d
    JOIN private.node n ON n.id = d.node_id AND NOT n.moving AND n.open
    JOIN private.placement p ON p.node_id = d.node_id
        AND p.since <= d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
        AND p.until > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    CROSS JOIN LATERAL unnest(p.places) AS lies (place)
    JOIN touched t ON t.place = lies.place AND t.day = d.day
WHERE d.day IN (SELECT day FROM touched)
GROUP BY t.place, t.day;

-- name: add_ride_places
-- A ride is added up per cell first: then a cell knows how many rides it comes from. OFFSET 0 has the
-- hours of each day looked up by their index.
WITH {places}, span AS MATERIALIZED (
    SELECT
        day,
        day::timestamp AT TIME ZONE 'Europe/Amsterdam' AS begins,
        (day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam' AS ends
    FROM (SELECT DISTINCT day FROM touched WHERE place = 0) AS dated
), part AS (
    SELECT cell_parent(h.cell, resolution) AS place, t.day, h.ride, bit_or(h.there) AS there, {by_ride}
    FROM span t
        CROSS JOIN LATERAL (
            SELECT * FROM private.rollup_hour
            WHERE hour >= t.begins AND hour < t.ends AND ride <> 0 AND cell <> 0
            OFFSET 0
        ) AS h
        CROSS JOIN generate_series(7, 10) AS resolution
    GROUP BY 1, t.day, h.ride
)
INSERT INTO private.rollup_place
    (place, day, moving, there, sources, complete, good, total, low, high, median)
SELECT place, day, true, {good_bits}, {by_place_of_rides}
FROM part d
GROUP BY place, day;

-- name: waiting
SELECT count(*), coalesce(sum(extract(epoch FROM after - first)) / 3600, 0)::bigint, min(at)
FROM private.touched;
