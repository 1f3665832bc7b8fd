-- name: counts
-- People per counter and interval; a sample says how many passed since the one before, so one that
-- is taken at the end of an interval belongs to it; a mean has its span beside it and its start as
-- its time.
SELECT
    n.name AS node,
    floor((extract(epoch FROM o.time) - (o.period_s IS NULL)::int) / %(step_s)s)::bigint AS step,
    sum(o.count_in)::bigint AS count_in,
    sum(o.count_out)::bigint AS count_out,
    count(*) AS samples,
    coalesce(least(min(o.count_in), min(o.count_out)) < 0, false) AS below_zero
FROM private.observation o JOIN private.node n ON n.id = o.node_id
WHERE n.name = ANY (%(nodes)s) AND o.time >= %(start)s AND o.time <= %(stop)s
    AND (o.count_in IS NOT NULL OR o.count_out IS NOT NULL)
GROUP BY n.name, step

-- name: latest
-- The newest situation of a place.
SELECT
    s.time, s.gauges, s.people, s.value, s.signal, s.counters, s.judged, s.ahead_s, s.levels,
    s.quantiles, s.chance, s.alerts
FROM private.crowd_state s JOIN private.crowd_place p ON p.id = s.place_id
WHERE p.name = %(place)s AND s.time <= %(until)s
ORDER BY s.time DESC
LIMIT 1

-- name: write_state
-- One situation, instead of one of the same moment.
INSERT INTO private.crowd_state
SELECT id, %(time)s, %(gauges)s, %(people)s::real[], %(value)s::real[], %(signal)s::smallint[],
    %(counters)s, %(judged)s::smallint[], %(ahead_s)s::integer[], %(levels)s::real[],
    %(quantiles)s::real[], %(chance)s::real[], %(alerts)s
FROM private.crowd_place WHERE name = %(place)s
ON CONFLICT (place_id, time) DO UPDATE SET
    gauges = EXCLUDED.gauges, people = EXCLUDED.people, value = EXCLUDED.value,
    signal = EXCLUDED.signal, counters = EXCLUDED.counters, judged = EXCLUDED.judged,
    ahead_s = EXCLUDED.ahead_s, levels = EXCLUDED.levels, quantiles = EXCLUDED.quantiles,
    chance = EXCLUDED.chance, alerts = EXCLUDED.alerts

-- name: note
-- An event of a place; a change of an alert only once, when its moment is written again.
INSERT INTO private.crowd_event (place_id, time, what, gauge, level, note)
SELECT id, %(time)s, %(what)s, %(gauge)s, %(level)s, %(note)s
FROM private.crowd_place WHERE name = %(place)s
ON CONFLICT (place_id, time, what, gauge, level) WHERE what IN ('raised', 'lowered', 'escalated')
    DO NOTHING
RETURNING id

-- name: events
-- What happened at a place, the latest first.
SELECT e.time, e.what, e.gauge, e.level, e.note
FROM private.crowd_event e JOIN private.crowd_place p ON p.id = e.place_id
WHERE p.name = %(place)s AND e.time > %(since)s AND e.time <= %(until)s
ORDER BY e.time DESC, e.id DESC
LIMIT %(most)s

-- name: forget
-- Situations that nobody looks at any more; what happened stays.
DELETE FROM private.crowd_state s USING private.crowd_place p
WHERE p.id = s.place_id AND p.name = %(place)s AND s.time < %(before)s
