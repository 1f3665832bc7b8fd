-- What forecasts.py, scores.py and fits.py ask; read by storage/queries.py.

-- name: make_series
-- Give a number to each place that has none.
INSERT INTO private.forecast_series (quantity, kind, node_id, station_id, zone_id, cell)
SELECT quantity, kind, node_id, station_id, zone_id, cell
FROM ({given}) AS g
WHERE place_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM private.forecast_series s
    WHERE s.kind = g.kind AND s.quantity = g.quantity
        AND coalesce(s.node_id, s.station_id, s.zone_id, s.cell) = g.place_id
)
ON CONFLICT DO NOTHING;

-- name: number_series
-- The numbers of places, in their order; 0 of one that is not there.
SELECT coalesce(s.id, 0) AS id
FROM ({given}) AS g
    LEFT JOIN private.forecast_series s ON s.kind = g.kind AND s.quantity = g.quantity
        AND coalesce(s.node_id, s.station_id, s.zone_id, s.cell) = g.place_id
ORDER BY g.number;

-- name: given
-- Places by the names that the public knows.
SELECT
    t.number, t.kind, t.quantity, n.id AS node_id, o.id AS station_id, z.id AS zone_id, c.cell,
    coalesce(n.id, o.id, z.id, c.cell) AS place_id
FROM unnest(%(kinds)s::text[], %(places)s::text[], %(quantities)s::text[])
    WITH ORDINALITY AS t (kind, place, quantity, number)
    LEFT JOIN private.node n ON t.kind = 'node' AND n.name = t.place AND NOT n.moving
    LEFT JOIN private.official_station o ON t.kind = 'station' AND o.code = t.place
    LEFT JOIN private.zone z ON t.kind = 'zone' AND z.name = t.place
    CROSS JOIN LATERAL (
        SELECT CASE WHEN t.kind = 'cell' THEN ('x' || lpad(t.place, 16, '0'))::bit(64)::bigint END AS cell
    ) AS c;

-- name: members
-- Which fixed nodes stand now in zones, and in H3 cells at a resolution.
SELECT 'zone' AS kind, zone AS place, node
FROM public.zone_node WHERE since <= %(at)s AND until > %(at)s
UNION ALL
SELECT 'cell', to_hex(cell_parent(cell, %(resolution)s)), name
FROM public.node WHERE NOT moving AND cell <> 0
ORDER BY 1, 2, 3;

-- name: last_round
-- The latest round of a quantity.
SELECT cutoff, newest, seen FROM private.forecast_round
WHERE quantity = %(quantity)s ORDER BY cutoff DESC LIMIT 1;

-- name: latest
-- What the latest round of a quantity says of one place.
WITH latest AS MATERIALIZED (
    SELECT * FROM public.forecast_round
    WHERE quantity = %(quantity)s ORDER BY cutoff DESC LIMIT 1
)
SELECT
    l.issue_time, l.cutoff, l.newest, l.model, l.levels, i.corrected, i.known, i.history, i.reason,
    l.weather, l.weather_hours, i.quantiles
FROM latest l JOIN public.forecast_issue i ON i.round = l.round
WHERE i.kind = %(kind)s AND i.place = %(place)s;

-- name: rounds
-- The latest round of each quantity, and of how many places it says something.
SELECT
    r.quantity, r.cutoff, r.issue_time, r.newest, r.model, r.weather, r.weather_hours,
    count(*) FILTER (WHERE i.reason IS NULL AND i.quantiles IS NOT NULL) AS places,
    count(i.reason) AS refused
FROM (
    SELECT DISTINCT ON (quantity) * FROM public.forecast_round ORDER BY quantity, cutoff DESC
) AS r LEFT JOIN public.forecast_issue i ON i.round = r.round
GROUP BY r.quantity, r.cutoff, r.issue_time, r.newest, r.model, r.weather, r.weather_hours
ORDER BY r.quantity;

-- name: issues
-- Of which places the latest round of a quantity says something, or why not.
WITH latest AS MATERIALIZED (
    SELECT round FROM public.forecast_round
    WHERE quantity = %(quantity)s ORDER BY cutoff DESC LIMIT 1
)
SELECT i.kind, i.place, i.corrected, i.known, i.history, i.reason
FROM latest l JOIN public.forecast_issue i ON i.round = l.round
ORDER BY i.kind, i.place;

