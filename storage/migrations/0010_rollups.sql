-- Rollups: the observations added up per hour and per day, so that years are read in milliseconds.
--
-- Whoever changes observations or rides notes in the same transaction which hours of which node
-- it touched; `rollups.py` takes those notes and adds up these hours again, from the observations.
-- The notes are only ever added: two writers never wait for each other's, and no note is lost to
-- a roll-up that is removing an equal one. A bucket that is touched and not yet added up again
-- waits: the views leave it out, and `reader.py` reads it from the observations.
--
-- One row holds all quantities, in arrays by their slot in lokaalmeten/quantities.py, counted
-- from 1. Values are whole steps, so that sums are exact and can be added further; a quantity
-- without a value is NULL and takes no room.

CREATE TABLE private.touched (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first timestamptz NOT NULL,
    after timestamptz NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    node_id integer NOT NULL,
    CHECK (first < after)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

COMMENT ON TABLE private.touched IS 'One row is hours of one node that must be added up again; rows are only added, and taken by who does so';
COMMENT ON COLUMN private.touched.id IS 'Number of the note';
COMMENT ON COLUMN private.touched.first IS 'Start of the first of these hours';
COMMENT ON COLUMN private.touched.after IS 'End of the last of these hours';
COMMENT ON COLUMN private.touched.at IS 'When it was noted';
COMMENT ON COLUMN private.touched.node_id IS 'private.node.id; not a foreign key, so that a node that is removed cannot hold up a batch';

CREATE FUNCTION private.touch(node_id integer, first timestamptz, last timestamptz) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO private.touched (node_id, first, after) VALUES (
            touch.node_id,
            date_bin('1 hour', touch.first, '1970-01-01 00:00:00+00'),
            date_bin('1 hour', touch.last, '1970-01-01 00:00:00+00') + INTERVAL '1 hour'
        );
    END;

COMMENT ON FUNCTION private.touch IS 'Has the hours from that of first to that of last added up again; to be called in the transaction that changed or deleted observations of the node';

CREATE TABLE private.rollup_hour (
    hour timestamptz NOT NULL,
    cell bigint NOT NULL,
    ride bigint NOT NULL,
    node_id integer NOT NULL,
    samples integer[] NOT NULL,
    good integer[] NOT NULL,
    total bigint[] NOT NULL,
    low integer[] NOT NULL,
    high integer[] NOT NULL,
    PRIMARY KEY (node_id, hour, ride, cell)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX rollup_hour_hour ON private.rollup_hour (hour);

COMMENT ON TABLE private.rollup_hour IS 'One row is one hour of a fixed node, or the public part of one ride inside one cell; a node that was moved has a row for each place';
COMMENT ON COLUMN private.rollup_hour.hour IS 'Start of the hour; of a ride that in which its public part starts';
COMMENT ON COLUMN private.rollup_hour.cell IS 'H3 cell as fine as the public may see, resolution 9 of a fixed node and 10 of a ride, 0 = where the node is registered';
COMMENT ON COLUMN private.rollup_hour.ride IS 'private.ride.id, 0 of a fixed node';
COMMENT ON COLUMN private.rollup_hour.node_id IS 'private.node.id';
COMMENT ON COLUMN private.rollup_hour.samples IS 'Number of values per quantity';
COMMENT ON COLUMN private.rollup_hour.good IS 'Number of values with flag 1 per quantity';
COMMENT ON COLUMN private.rollup_hour.total IS 'Sum of the good values per quantity, steps of the quantity';
COMMENT ON COLUMN private.rollup_hour.low IS 'Lowest good value per quantity, steps of the quantity';
COMMENT ON COLUMN private.rollup_hour.high IS 'Highest good value per quantity, steps of the quantity';

CREATE TABLE private.rollup_day (
    node_id integer NOT NULL,
    day date NOT NULL,
    samples integer[] NOT NULL,
    good integer[] NOT NULL,
    total bigint[] NOT NULL,
    low integer[] NOT NULL,
    high integer[] NOT NULL,
    expected integer[] NOT NULL,
    hours integer[] NOT NULL,
    PRIMARY KEY (node_id, day)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX rollup_day_day ON private.rollup_day (day);

COMMENT ON TABLE private.rollup_day IS 'One row is one day of a fixed node, added up from its hours';
COMMENT ON COLUMN private.rollup_day.node_id IS 'private.node.id';
COMMENT ON COLUMN private.rollup_day.day IS 'Day by the clock of Europe/Amsterdam, for which limit values are stated: 23 or 25 hours long when the clock changes';
COMMENT ON COLUMN private.rollup_day.samples IS 'Number of values per quantity';
COMMENT ON COLUMN private.rollup_day.good IS 'Number of values with flag 1 per quantity';
COMMENT ON COLUMN private.rollup_day.total IS 'Sum of the good values per quantity, steps of the quantity';
COMMENT ON COLUMN private.rollup_day.low IS 'Lowest good value per quantity, steps of the quantity';
COMMENT ON COLUMN private.rollup_day.high IS 'Highest good value per quantity, steps of the quantity';
COMMENT ON COLUMN private.rollup_day.expected IS 'Values expected in an hour per quantity: as many as the fullest hour of this day has';
COMMENT ON COLUMN private.rollup_day.hours IS 'Hours per quantity whose good values are at least 75 % of those expected';

-- A ride shows samples by its public window: moving it touches the hours where it was and is.
CREATE FUNCTION private.touch_ride() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.hour IS NOT NULL THEN
        PERFORM private.touch(OLD.node_id, OLD.hour, OLD.hour);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.hour IS NOT NULL THEN
        PERFORM private.touch(NEW.node_id, NEW.hour, NEW.hour);
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.touch_ride IS 'Has the hours added up again in which the public part of a ride started and starts';

CREATE TRIGGER ride_comes_or_goes AFTER INSERT OR DELETE ON private.ride
    FOR EACH ROW EXECUTE FUNCTION private.touch_ride();
CREATE TRIGGER ride_moves AFTER UPDATE ON private.ride
    FOR EACH ROW
    WHEN ((OLD.public_start, OLD.public_stop) IS DISTINCT FROM (NEW.public_start, NEW.public_stop))
    EXECUTE FUNCTION private.touch_ride();

-- All that is there already waits; one note per node, of which a roll-up takes a piece at a time.
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

-- What the public reads.

CREATE VIEW public.quantity AS
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
    (18, 'shock', '1', 1)
) AS quantity (place, quantity, unit, per);

COMMENT ON VIEW public.quantity IS 'One row is one quantity of lokaalmeten/quantities.py';
COMMENT ON COLUMN public.quantity.place IS 'Its place in the arrays of the rollups, from 1';
COMMENT ON COLUMN public.quantity.quantity IS 'Its key';
COMMENT ON COLUMN public.quantity.unit IS 'Unit of its values, UCUM';
COMMENT ON COLUMN public.quantity.per IS 'Steps per unit';

CREATE VIEW public.waiting_node WITH (security_barrier) AS
SELECT DISTINCT n.name AS node, t.first, t.after
FROM private.touched t JOIN private.node n ON n.id = t.node_id
WHERE NOT n.moving;

COMMENT ON VIEW public.waiting_node IS 'One row is hours of a fixed node that are not in the rollups until they are added up again';
COMMENT ON COLUMN public.waiting_node.node IS 'public.node.name';
COMMENT ON COLUMN public.waiting_node.first IS 'Start of the first of these hours';
COMMENT ON COLUMN public.waiting_node.after IS 'End of the last of these hours';

CREATE VIEW public.waiting_ride WITH (security_barrier) AS
SELECT r.public_id AS ride, r.hour
FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE n.moving AND r.hour IS NOT NULL AND EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = r.node_id AND t.first <= r.public_stop AND t.after > r.hour
);

COMMENT ON VIEW public.waiting_ride IS 'One row is a ride that is not in the rollups until it is added up again';
COMMENT ON COLUMN public.waiting_ride.ride IS 'public.ride.ride';
COMMENT ON COLUMN public.waiting_ride.hour IS 'Hour in which it starts';

CREATE VIEW public.rollup_hour WITH (security_barrier) AS
SELECT
    n.name AS node,
    h.hour,
    q.quantity,
    q.unit,
    coalesce(sum(h.samples[q.place]), 0) AS samples,
    coalesce(sum(h.good[q.place]), 0) AS good,
    sum(h.total[q.place])::float8 / sum(h.good[q.place])::float8 / q.per AS mean,
    min(h.low[q.place])::float8 / q.per AS low,
    max(h.high[q.place])::float8 / q.per AS high
FROM private.rollup_hour h JOIN private.node n ON n.id = h.node_id CROSS JOIN public.quantity q
WHERE h.ride = 0 AND NOT n.moving AND NOT EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = h.node_id AND t.first <= h.hour AND t.after > h.hour
)
GROUP BY n.name, h.hour, q.quantity, q.unit, q.per;

