-- Observations: one row is one sample of one node, all its quantities side by side.
--
-- Values stay the whole steps in which they were sent (lossless, and small when compressed);
-- the view below shows them in units. Columns go from wide to narrow, so that no byte is lost
-- to alignment; a quantity that a node does not measure is NULL and takes no room.
-- A narrow table (time, series, value) of the same data is 6 times larger and 11 times slower.

CREATE TABLE private.observation (
    time timestamptz NOT NULL,
    cell bigint NOT NULL,
    flags bigint NOT NULL,
    node_id integer NOT NULL,
    lat integer,
    lon integer,
    horizontal_mm integer,
    vertical_mm integer,
    bits integer,
    pm1 integer,
    pm25 integer,
    pm4 integer,
    pm10 integer,
    pressure integer,
    gas_resistance integer,
    voc_raw integer,
    nox_raw integer,
    no2 integer,
    co2 integer,
    count_in integer,
    count_out integer,
    shock integer,
    temperature smallint,
    humidity smallint,
    sound_laeq smallint,
    sound_lamax smallint,
    battery smallint
);

-- Cut by time: chunks of a week where TimescaleDB is, else partitions of a month that the
-- writer makes when they are needed.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        PERFORM create_hypertable(
            'private.observation',
            by_range('time', INTERVAL '7 days'),
            create_default_indexes => false
        );
    ELSE
        ALTER TABLE private.observation RENAME TO observation_shape;
        CREATE TABLE private.observation (LIKE private.observation_shape) PARTITION BY RANGE (time);
        DROP TABLE private.observation_shape;
    END IF;
END
$$;

-- The key makes a page that is sent twice change nothing. Each further index costs a third of
-- the writing speed; the BRIN index is the exception, it takes 57 kB a chunk.
ALTER TABLE private.observation ADD PRIMARY KEY (node_id, time);
CREATE INDEX observation_time ON private.observation USING brin (time) WITH (autosummarize = on);

COMMENT ON TABLE private.observation IS 'One row is one sample of one node; values in whole steps, missing is NULL';
COMMENT ON COLUMN private.observation.time IS 'Moment of the sample, by the clock of the node';
COMMENT ON COLUMN private.observation.cell IS 'H3 cell at resolution 11, 0 = no place';
COMMENT ON COLUMN private.observation.flags IS 'Three bits per quantity in the order of lokaalmeten/quantities.py: 1 good, 2 not evaluated, 3 suspect, 4 fail, 0 missing';
COMMENT ON COLUMN private.observation.node_id IS 'private.node.id; not a foreign key, which would be looked up for every row: ingest knows the nodes';
COMMENT ON COLUMN private.observation.lat IS 'Latitude of a moving node, 1e-7 degree, WGS84';
COMMENT ON COLUMN private.observation.lon IS 'Longitude of a moving node, 1e-7 degree, WGS84';
COMMENT ON COLUMN private.observation.horizontal_mm IS 'Accuracy of the position, mm';
COMMENT ON COLUMN private.observation.vertical_mm IS 'Accuracy of the height, mm';
COMMENT ON COLUMN private.observation.bits IS 'Error bits of the device, as sent';
COMMENT ON COLUMN private.observation.pm1 IS 'PM1, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.pm25 IS 'PM2.5, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.pm4 IS 'PM4, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.pm10 IS 'PM10, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.pressure IS 'Air pressure, steps of 1 Pa';
COMMENT ON COLUMN private.observation.gas_resistance IS 'Gas resistance, steps of 1 kOhm';
COMMENT ON COLUMN private.observation.voc_raw IS 'VOC signal, steps of 1 {tick}';
COMMENT ON COLUMN private.observation.nox_raw IS 'NOx signal, steps of 1 {tick}';
COMMENT ON COLUMN private.observation.no2 IS 'NO2, steps of 0.01 ug/m3';
COMMENT ON COLUMN private.observation.co2 IS 'CO2, steps of 1 [ppm]';
COMMENT ON COLUMN private.observation.count_in IS 'People in, steps of 1';
COMMENT ON COLUMN private.observation.count_out IS 'People out, steps of 1';
COMMENT ON COLUMN private.observation.shock IS 'Largest shock since the last sample, steps of 1';
COMMENT ON COLUMN private.observation.temperature IS 'Temperature, steps of 0.01 Cel';
COMMENT ON COLUMN private.observation.humidity IS 'Relative humidity, steps of 0.01 %';
COMMENT ON COLUMN private.observation.sound_laeq IS 'Sound level LAeq, steps of 0.01 dB(A)';
COMMENT ON COLUMN private.observation.sound_lamax IS 'Sound level LAmax, steps of 0.01 dB(A)';
COMMENT ON COLUMN private.observation.battery IS 'Battery voltage, steps of 0.001 V';

CREATE VIEW private.value AS
SELECT
    node_id,
    time,
    cell,
    flags,
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
    shock / 1::float8 AS shock
FROM private.observation;

COMMENT ON VIEW private.value IS 'private.observation in units instead of steps';
COMMENT ON COLUMN private.value.node_id IS 'private.node.id';
COMMENT ON COLUMN private.value.time IS 'Moment of the sample';
COMMENT ON COLUMN private.value.cell IS 'H3 cell at resolution 11, 0 = no place';
COMMENT ON COLUMN private.value.flags IS 'Packed flags, see flag_of';
COMMENT ON COLUMN private.value.pm1 IS 'PM1, ug/m3';
COMMENT ON COLUMN private.value.pm25 IS 'PM2.5, ug/m3';
COMMENT ON COLUMN private.value.pm4 IS 'PM4, ug/m3';
COMMENT ON COLUMN private.value.pm10 IS 'PM10, ug/m3';
COMMENT ON COLUMN private.value.temperature IS 'Temperature, Cel';
COMMENT ON COLUMN private.value.humidity IS 'Relative humidity, %';
COMMENT ON COLUMN private.value.pressure IS 'Air pressure, Pa';
COMMENT ON COLUMN private.value.gas_resistance IS 'Gas resistance, kOhm';
COMMENT ON COLUMN private.value.voc_raw IS 'VOC signal, {tick}';
COMMENT ON COLUMN private.value.nox_raw IS 'NOx signal, {tick}';
COMMENT ON COLUMN private.value.no2 IS 'NO2, ug/m3';
COMMENT ON COLUMN private.value.co2 IS 'CO2, [ppm]';
COMMENT ON COLUMN private.value.sound_laeq IS 'Sound level LAeq, dB(A)';
COMMENT ON COLUMN private.value.sound_lamax IS 'Sound level LAmax, dB(A)';
COMMENT ON COLUMN private.value.count_in IS 'People in, 1';
COMMENT ON COLUMN private.value.count_out IS 'People out, 1';
COMMENT ON COLUMN private.value.battery IS 'Battery voltage, V';
COMMENT ON COLUMN private.value.shock IS 'Largest shock since the last sample, 1';
