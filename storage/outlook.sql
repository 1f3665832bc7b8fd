-- What outlook.py and chance_scores.py ask; read by storage/queries.py.

-- name: forget_index
-- What was said of the index from a cutoff.
DELETE FROM private.forecast_index WHERE cutoff = %(cutoff)s;

-- name: chances
-- The chances that the latest round of a quantity tells of one place.
WITH latest AS MATERIALIZED (
    SELECT round FROM public.forecast_round
    WHERE quantity = %(quantity)s ORDER BY cutoff DESC LIMIT 1
)
SELECT c.day::text AS day, c.norm, c.bound, c.chance
FROM latest l JOIN public.forecast_chance c ON c.round = l.round
WHERE c.kind = %(kind)s AND c.place = %(place)s
ORDER BY c.day, c.bound, c.norm DESC;

-- name: chances_of_day
-- The chances of one day and norm that the latest round of a quantity tells of all places of a kind.
WITH latest AS MATERIALIZED (
    SELECT round FROM public.forecast_round
    WHERE quantity = %(quantity)s ORDER BY cutoff DESC LIMIT 1
)
SELECT c.place, c.bound, c.chance
FROM latest l JOIN public.forecast_chance c ON c.round = l.round
WHERE c.kind = %(kind)s AND c.day = %(day)s AND c.norm = %(norm)s
ORDER BY c.place;

-- name: index
-- The latest index of one place.
SELECT issue_time, cutoff, first_day, substances, hours, days, classes
FROM public.forecast_index
WHERE kind = %(kind)s AND place = %(place)s
ORDER BY cutoff DESC LIMIT 1;

-- name: indices
-- The latest index of all places of a kind.
SELECT place, first_day, days
FROM public.forecast_index
WHERE kind = %(kind)s
    AND cutoff = (SELECT cutoff FROM public.forecast_index ORDER BY cutoff DESC LIMIT 1)
ORDER BY place;

-- name: told
-- All chances that were told of one day of some places; {chances} are those of the norms asked for.
SELECT c.series_id, r.part, {chances}
FROM (
    SELECT
        id, (%(day)s - (cutoff AT TIME ZONE %(zone)s)::date)::integer AS part,
        (array_position(days, %(day)s) - 1) * cardinality(norms) AS before
    FROM private.forecast_round
    WHERE quantity = %(quantity)s AND %(day)s = ANY(days)
        AND norms = %(norms)s::text[] AND bounds = %(bounds)s::real[]
) AS r JOIN private.forecast_chance c ON c.round_id = r.id
WHERE c.series_id = ANY(%(series)s);

-- name: told_days
-- Days that chances of a quantity were told of, from a day on.
SELECT DISTINCT d.day::text AS day
FROM private.forecast_round r CROSS JOIN LATERAL unnest(r.days) AS d (day)
WHERE r.quantity = %(quantity)s AND d.day >= %(first)s
ORDER BY 1;

-- name: day_values
-- By which values days of some places were scored.
SELECT DISTINCT day::text AS day, series_id, value FROM private.forecast_brier
WHERE series_id = ANY(%(series)s) AND day >= %(first)s;

-- name: forget_days
-- Scores of a day that is scored anew, or is not known any more.
DELETE FROM private.forecast_brier WHERE day = %(day)s AND series_id = ANY(%(series)s);

-- name: write_days
-- Scores of one limit on one day; of each place as many numbers as there are days ahead.
INSERT INTO private.forecast_brier (day, series_id, norm, bound, value, above, forecasts, missed, usual)
SELECT
    %(day)s, g.series, %(norm)s, %(bound)s, g.value, g.above,
    (%(forecasts)s::integer[])[(g.number - 1) * %(parts)s + 1 : g.number * %(parts)s],
    (%(missed)s::bigint[])[(g.number - 1) * %(parts)s + 1 : g.number * %(parts)s],
    (%(usual)s::bigint[])[(g.number - 1) * %(parts)s + 1 : g.number * %(parts)s]
FROM unnest(%(series)s::integer[], %(value)s::real[], %(above)s::boolean[])
    WITH ORDINALITY AS g (series, value, above, number);

-- name: day_scores
-- How good chances were, by norm and days ahead, of one place or of all of a kind.
SELECT
    norm, bound, days_ahead, count(DISTINCT day) AS days, sum(forecasts)::bigint AS forecasts,
    coalesce(sum(forecasts) FILTER (WHERE above), 0)::bigint AS above,
    sum(missed) / sum(forecasts) AS brier, sum(usual) / sum(forecasts) AS usual
FROM public.forecast_brier
WHERE quantity = %(quantity)s AND kind = %(kind)s AND day >= %(first)s AND day < %(after)s
    AND (%(place)s::text IS NULL OR place = %(place)s)
GROUP BY norm, bound, days_ahead
ORDER BY bound, norm DESC, days_ahead;