COMMENT ON VIEW public.rollup_hour IS 'One row is one quantity of one hour of a fixed node; hours without any sample and hours that wait are not there';
COMMENT ON COLUMN public.rollup_hour.node IS 'public.node.name';
COMMENT ON COLUMN public.rollup_hour.hour IS 'Start of the hour';
COMMENT ON COLUMN public.rollup_hour.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.rollup_hour.unit IS 'Unit of mean, low and high, UCUM';
COMMENT ON COLUMN public.rollup_hour.samples IS 'Number of values';
COMMENT ON COLUMN public.rollup_hour.good IS 'Number of good values';
COMMENT ON COLUMN public.rollup_hour.mean IS 'Mean of the good values, in the unit; NULL when there is none';
COMMENT ON COLUMN public.rollup_hour.low IS 'Lowest good value, in the unit';
COMMENT ON COLUMN public.rollup_hour.high IS 'Highest good value, in the unit';

CREATE VIEW public.rollup_day WITH (security_barrier) AS
SELECT
    n.name AS node,
    d.day,
    q.quantity,
    q.unit,
    coalesce(d.samples[q.place], 0) AS samples,
    coalesce(d.good[q.place], 0) AS good,
    d.total[q.place]::float8 / d.good[q.place] / q.per AS mean,
    d.low[q.place]::float8 / q.per AS low,
    d.high[q.place]::float8 / q.per AS high,
    coalesce(d.expected[q.place], 0) AS expected,
    coalesce(d.hours[q.place], 0) AS hours,
    coalesce(d.hours[q.place], 0) >= 18 AS complete
