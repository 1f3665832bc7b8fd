-- What SensorThings asks and nothing else told: which quantities a node measures, where it stood,
-- and the samples of many of its series at once.

CREATE TABLE private.node_quantity (
    node_id integer PRIMARY KEY REFERENCES private.node ON DELETE CASCADE,
    there bigint NOT NULL
);

COMMENT ON TABLE private.node_quantity IS 'One row is which quantities a fixed node has ever measured; kept by private.know_quantities';
COMMENT ON COLUMN private.node_quantity.node_id IS 'private.node.id';
COMMENT ON COLUMN private.node_quantity.there IS 'Bit i - 1 is set when a day of the node had a value at place i of private.rolled';

INSERT INTO private.node_quantity (node_id, there)
SELECT d.node_id, bit_or(d.there)
FROM private.rollup_day d JOIN private.node n ON n.id = d.node_id
GROUP BY d.node_id;

-- Days are added up some seconds after the samples came, many at once: there it costs next to
-- nothing, where each batch would pay for it.
CREATE FUNCTION private.know_quantities() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO private.node_quantity AS known (node_id, there)
    SELECT d.node_id, bit_or(d.there)
    FROM rolled_days d JOIN private.node n ON n.id = d.node_id
    GROUP BY d.node_id ORDER BY d.node_id
    ON CONFLICT (node_id) DO UPDATE SET there = known.there | EXCLUDED.there
        WHERE known.there | EXCLUDED.there <> known.there;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.know_quantities IS 'Keeps private.node_quantity from the days that were added up';

CREATE TRIGGER days_are_added AFTER INSERT ON private.rollup_day
    REFERENCING NEW TABLE AS rolled_days
    FOR EACH STATEMENT EXECUTE FUNCTION private.know_quantities();
CREATE TRIGGER days_are_changed AFTER UPDATE ON private.rollup_day
    REFERENCING NEW TABLE AS rolled_days
    FOR EACH STATEMENT EXECUTE FUNCTION private.know_quantities();

-- A node of which no day was added up yet has the quantities of its latest samples.
CREATE VIEW public.datastream WITH (security_barrier) AS
SELECT
    n.name AS node, q.quantity, q.unit, q.place, n.model, cell_parent(n.cell, 9) AS cell
FROM private.node n
    LEFT JOIN private.node_quantity k ON k.node_id = n.id
    LEFT JOIN LATERAL (
        SELECT ARRAY[
            max(v.pm1), max(v.pm25), max(v.pm4), max(v.pm10), max(v.temperature), max(v.humidity),
            max(v.pressure), max(v.gas_resistance), max(v.voc_raw), max(v.nox_raw), max(v.no2),
            max(v.co2), max(v.sound_laeq), max(v.sound_lamax), max(v.count_in), max(v.count_out),
            max(v.battery), max(v.shock), max(v.pm25_corrected), max(v.pm10_corrected),
            max(v.no2_corrected), max(v.temperature_corrected), max(v.humidity_corrected)
        ] AS latest
        FROM (
            SELECT * FROM private.value o
            WHERE o.node_id = n.id AND k.there IS NULL
            ORDER BY o.time DESC LIMIT 60
        ) AS v
    ) l ON true
    JOIN private.rolled q
        ON k.there >> (q.place - 1) & 1 = 1 OR l.latest[q.place] IS NOT NULL
WHERE NOT n.moving;

COMMENT ON VIEW public.datastream IS 'One row is one quantity, or what one is corrected to, that a fixed node measures';
COMMENT ON COLUMN public.datastream.node IS 'public.node.name';
COMMENT ON COLUMN public.datastream.quantity IS 'Key of the quantity; of corrected values <key>_corrected';
COMMENT ON COLUMN public.datastream.unit IS 'Unit of its values, UCUM';
COMMENT ON COLUMN public.datastream.place IS 'Its place in the arrays of the rollups, from 1';
COMMENT ON COLUMN public.datastream.model IS 'Make and type of the hardware, public.node.model';
COMMENT ON COLUMN public.datastream.cell IS 'H3 cell at resolution 9 of the node, 0 = no place';

-- A move inside one cell is nobody's business: of neighbouring rows with one cell the first stays.
CREATE VIEW public.placement WITH (security_barrier) AS
SELECT
    s.node,
    row_number() OVER (PARTITION BY s.node ORDER BY s.since) AS number,
    s.since,
    lead(s.since, 1, 'infinity') OVER (PARTITION BY s.node ORDER BY s.since) AS until,
    s.cell
FROM (
    SELECT
        n.name AS node, p.since, cell_parent(p.cell, 9) AS cell,
        lag(cell_parent(p.cell, 9)) OVER (PARTITION BY n.name ORDER BY p.since) AS before
    FROM private.placement p JOIN private.node n ON n.id = p.node_id
    WHERE NOT n.moving AND p.cell <> 0 AND p.since < p.until
) AS s
WHERE s.cell IS DISTINCT FROM s.before;

COMMENT ON VIEW public.placement IS 'One row is one cell in which a fixed node stood, and since and until when';
COMMENT ON COLUMN public.placement.node IS 'public.node.name';
COMMENT ON COLUMN public.placement.number IS 'Which of its cells it is, from 1';
COMMENT ON COLUMN public.placement.since IS 'From when it stood there; -infinity of its first cell';
COMMENT ON COLUMN public.placement.until IS 'Until when; infinity of its present cell';
COMMENT ON COLUMN public.placement.cell IS 'H3 cell at resolution 9';

