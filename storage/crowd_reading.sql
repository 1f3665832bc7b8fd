-- What everybody may know of open places: of the views, so that the reader's rights are enough.

-- name: places
-- Open places, each with the time and signals of its newest situation.
SELECT p.place, p.plan ->> 'name' AS title, p.step_s, s.time, s.signal, s.judged
FROM public.crowd_place p
    LEFT JOIN LATERAL (
        SELECT time, signal, judged FROM public.crowd_situation c
        WHERE c.place = p.place ORDER BY time DESC LIMIT 1
    ) s ON true
ORDER BY p.place

-- name: place
-- One open place.
SELECT place, plan::text AS plan, step_s FROM public.crowd_place WHERE place = %(place)s

-- name: latest
-- Its newest situation up to a moment.
SELECT
    time, gauges, people, value, signal, counters, judged, ahead_s, levels, quantiles, chance,
    alerts
FROM public.crowd_situation
WHERE place = %(place)s AND time <= %(until)s
ORDER BY time DESC
LIMIT 1

-- name: course
-- How full it was, and which counters were believed, after a moment up to another.
SELECT time, gauges, value, signal, counters, judged
FROM public.crowd_situation
WHERE place = %(place)s AND time > %(since)s AND time <= %(until)s
ORDER BY time

-- name: expected
-- What was expected then.
SELECT time, gauges, value, signal, ahead_s, levels, quantiles
FROM public.crowd_situation
WHERE place = %(place)s AND time >= %(since)s AND time < %(until)s
ORDER BY time

-- name: opened
-- Levels of the alerts that were open at the newest situation before a moment, by gauge.
SELECT a.key AS gauge, (a.value ->> 'level')::integer AS level
FROM (
    SELECT alerts FROM public.crowd_situation
    WHERE place = %(place)s AND time < %(before)s
    ORDER BY time DESC LIMIT 1
) s CROSS JOIN LATERAL jsonb_each(s.alerts) AS a

-- name: happened
-- What happened, the latest first.
SELECT time, what, gauge, level, note
FROM public.crowd_happened
WHERE place = %(place)s AND time > %(since)s AND time <= %(until)s
ORDER BY time DESC, number DESC
LIMIT %(most)s

-- name: ahead
-- What was last said of the days ahead up to a moment.
SELECT issued, starts, gauges, basis, known_days, levels, quantiles, people, chance
FROM public.crowd_ahead
WHERE place = %(place)s AND issued <= %(until)s
ORDER BY issued DESC
LIMIT 1

-- name: planned
-- Events that touch a span, the earliest first.
SELECT number, name, kind, starts, ends, attendance
FROM public.crowd_planned
WHERE place = %(place)s AND ends > %(start)s AND starts < %(stop)s
ORDER BY starts, number

-- name: highest
-- Highest level of an alert that was raised during each event.
SELECT p.number, max(h.level) AS level
FROM public.crowd_planned p
    JOIN public.crowd_happened h
    ON h.place = p.place AND h.what = 'raised' AND h.time >= p.starts AND h.time <= p.ends
WHERE p.place = %(place)s
GROUP BY p.number
