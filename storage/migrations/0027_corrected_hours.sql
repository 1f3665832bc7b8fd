-- Corrected values are added up beside the raw ones, as quantities of their own: in hours, days and
-- places `pm25_corrected` stands beside `pm25`.
--
-- They have the last places of the arrays, and only where there are any are the arrays so long.

CREATE VIEW private.rolled AS
SELECT * FROM (VALUES
    (1, 'pm1', 'ug/m3', 100),
    (2, 'pm25', 'ug/m3', 100),
    (3, 'pm4', 'ug/m3', 100),
    (4, 'pm10', 'ug/m3', 100),
    (5, 'temperature', 'Cel', 100),
    (6, 'humidity', '%', 100),
    (7, 'pressure', 'Pa', 1),
    (8, 'gas_resistance', 'kOhm', 1),
    (9, 'voc_raw', '{tick}', 1),
    (10, 'nox_raw', '{tick}', 1),
    (11, 'no2', 'ug/m3', 100),
    (12, 'co2', '[ppm]', 1),
    (13, 'sound_laeq', 'dB(A)', 100),
    (14, 'sound_lamax', 'dB(A)', 100),
    (15, 'count_in', '1', 1),
    (16, 'count_out', '1', 1),
    (17, 'battery', 'V', 1000),
    (18, 'shock', '1', 1),
    (19, 'pm25_corrected', 'ug/m3', 100),
    (20, 'pm10_corrected', 'ug/m3', 100),
    (21, 'no2_corrected', 'ug/m3', 100),
    (22, 'temperature_corrected', 'Cel', 100),
    (23, 'humidity_corrected', '%', 100)
) AS rolled (place, quantity, unit, per);

COMMENT ON VIEW private.rolled IS 'One row is what the rollups add up: a quantity of lokaalmeten/quantities.py, or what one is corrected to';
COMMENT ON COLUMN private.rolled.place IS 'Its place in the arrays of the rollups, from 1; beyond the end of an array there is no value';
COMMENT ON COLUMN private.rolled.quantity IS 'Its key; of corrected values <key>_corrected, judged by the flag of the raw value';
COMMENT ON COLUMN private.rolled.unit IS 'Unit of its values, UCUM';
COMMENT ON COLUMN private.rolled.per IS 'Steps per unit';

CREATE OR REPLACE VIEW public.quantity AS
SELECT place, quantity, unit, per FROM private.rolled WHERE quantity NOT LIKE '%\_corrected';

CREATE OR REPLACE VIEW public.rollup_hour WITH (security_barrier) AS
SELECT
    n.name AS node,
    h.hour,
    q.quantity,
    q.unit,
    h.samples[q.place]::bigint AS samples,
    h.good[q.place]::bigint AS good,
    h.total[q.place]::float8 / nullif(h.good[q.place], 0) / q.per AS mean,
    CASE WHEN h.good[q.place] > 0 THEN h.low[q.place] END::float8 / q.per AS low,
    CASE WHEN h.good[q.place] > 0 THEN h.high[q.place] END::float8 / q.per AS high
FROM private.rollup_hour h JOIN private.node n ON n.id = h.node_id CROSS JOIN private.rolled q
WHERE h.ride = 0 AND NOT n.moving AND NOT EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = h.node_id AND t.first <= h.hour AND t.after > h.hour
);

CREATE OR REPLACE VIEW public.rollup_source WITH (security_barrier) AS
SELECT
    h.hour,
    coalesce(cell_parent(p.cell, 9), 0) AS cell,
    n.name AS source,
    false AS moving,
    q.quantity,
    q.unit,
    h.good[q.place] AS good,
    h.total[q.place]::float8 / h.good[q.place] / q.per AS mean,
    h.low[q.place]::float8 / q.per AS low,
    h.high[q.place]::float8 / q.per AS high
FROM private.rollup_hour h
    JOIN private.node n ON n.id = h.node_id
    LEFT JOIN private.placement p ON p.node_id = h.node_id AND p.since <= h.hour AND h.hour < p.until
    CROSS JOIN private.rolled q
WHERE h.ride = 0 AND NOT n.moving AND h.good[q.place] > 0 AND NOT EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = h.node_id AND t.first <= h.hour AND t.after > h.hour
)
UNION ALL
SELECT
    r.hour,
    h.cell,
    r.public_id::text AS source,
    true AS moving,
    q.quantity,
    q.unit,
    h.good,
    h.total::float8 / h.good / q.per AS mean,
    h.low::float8 / q.per AS low,
    h.high::float8 / q.per AS high