CREATE VIEW public.cell WITH (security_barrier) AS
SELECT DISTINCT cell_parent(p.cell, 9) AS cell
FROM private.placement p JOIN private.node n ON n.id = p.node_id
WHERE NOT n.moving AND p.cell <> 0 AND p.since < p.until;

COMMENT ON VIEW public.cell IS 'One row is one cell in which a fixed node stands or stood';
COMMENT ON COLUMN public.cell.cell IS 'H3 cell at resolution 9';

-- A view cannot do this: behind a security barrier the server sorts all samples of a node before it
-- takes the first. Here each series is some steps into the key of the observations.
CREATE FUNCTION public.read_newest(
    nodes text[], quantities text[], start timestamptz, stop timestamptz, most bigint
) RETURNS TABLE (
    series bigint, "time" timestamptz, period_s integer, value float8, flag integer,
    correction integer
)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
        SELECT s.series, o.time, o.period_s, o.value, flag_of(o.flags, q.slot), o.correction
        FROM unnest(nodes, quantities) WITH ORDINALITY AS s (node, quantity, series)
            JOIN private.node n ON n.name = s.node AND NOT n.moving
            JOIN (
                SELECT r.quantity, r.place, p.place - 1 AS slot
                FROM private.rolled r
                    JOIN private.rolled p ON p.quantity = replace(r.quantity, '_corrected', '')
            ) AS q ON q.quantity = s.quantity
            CROSS JOIN LATERAL (
                SELECT * FROM (
                    SELECT v.time, v.period_s, v.flags, v.correction, CASE q.place
                        WHEN 1 THEN v.pm1 WHEN 2 THEN v.pm25 WHEN 3 THEN v.pm4 WHEN 4 THEN v.pm10 WHEN 5
                        THEN v.temperature WHEN 6 THEN v.humidity WHEN 7 THEN v.pressure WHEN 8 THEN
                        v.gas_resistance WHEN 9 THEN v.voc_raw WHEN 10 THEN v.nox_raw WHEN 11 THEN v.no2
                        WHEN 12 THEN v.co2 WHEN 13 THEN v.sound_laeq WHEN 14 THEN v.sound_lamax WHEN 15 THEN
                        v.count_in WHEN 16 THEN v.count_out WHEN 17 THEN v.battery WHEN 18 THEN v.shock WHEN
                        19 THEN v.pm25_corrected WHEN 20 THEN v.pm10_corrected WHEN 21 THEN v.no2_corrected
                        WHEN 22 THEN v.temperature_corrected WHEN 23 THEN v.humidity_corrected
                    END AS value
                    FROM private.value v
                    WHERE v.node_id = n.id AND v.time >= start AND v.time < stop
                ) AS back WHERE back.value IS NOT NULL ORDER BY back.time DESC LIMIT most
            ) AS o;
    END;

CREATE FUNCTION public.read_oldest(
    nodes text[], quantities text[], start timestamptz, stop timestamptz, most bigint
) RETURNS TABLE (
    series bigint, "time" timestamptz, period_s integer, value float8, flag integer,
    correction integer
)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
        SELECT s.series, o.time, o.period_s, o.value, flag_of(o.flags, q.slot), o.correction
        FROM unnest(nodes, quantities) WITH ORDINALITY AS s (node, quantity, series)
            JOIN private.node n ON n.name = s.node AND NOT n.moving
            JOIN (
                SELECT r.quantity, r.place, p.place - 1 AS slot
                FROM private.rolled r
                    JOIN private.rolled p ON p.quantity = replace(r.quantity, '_corrected', '')
            ) AS q ON q.quantity = s.quantity
            CROSS JOIN LATERAL (
                SELECT * FROM (
                    SELECT v.time, v.period_s, v.flags, v.correction, CASE q.place
                        WHEN 1 THEN v.pm1 WHEN 2 THEN v.pm25 WHEN 3 THEN v.pm4 WHEN 4 THEN v.pm10 WHEN 5
                        THEN v.temperature WHEN 6 THEN v.humidity WHEN 7 THEN v.pressure WHEN 8 THEN
                        v.gas_resistance WHEN 9 THEN v.voc_raw WHEN 10 THEN v.nox_raw WHEN 11 THEN v.no2
                        WHEN 12 THEN v.co2 WHEN 13 THEN v.sound_laeq WHEN 14 THEN v.sound_lamax WHEN 15 THEN
                        v.count_in WHEN 16 THEN v.count_out WHEN 17 THEN v.battery WHEN 18 THEN v.shock WHEN
                        19 THEN v.pm25_corrected WHEN 20 THEN v.pm10_corrected WHEN 21 THEN v.no2_corrected
                        WHEN 22 THEN v.temperature_corrected WHEN 23 THEN v.humidity_corrected
                    END AS value
                    FROM private.value v
                    WHERE v.node_id = n.id AND v.time >= start AND v.time < stop
                ) AS forth WHERE forth.value IS NOT NULL ORDER BY forth.time LIMIT most
            ) AS o;
    END;

COMMENT ON FUNCTION public.read_newest IS 'Samples of series of fixed nodes: of the i-th the newest, so many from start up to stop; series is i';
COMMENT ON FUNCTION public.read_oldest IS 'Samples of series of fixed nodes: of the i-th the oldest, so many from start up to stop; series is i';
