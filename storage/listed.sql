-- What catalogue and feed tell: of public views alone.

-- name: measured
-- Keys of the quantities that any fixed node measures, or measured.
SELECT DISTINCT quantity FROM public.datastream ORDER BY quantity

-- name: ridden
-- Keys of the quantities of the public parts of rides in a period.
SELECT DISTINCT quantity FROM public.rollup_source
WHERE moving AND hour >= %(start)s AND hour < %(stop)s

-- name: incidents
-- What happened at open places in a period and concerns everybody, the latest first; that a
-- colleague has seen an alert does not.
SELECT h.number, h.place, coalesce(p.plan ->> 'name', '') AS title, h.time,
    h.what, h.gauge, h.level, h.note
FROM public.crowd_happened h JOIN public.crowd_place p ON p.place = h.place
WHERE h.time > %(since)s AND h.time <= %(until)s AND h.what <> 'seen'
ORDER BY h.time DESC, h.number DESC
LIMIT %(most)s
