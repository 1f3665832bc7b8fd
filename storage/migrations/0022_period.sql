-- What a value is of: a moment, or a span of time that begins at it.
--
-- Nodes send moments. Files of others hold means of an hour or a day: such a row has the start of
-- its span as its time, and its length here. NULL, which is nearly all rows, takes no room.

ALTER TABLE private.observation ADD COLUMN period_s integer;

COMMENT ON COLUMN private.observation.period_s IS 'Seconds from time on that the values are means of, NULL = of a moment';

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
    humidity_corrected / 100::float8 AS humidity_corrected,
    period_s
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
    o.temperature_corrected, o.humidity_corrected,
    o.period_s
FROM private.node n JOIN private.value o ON o.node_id = n.id
WHERE NOT n.moving;

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
    o.temperature_corrected, o.humidity_corrected,
    o.period_s
FROM private.node n
    CROSS JOIN LATERAL (
        -- one step into the key per node: 8 ms for 1,000 nodes, DISTINCT ON takes 600
        SELECT * FROM private.value v WHERE v.node_id = n.id ORDER BY v.time DESC LIMIT 1
    ) o
    LEFT JOIN private.placement p ON p.node_id = n.id AND p.since <= o.time AND o.time < p.until
WHERE NOT n.moving;

COMMENT ON COLUMN private.value.period_s IS 'Seconds from time on that the values are means of, NULL = of a moment';
COMMENT ON COLUMN public.observation.period_s IS 'Seconds from time on that the values are means of, NULL = of a moment';
COMMENT ON COLUMN public.latest.period_s IS 'Seconds from time on that the values are means of, NULL = of a moment';

-- Some files spread the values of one moment over several rows.

ALTER TABLE private.import_file ADD COLUMN joined bigint NOT NULL DEFAULT 0;

COMMENT ON COLUMN private.import_file.joined IS 'Rows that completed another row of the same device and second';