-- of a ride that is gone, or of which nothing is public any more, no row is true
FROM private.ride r
    JOIN private.node n ON n.id = r.node_id
    CROSS JOIN private.rolled q
    CROSS JOIN LATERAL (
        -- OFFSET 0: a ride has many cells, where the planner takes it for one
        SELECT
            h.cell, h.good[q.place] AS good, h.total[q.place] AS total, h.low[q.place] AS low,
            h.high[q.place] AS high
        FROM private.rollup_hour h
        WHERE h.node_id = r.node_id AND h.hour = r.hour AND h.ride = r.id
        OFFSET 0
    ) h
WHERE n.moving AND h.good > 0
    AND q.quantity NOT IN ('pressure', 'gas_resistance', 'voc_raw', 'nox_raw', 'battery')
    AND EXISTS (SELECT FROM private.open_cell s WHERE s.cell = h.cell)
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = r.node_id AND t.first <= r.public_stop AND t.after > r.hour
    );

CREATE OR REPLACE VIEW public.rollup_day WITH (security_barrier) AS
SELECT
    n.name AS node,
    d.day,
    q.quantity,
    q.unit,
    d.samples[q.place] AS samples,
    d.good[q.place] AS good,
    d.total[q.place]::float8 / nullif(d.good[q.place], 0) / q.per AS mean,
    CASE WHEN d.good[q.place] > 0 THEN d.low[q.place] END::float8 / q.per AS low,
    CASE WHEN d.good[q.place] > 0 THEN d.high[q.place] END::float8 / q.per AS high,
    d.expected[q.place] AS expected,
    d.hours[q.place] AS hours,
    d.hours[q.place] >= 18 AS complete
FROM private.rollup_day d JOIN private.node n ON n.id = d.node_id CROSS JOIN private.rolled q
WHERE NOT n.moving
    AND NOT EXISTS (
        SELECT FROM private.changed_day w WHERE w.node_id = d.node_id AND w.day = d.day
    )
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = d.node_id
            AND t.first < (d.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
            AND t.after > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    );

CREATE OR REPLACE VIEW public.rollup_place WITH (security_barrier) AS
SELECT
    CASE WHEN z.id IS NULL THEN r.place END AS cell,
    z.name AS zone,
    r.day,
    r.moving,
    q.quantity,
    q.unit,
    r.sources[q.place] AS sources,
    r.complete[q.place] AS complete,
    r.good[q.place] AS good,
    r.total[q.place]::float8 / r.good[q.place] / q.per AS mean,
    r.median[q.place] / q.per AS median,
    r.low[q.place]::float8 / q.per AS low,
    r.high[q.place]::float8 / q.per AS high
FROM private.rollup_place r
    LEFT JOIN private.zone z ON z.id = r.place
    CROSS JOIN private.rolled q
WHERE r.good[q.place] > 0
    AND (NOT r.moving OR (
        q.quantity NOT IN ('pressure', 'gas_resistance', 'voc_raw', 'nox_raw', 'battery')
        AND r.place IN (SELECT cell FROM private.open_cell)
    ))
    AND NOT EXISTS (
        SELECT FROM public.waiting_place w
        WHERE w.day = r.day AND w.place = CASE WHEN r.moving THEN 0 ELSE r.place END
    );

COMMENT ON COLUMN public.rollup_hour.quantity IS 'public.quantity.quantity, or <quantity>_corrected: what it is corrected to';
COMMENT ON COLUMN public.rollup_day.quantity IS 'public.quantity.quantity, or <quantity>_corrected: what it is corrected to';
COMMENT ON COLUMN public.rollup_source.quantity IS 'public.quantity.quantity, or <quantity>_corrected: what it is corrected to';
COMMENT ON COLUMN public.rollup_place.quantity IS 'public.quantity.quantity, or <quantity>_corrected: what it is corrected to';
COMMENT ON COLUMN public.rollup_cell.quantity IS 'public.quantity.quantity, or <quantity>_corrected: what it is corrected to';

-- What was corrected before is added up by the next roll-ups.
INSERT INTO private.touched (node_id, first, after)
SELECT node_id, date_trunc('hour', min(time)), date_trunc('hour', max(time)) + INTERVAL '1 hour'
FROM private.observation
WHERE correction IS NOT NULL
GROUP BY node_id;