FROM private.rollup_day d JOIN private.node n ON n.id = d.node_id CROSS JOIN public.quantity q
WHERE NOT n.moving AND NOT EXISTS (
    SELECT FROM private.touched t
    WHERE t.node_id = d.node_id
        AND t.first < (d.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
        AND t.after > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
);

COMMENT ON VIEW public.rollup_day IS 'One row is one quantity of one day of a fixed node; days without any sample and days of which an hour waits are not there';
COMMENT ON COLUMN public.rollup_day.node IS 'public.node.name';
COMMENT ON COLUMN public.rollup_day.day IS 'Day by the clock of Europe/Amsterdam';
COMMENT ON COLUMN public.rollup_day.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.rollup_day.unit IS 'Unit of mean, low and high, UCUM';
COMMENT ON COLUMN public.rollup_day.samples IS 'Number of values';
COMMENT ON COLUMN public.rollup_day.good IS 'Number of good values';
COMMENT ON COLUMN public.rollup_day.mean IS 'Mean of the good values, in the unit; NULL when there is none';
COMMENT ON COLUMN public.rollup_day.low IS 'Lowest good value, in the unit';
COMMENT ON COLUMN public.rollup_day.high IS 'Highest good value, in the unit';
COMMENT ON COLUMN public.rollup_day.expected IS 'Values expected in an hour: as many as the fullest hour of this day has';
COMMENT ON COLUMN public.rollup_day.hours IS 'Hours whose good values are at least 75 % of those expected';
COMMENT ON COLUMN public.rollup_day.complete IS 'True when at least 18 hours are such';

CREATE VIEW public.rollup_source WITH (security_barrier) AS
SELECT
    h.hour,
    CASE WHEN h.ride = 0 AND h.cell = 0 THEN cell_parent(n.cell, 9) ELSE h.cell END AS cell,
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
    LEFT JOIN private.ride r ON r.id = h.ride
    CROSS JOIN public.quantity q
WHERE h.good[q.place] > 0
    -- of a ride that is gone, or of which nothing is public any more, no row is true
    AND CASE WHEN h.ride = 0 THEN NOT n.moving ELSE n.moving AND r.hour = h.hour END
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = h.node_id AND t.first <= coalesce(r.public_stop, h.hour) AND t.after > h.hour
    );

