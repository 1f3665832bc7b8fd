-- A leaner row: what is the same for every sample of a node, or as it should be, is not stored.
--
-- Of a fixed node the place is told once, by `private.placement`, and flags are stored only where
-- a value is anything but good: eight bytes each, a seventh of a row. Rows from before keep their
-- own cell and flags, and mean the same.

ALTER TABLE private.observation ALTER COLUMN cell DROP NOT NULL, ALTER COLUMN flags DROP NOT NULL;

COMMENT ON COLUMN private.observation.cell IS 'H3 cell at resolution 11 of a moving node, NULL = no place; of a fixed node private.placement tells it';
COMMENT ON COLUMN private.observation.flags IS 'Three bits per quantity in the order of lokaalmeten/quantities.py: 1 good, 2 not evaluated, 3 suspect, 4 fail, 0 missing; NULL = every value that is there is good';
COMMENT ON COLUMN private.observation.bits IS 'Error bits of the device, as sent; NULL = none is set';

-- Corrected values, beside the raw ones they come from and in the same steps.

ALTER TABLE private.observation
    ADD COLUMN correction integer,
    ADD COLUMN pm25_corrected integer,
    ADD COLUMN pm10_corrected integer,
    ADD COLUMN no2_corrected integer,
    ADD COLUMN temperature_corrected smallint,
    ADD COLUMN humidity_corrected smallint;

COMMENT ON COLUMN private.observation.correction IS 'Number of the set of methods and versions by which the values were corrected, NULL = not corrected';
COMMENT ON COLUMN private.observation.pm25_corrected IS 'Corrected PM2.5, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.pm10_corrected IS 'Corrected PM10, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.no2_corrected IS 'Corrected NO2, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.temperature_corrected IS 'Corrected Temperature, steps of 0.01 Cel';
COMMENT ON COLUMN private.observation.humidity_corrected IS 'Corrected Relative humidity, steps of 0.01 %';

-- Where fixed nodes stand, and stood.

CREATE TABLE private.placement (
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    lat integer CHECK (lat BETWEEN -900000000 AND 900000000),
    lon integer CHECK (lon BETWEEN -1800000000 AND 1800000000),
    cell bigint NOT NULL,
    PRIMARY KEY (node_id, since),
    CHECK (since <= until)
);

COMMENT ON TABLE private.placement IS 'One row is one place of a fixed node and when it stood there; kept by private.place_node';
COMMENT ON COLUMN private.placement.node_id IS 'private.node.id';
COMMENT ON COLUMN private.placement.since IS 'From when; -infinity of the first place';
COMMENT ON COLUMN private.placement.until IS 'Until when, which is not in it; infinity of the present place';
COMMENT ON COLUMN private.placement.lat IS 'Latitude, 1e-7 degree, WGS84; NULL of a place from before there were placements';
COMMENT ON COLUMN private.placement.lon IS 'Longitude, 1e-7 degree, WGS84; NULL of a place from before there were placements';
COMMENT ON COLUMN private.placement.cell IS 'H3 cell at resolution 11';

-- What the rows from before tell of each node: the cells in which it stood, one after the other.
INSERT INTO private.placement (node_id, since, until, lat, lon, cell)
SELECT
    place.node_id,
    CASE WHEN lag(place.since) OVER history IS NULL THEN '-infinity' ELSE place.since END,
    coalesce(lead(place.since) OVER history, 'infinity'),
    CASE WHEN place.cell = n.cell THEN n.lat END,
    CASE WHEN place.cell = n.cell THEN n.lon END,
    place.cell
FROM (
    SELECT node_id, cell, min(time) AS since FROM private.observation WHERE cell <> 0 GROUP BY node_id, cell
    UNION ALL
    SELECT id, cell, 'infinity' FROM private.node -- a place of which there are no rows yet
    WHERE lat IS NOT NULL AND NOT EXISTS (
        SELECT FROM private.observation o WHERE o.node_id = node.id AND o.cell = node.cell
    )
) AS place JOIN private.node n ON n.id = place.node_id AND NOT n.moving
WINDOW history AS (PARTITION BY place.node_id ORDER BY place.since);

-- One that was moved and sent nothing since: from now on it is there.
UPDATE private.placement SET since = now() WHERE since = 'infinity';
UPDATE private.placement p SET until = now() WHERE until = 'infinity' AND EXISTS (
    SELECT FROM private.placement l WHERE l.node_id = p.node_id AND l.since > p.since
);

-- A node whose place becomes known stood there all along; one that gets another place moves now.
CREATE FUNCTION private.place_node() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moved timestamptz := CASE WHEN TG_OP = 'UPDATE' AND OLD.lat IS NOT NULL THEN now() ELSE '-infinity' END;
BEGIN
    UPDATE private.placement SET until = moved
        WHERE node_id = NEW.id AND until = 'infinity' AND since < moved;
    DELETE FROM private.placement WHERE node_id = NEW.id AND until = 'infinity';
    IF NEW.lat IS NOT NULL THEN
        INSERT INTO private.placement (node_id, since, until, lat, lon, cell)
        VALUES (NEW.id, moved, 'infinity', NEW.lat, NEW.lon, NEW.cell);
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.place_node IS 'Keeps private.placement when a node is registered, gets a place or another one';

CREATE TRIGGER node_is_placed AFTER INSERT ON private.node
    FOR EACH ROW WHEN (NEW.lat IS NOT NULL) EXECUTE FUNCTION private.place_node();
