-- Views that answer faster, and say the same.

-- The place is joined: all nodes are asked for, and a look-up of each takes longer.
CREATE OR REPLACE VIEW public.latest WITH (security_barrier) AS
SELECT
    n.name AS node,
    o.time,
    coalesce(cell_parent(p.cell, 9), 0) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock,
    o.correction, o.pm25_corrected, o.pm10_corrected, o.no2_corrected,
    o.temperature_corrected, o.humidity_corrected
FROM private.node n
    CROSS JOIN LATERAL (
        -- one step into the key per node: 8 ms for 1,000 nodes, DISTINCT ON takes 600
        SELECT * FROM private.value v WHERE v.node_id = n.id ORDER BY v.time DESC LIMIT 1
    ) o
    LEFT JOIN private.placement p ON p.node_id = n.id AND p.since <= o.time AND o.time < p.until
WHERE NOT n.moving;

-- Boxes and rides apart: of a ride it is asked once, not for each of its cells, whether it is public
-- and waits. Together the planner took most rows for left out, and looked up each of them.
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
    CROSS JOIN public.quantity q
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
    CROSS JOIN public.quantity q
    CROSS JOIN LATERAL (
        -- OFFSET 0: a ride has many cells, where the planner takes it for one
        SELECT
            h.cell, h.good[q.place] AS good, h.total[q.place] AS total, h.low[q.place] AS low,
            h.high[q.place] AS high
        FROM private.rollup_hour h
        WHERE h.node_id = r.node_id AND h.hour = r.hour AND h.ride = r.id
        OFFSET 0
    ) h
WHERE n.moving AND h.good > 0 AND NOT EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = r.node_id AND t.first <= r.public_stop AND t.after > r.hour
);