COMMENT ON VIEW public.rollup_source IS 'One row is one quantity of one hour of one fixed node or ride in one cell, with good values and not waiting';
COMMENT ON COLUMN public.rollup_source.hour IS 'Start of the hour; of a ride that in which it starts';
COMMENT ON COLUMN public.rollup_source.cell IS 'H3 cell, resolution 9 (edge 174 m) of a fixed node, 10 (edge 66 m) of a ride, 0 = no place';
COMMENT ON COLUMN public.rollup_source.source IS 'public.node.name or public.ride.ride';
COMMENT ON COLUMN public.rollup_source.moving IS 'True of a ride';
COMMENT ON COLUMN public.rollup_source.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.rollup_source.unit IS 'Unit of mean, low and high, UCUM';
COMMENT ON COLUMN public.rollup_source.good IS 'Number of good values';
COMMENT ON COLUMN public.rollup_source.mean IS 'Mean of the good values, in the unit';
COMMENT ON COLUMN public.rollup_source.low IS 'Lowest good value, in the unit';
COMMENT ON COLUMN public.rollup_source.high IS 'Highest good value, in the unit';

CREATE VIEW public.rollup_cell WITH (security_barrier) AS
SELECT
    hour,
    cell,
    quantity,
    unit,
    count(DISTINCT source) AS sources,
    sum(good) AS good,
    sum(mean * good) / sum(good) AS mean,
    min(low) AS low,
    max(high) AS high
FROM public.rollup_source
WHERE cell <> 0
GROUP BY hour, cell, quantity, unit;

COMMENT ON VIEW public.rollup_cell IS 'One row is one quantity of one hour in one cell; sources that wait are not in it';
COMMENT ON COLUMN public.rollup_cell.hour IS 'Start of the hour; rides count in the hour in which they start';
COMMENT ON COLUMN public.rollup_cell.cell IS 'H3 cell, resolution 9 (edge 174 m) of fixed nodes, 10 (edge 66 m) of rides';
COMMENT ON COLUMN public.rollup_cell.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.rollup_cell.unit IS 'Unit of mean, low and high, UCUM';
COMMENT ON COLUMN public.rollup_cell.sources IS 'Number of fixed nodes and rides with good values';
COMMENT ON COLUMN public.rollup_cell.good IS 'Number of good values';
COMMENT ON COLUMN public.rollup_cell.mean IS 'Mean of the good values, in the unit';
COMMENT ON COLUMN public.rollup_cell.low IS 'Lowest good value, in the unit';
COMMENT ON COLUMN public.rollup_cell.high IS 'Highest good value, in the unit';