CREATE TRIGGER node_is_moved AFTER UPDATE ON private.node
    FOR EACH ROW WHEN ((OLD.lat, OLD.lon) IS DISTINCT FROM (NEW.lat, NEW.lon))
    EXECUTE FUNCTION private.place_node();

-- The views that show a place or a value.

CREATE OR REPLACE VIEW private.value AS
SELECT
    node_id,
    time,
    cell,
    coalesce(flags, 1317624576693539401) AS flags, -- 21 times 1 in three bits
    pm1 / 100::float8 AS pm1,
    pm25 / 100::float8 AS pm25,
    pm4 / 100::float8 AS pm4,
    pm10 / 100::float8 AS pm10,
    temperature / 100::float8 AS temperature,
    humidity / 100::float8 AS humidity,
    pressure / 1::float8 AS pressure,
    gas_resistance / 1::float8 AS gas_resistance,
    voc_raw / 1::float8 AS voc_raw,
    nox_raw / 1::float8 AS nox_raw,
    no2 / 100::float8 AS no2,
    co2 / 1::float8 AS co2,
    sound_laeq / 100::float8 AS sound_laeq,
    sound_lamax / 100::float8 AS sound_lamax,
    count_in / 1::float8 AS count_in,
    count_out / 1::float8 AS count_out,
    battery / 1000::float8 AS battery,
    shock / 1::float8 AS shock,
    correction,
    pm25_corrected / 100::float8 AS pm25_corrected,
    pm10_corrected / 100::float8 AS pm10_corrected,
    no2_corrected / 100::float8 AS no2_corrected,
    temperature_corrected / 100::float8 AS temperature_corrected,
    humidity_corrected / 100::float8 AS humidity_corrected
FROM private.observation;

CREATE OR REPLACE VIEW public.observation WITH (security_barrier) AS
SELECT
    n.name AS node,
    o.time,
    -- looked up where it is asked for: a query that does not is spared
    coalesce((
        SELECT cell_parent(p.cell, 9) FROM private.placement p
        WHERE p.node_id = n.id AND p.since <= o.time AND o.time < p.until
    ), 0) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock,
    o.correction, o.pm25_corrected, o.pm10_corrected, o.no2_corrected,
    o.temperature_corrected, o.humidity_corrected
FROM private.node n JOIN private.value o ON o.node_id = n.id
WHERE NOT n.moving;

CREATE OR REPLACE VIEW public.latest WITH (security_barrier) AS
SELECT
    n.name AS node,
    o.time,
    -- looked up where it is asked for: a query that does not is spared
    coalesce((
        SELECT cell_parent(p.cell, 9) FROM private.placement p
        WHERE p.node_id = n.id AND p.since <= o.time AND o.time < p.until
    ), 0) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock,
    o.correction, o.pm25_corrected, o.pm10_corrected, o.no2_corrected,
    o.temperature_corrected, o.humidity_corrected
FROM private.node n CROSS JOIN LATERAL (
    -- one step into the key per node: 8 ms for 1,000 nodes, DISTINCT ON takes 600
    SELECT * FROM private.value v WHERE v.node_id = n.id ORDER BY v.time DESC LIMIT 1
) o
WHERE NOT n.moving;

CREATE OR REPLACE VIEW public.ride_observation WITH (security_barrier) AS
SELECT
    r.public_id AS ride,
    r.hour,
    extract(epoch FROM o.time - r.public_start)::integer AS second,
    coalesce(cell_parent(o.cell, 10), 0) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock,
    o.correction, o.pm25_corrected, o.pm10_corrected, o.no2_corrected,
    o.temperature_corrected, o.humidity_corrected
FROM private.ride r
    JOIN private.node n ON n.id = r.node_id
    JOIN private.value o ON o.node_id = r.node_id AND o.time BETWEEN r.public_start AND r.public_stop
WHERE n.moving;

COMMENT ON COLUMN private.value.correction IS 'Number of the set of methods and versions by which the values were corrected, NULL = not corrected';
COMMENT ON COLUMN private.value.pm25_corrected IS 'Corrected PM2.5, ug/m3';
COMMENT ON COLUMN private.value.pm10_corrected IS 'Corrected PM10, ug/m3';
COMMENT ON COLUMN private.value.no2_corrected IS 'Corrected NO2, ug/m3';
COMMENT ON COLUMN private.value.temperature_corrected IS 'Corrected temperature, Cel';
COMMENT ON COLUMN private.value.humidity_corrected IS 'Corrected relative humidity, %';
COMMENT ON COLUMN private.value.flags IS 'Packed flags, see flag_of; of a value that is not there they say nothing';

DO $$
DECLARE
    shown record;
BEGIN
    FOR shown IN
        SELECT c.relname, a.attname, col_description(b.attrelid, b.attnum) AS comment
        FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            JOIN pg_attribute b ON b.attrelid = 'private.value'::regclass AND b.attname = a.attname
        WHERE c.relnamespace = 'public'::regnamespace
            AND c.relname IN ('observation', 'latest', 'ride_observation')
            AND (a.attname = 'flags' OR a.attname = 'correction' OR a.attname LIKE '%_corrected')
    LOOP
        EXECUTE format(
            'COMMENT ON COLUMN public.%I.%I IS %L', shown.relname, shown.attname, shown.comment
        );
    END LOOP;
END
$$;