-- name: first_cutoff
-- From when on there are forecasts of a quantity.
SELECT min(cutoff) AS first FROM private.forecast_round WHERE quantity = %(quantity)s;

-- name: scored
-- By which values hours were scored.
SELECT series_id, extract(epoch FROM hour)::bigint AS hour, value
FROM private.forecast_score
WHERE series_id = ANY(%(series)s) AND hour >= %(start)s;

-- name: issued
-- All that was said of one hour of some places; {quantiles} are those of the hour.
SELECT f.series_id, r.ahead, f.naive[r.ahead %% 24 + 1] AS naive, {quantiles}
FROM (
    SELECT id, (extract(epoch FROM %(hour)s - cutoff) / 3600)::integer AS ahead
    FROM private.forecast_round
    WHERE quantity = %(quantity)s AND levels = %(levels)s
        AND cutoff <= %(hour)s AND cutoff > %(hour)s - INTERVAL '72 hours'
) AS r JOIN private.forecast f ON f.round_id = r.id
WHERE f.reason IS NULL AND f.naive IS NOT NULL AND f.series_id = ANY(%(series)s);

-- name: take_out
-- Scores of hours that are scored anew, or are not measured any more.
DELETE FROM private.forecast_score s
USING unnest(%(series)s::integer[], %(hours)s::bigint[]) AS g (series_id, hour)
WHERE s.series_id = g.series_id AND s.hour = to_timestamp(g.hour);

-- name: empty_days
-- Days without any score left.
DELETE FROM private.forecast_day d
WHERE d.series_id = ANY(%(series)s) AND d.day = %(day)s AND NOT EXISTS (
    SELECT FROM private.forecast_score s
    WHERE s.series_id = d.series_id AND s.hour >= %(first)s AND s.hour < %(after)s
);

-- name: add_up
-- A day of some places, from its hours.
INSERT INTO private.forecast_day AS d
    (day, series_id, hours, total, size, {names})
SELECT %(day)s, series_id, count(*), sum(value), {size}, {sums}
FROM private.forecast_score
WHERE series_id = ANY(%(series)s) AND hour >= %(first)s AND hour < %(after)s
GROUP BY series_id
ON CONFLICT (series_id, day) DO UPDATE SET
    hours = EXCLUDED.hours, total = EXCLUDED.total, size = EXCLUDED.size, {changes};

-- name: scores
-- How good forecasts were: by week (its Monday) and hours ahead, of one place or of all of a kind.
-- {sums} are as many for each name and part.
SELECT date_trunc('week', day)::date::text AS week, corrected, {sums}
FROM public.forecast_day
WHERE quantity = %(quantity)s AND kind = %(kind)s AND day >= %(first)s AND day < %(after)s
    AND (%(place)s::text IS NULL OR place = %(place)s)
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: inside
-- How many forecasts of some places, of a part of the hours ahead, held their hour; by day.
SELECT
    day::text AS day, max(hours) AS hours, sum(forecasts[%(part)s])::bigint AS forecasts,
    sum(inside80[%(part)s])::bigint AS inside
FROM private.forecast_day
WHERE series_id = ANY(%(series)s) AND day >= %(first)s
GROUP BY day
HAVING sum(forecasts[%(part)s]) > 0
ORDER BY day;

-- name: fit
-- What was learned of a quantity.
SELECT fitted_at, drifted_at, model, series, state FROM private.forecast_fit
WHERE quantity = %(quantity)s AND share = %(share)s;

-- name: write_fit
-- Replace what was learned.
INSERT INTO private.forecast_fit (quantity, share, fitted_at, model, why, series, state)
VALUES (%(quantity)s, %(share)s, %(fitted_at)s, %(model)s, %(why)s, %(series)s, %(state)s)
ON CONFLICT (quantity, share) DO UPDATE SET
    fitted_at = EXCLUDED.fitted_at, drifted_at = NULL, model = EXCLUDED.model, why = EXCLUDED.why,
    series = EXCLUDED.series, state = EXCLUDED.state;

-- name: note_drift
-- Note once that what was learned does not hold any more.
UPDATE private.forecast_fit SET drifted_at = %(at)s
WHERE quantity = %(quantity)s AND share = %(share)s AND drifted_at IS NULL;
