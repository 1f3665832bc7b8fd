-- Parts: what new rows add to an hour, so that it need not be added up from all of its rows again.
--
-- A writer knows when all rows that it sends for an hour are new: it adds them up in memory and
-- leaves the sums with its note. A roll-up then adds them to what is there. Only hours in which
-- something changed or went, or of which a writer cannot tell, are added up from the observations.

ALTER TABLE private.touched ADD COLUMN part boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN private.touched.part IS 'True when all that was done to these hours is that rows were added, which private.part adds up under the same id';

CREATE TABLE private.part (
    id bigint NOT NULL,
    hour timestamptz NOT NULL,
    there bigint NOT NULL,
    node_id integer NOT NULL,
    samples integer[] NOT NULL,
    good integer[] NOT NULL,
    total bigint[] NOT NULL,
    low integer[] NOT NULL,
    high integer[] NOT NULL,
    PRIMARY KEY (id, hour)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

COMMENT ON TABLE private.part IS 'One row is what one batch adds to one hour of a fixed node; no element is NULL';
COMMENT ON COLUMN private.part.id IS 'private.touched.id';
COMMENT ON COLUMN private.part.hour IS 'Start of the hour';
COMMENT ON COLUMN private.part.there IS 'Bit i - 1 is set when place i of the arrays has a value';
COMMENT ON COLUMN private.part.node_id IS 'private.node.id; not a foreign key, so that a node that is removed cannot hold up a batch';
COMMENT ON COLUMN private.part.samples IS 'Number of values per quantity';
COMMENT ON COLUMN private.part.good IS 'Number of values with flag 1 per quantity';
COMMENT ON COLUMN private.part.total IS 'Sum of the good values per quantity, steps of the quantity';
COMMENT ON COLUMN private.part.low IS 'Lowest good value per quantity, steps of the quantity; 2147483647 when there is none';
COMMENT ON COLUMN private.part.high IS 'Highest good value per quantity, steps of the quantity; -2147483648 when there is none';

-- The rollups are made anew: one row for an hour of a fixed node, whose place is that of
-- private.placement at its start, and arrays without NULL, as long as there are quantities: a part
-- that is the first of its hour is taken over as it is.

TRUNCATE private.rollup_hour, private.rollup_day, private.touched;
ALTER TABLE private.rollup_hour ADD COLUMN there bigint NOT NULL;
ALTER TABLE private.rollup_day ADD COLUMN there bigint NOT NULL;

COMMENT ON COLUMN private.rollup_hour.there IS 'Bit i - 1 is set when place i of the arrays has a value';
COMMENT ON COLUMN private.rollup_day.there IS 'Bit i - 1 is set when place i of the arrays has a value';

INSERT INTO private.touched (node_id, first, after)
SELECT
    n.id,
    date_bin('1 hour', f.time, '1970-01-01 00:00:00+00'),
    date_bin('1 hour', l.time, '1970-01-01 00:00:00+00') + INTERVAL '1 hour'
FROM private.node n
    CROSS JOIN LATERAL (
        SELECT time FROM private.observation o WHERE o.node_id = n.id ORDER BY time LIMIT 1
    ) f
    CROSS JOIN LATERAL (
        SELECT time FROM private.observation o WHERE o.node_id = n.id ORDER BY time DESC LIMIT 1
    ) l;

COMMENT ON TABLE private.rollup_hour IS 'One row is one hour of a fixed node, or the public part of one ride inside one cell; no element of an array is NULL';
COMMENT ON COLUMN private.rollup_hour.cell IS 'H3 cell at resolution 10, as fine as the public may see of a ride, 0 of a fixed node';
COMMENT ON COLUMN private.rollup_hour.low IS 'Lowest good value per quantity, steps of the quantity; 2147483647 when there is none';
COMMENT ON COLUMN private.rollup_hour.high IS 'Highest good value per quantity, steps of the quantity; -2147483648 when there is none';
COMMENT ON TABLE private.rollup_day IS 'One row is one day of a fixed node, added up from its hours; no element of an array is NULL';
COMMENT ON COLUMN private.rollup_day.low IS 'Lowest good value per quantity, steps of the quantity; 2147483647 when there is none';
COMMENT ON COLUMN private.rollup_day.high IS 'Highest good value per quantity, steps of the quantity; -2147483648 when there is none';

-- Days follow when no hour waits: in a flood of history a day is added up once, not with each hour.

CREATE TABLE private.touched_day (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    node_id integer NOT NULL,
    day date NOT NULL,
    UNIQUE (node_id, day)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

COMMENT ON TABLE private.touched_day IS 'One row is a day of a fixed node of which an hour was added up since; written and taken by roll-ups alone';
COMMENT ON COLUMN private.touched_day.id IS 'Number of the note';
COMMENT ON COLUMN private.touched_day.at IS 'When it was noted';
COMMENT ON COLUMN private.touched_day.node_id IS 'private.node.id; not a foreign key, so that a node that is removed cannot hold up a roll-up';
COMMENT ON COLUMN private.touched_day.day IS 'Day by the clock of Europe/Amsterdam';

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
FROM private.rollup_hour h JOIN private.node n ON n.id = h.node_id CROSS JOIN public.quantity q
WHERE h.ride = 0 AND NOT n.moving AND NOT EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = h.node_id AND t.first <= h.hour AND t.after > h.hour
);

CREATE OR REPLACE VIEW public.rollup_source WITH (security_barrier) AS
SELECT
    h.hour,
    CASE WHEN h.ride = 0 THEN coalesce(cell_parent(p.cell, 9), 0) ELSE h.cell END AS cell,
    CASE WHEN h.ride = 0 THEN n.name ELSE r.public_id::text END AS source,
    h.ride <> 0 AS moving,
    q.quantity,
    q.unit,
    h.good[q.place] AS good,
    h.total[q.place]::float8 / h.good[q.place] / q.per AS mean,
    h.low[q.place]::float8 / q.per AS low,
    h.high[q.place]::float8 / q.per AS high
FROM private.rollup_hour h
    JOIN private.node n ON n.id = h.node_id
    LEFT JOIN private.placement p ON p.node_id = h.node_id AND p.since <= h.hour AND h.hour < p.until
    LEFT JOIN private.ride r ON r.id = h.ride
    CROSS JOIN public.quantity q
WHERE h.good[q.place] > 0
    -- of a ride that is gone, or of which nothing is public any more, no row is true
    AND CASE WHEN h.ride = 0 THEN NOT n.moving ELSE n.moving AND r.hour = h.hour END
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = h.node_id AND t.first <= coalesce(r.public_stop, h.hour) AND t.after > h.hour
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
FROM private.rollup_day d JOIN private.node n ON n.id = d.node_id CROSS JOIN public.quantity q
WHERE NOT n.moving
    AND NOT EXISTS (
        SELECT FROM private.touched_day w WHERE w.node_id = d.node_id AND w.day = d.day
    )
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = d.node_id
            AND t.first < (d.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
            AND t.after > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    );

COMMENT ON VIEW public.rollup_day IS 'One row is one quantity of one day of a fixed node; days without any sample and days that wait are not there';

CREATE VIEW public.waiting_day WITH (security_barrier) AS
SELECT n.name AS node, w.day
FROM private.touched_day w JOIN private.node n ON n.id = w.node_id
WHERE NOT n.moving
UNION
SELECT n.name, day::date
FROM private.touched t
    JOIN private.node n ON n.id = t.node_id
    CROSS JOIN LATERAL generate_series(
        date_trunc('day', t.first AT TIME ZONE 'Europe/Amsterdam'),
        (t.after - INTERVAL '1 hour') AT TIME ZONE 'Europe/Amsterdam',
        '1 day'
    ) AS day
WHERE NOT n.moving;

COMMENT ON VIEW public.waiting_day IS 'One row is a day of a fixed node that is not in rollup_day until it is added up again';
COMMENT ON COLUMN public.waiting_day.node IS 'public.node.name';
COMMENT ON COLUMN public.waiting_day.day IS 'Day by the clock of Europe/Amsterdam';
