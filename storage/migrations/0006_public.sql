-- What the public reads.
--
-- Every view is a security barrier: without it a reader's own function in WHERE could be called
-- with rows that the view leaves out.

CREATE VIEW public.node WITH (security_barrier) AS
SELECT
    n.name,
    n.kind,
    n.moving,
    n.label,
    n.model,
    cell_parent(n.cell, 9) AS cell,
    CASE WHEN NOT n.moving THEN (
        SELECT o.time FROM private.observation o WHERE o.node_id = n.id ORDER BY o.time LIMIT 1
    ) END AS first,
    CASE WHEN NOT n.moving THEN (
        SELECT o.time FROM private.observation o WHERE o.node_id = n.id ORDER BY o.time DESC LIMIT 1
    ) END AS last
FROM private.node n;

COMMENT ON VIEW public.node IS 'One row is one device that measures';
COMMENT ON COLUMN public.node.name IS 'Name in topics and addresses';
COMMENT ON COLUMN public.node.kind IS 'box (fixed), bike (moving) or counter (fixed)';
COMMENT ON COLUMN public.node.moving IS 'True when every sample has its own position';
COMMENT ON COLUMN public.node.label IS 'Name for people';
COMMENT ON COLUMN public.node.model IS 'Make and type of the hardware';
COMMENT ON COLUMN public.node.cell IS 'H3 cell at resolution 9 (edge 174 m) of a fixed node, 0 = no place';
COMMENT ON COLUMN public.node.first IS 'Moment of the first sample; NULL for a moving node, which it would tie to a ride';
COMMENT ON COLUMN public.node.last IS 'Moment of the latest sample; NULL for a moving node, which it would tie to a ride';

CREATE VIEW public.observation WITH (security_barrier) AS
SELECT
    n.name AS node,
    o.time,
    cell_parent(CASE WHEN o.cell = 0 THEN n.cell ELSE o.cell END, 9) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock
FROM private.node n JOIN private.value o ON o.node_id = n.id
WHERE NOT n.moving;

COMMENT ON VIEW public.observation IS 'One row is one sample of a fixed node, in units';
COMMENT ON COLUMN public.observation.node IS 'public.node.name';
COMMENT ON COLUMN public.observation.time IS 'Moment of the sample';
COMMENT ON COLUMN public.observation.cell IS 'H3 cell at resolution 9 (edge 174 m) in which the node stood, 0 = no place';

CREATE VIEW public.latest WITH (security_barrier) AS
SELECT
    n.name AS node,
    o.time,
    cell_parent(CASE WHEN o.cell = 0 THEN n.cell ELSE o.cell END, 9) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock
FROM private.node n CROSS JOIN LATERAL (
    -- one step into the key per node: 8 ms for 1,000 nodes, DISTINCT ON takes 600
    SELECT * FROM private.value v WHERE v.node_id = n.id ORDER BY v.time DESC LIMIT 1
) o
WHERE NOT n.moving;

COMMENT ON VIEW public.latest IS 'One row is the latest sample of one fixed node, in units';
COMMENT ON COLUMN public.latest.node IS 'public.node.name';
COMMENT ON COLUMN public.latest.time IS 'Moment of the sample';
COMMENT ON COLUMN public.latest.cell IS 'H3 cell at resolution 9 (edge 174 m) in which the node stood, 0 = no place';

-- Of a ride the public learns the hour in which it starts and the seconds since: the exact
-- moment would let anyone who saw you leave find the rest of your way.
CREATE VIEW public.ride WITH (security_barrier) AS
SELECT r.public_id AS ride, r.hour, r.duration_s, r.distance_m
FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE n.moving AND r.public_start IS NOT NULL;

COMMENT ON VIEW public.ride IS 'One row is the public part of one journey';
COMMENT ON COLUMN public.ride.ride IS 'Name of the ride, drawn anew for every ride';
COMMENT ON COLUMN public.ride.hour IS 'Hour in which it starts';
COMMENT ON COLUMN public.ride.duration_s IS 'How long its public part takes, seconds';
COMMENT ON COLUMN public.ride.distance_m IS 'How long the way of the public part is, metres';

CREATE VIEW public.ride_observation WITH (security_barrier) AS
SELECT
    r.public_id AS ride,
    r.hour,
    extract(epoch FROM o.time - r.public_start)::integer AS second,
    cell_parent(o.cell, 10) AS cell,
    o.flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, o.pressure, o.gas_resistance,
    o.voc_raw, o.nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax, o.count_in, o.count_out,
    o.battery, o.shock
FROM private.ride r
    JOIN private.node n ON n.id = r.node_id
    JOIN private.value o ON o.node_id = r.node_id AND o.time BETWEEN r.public_start AND r.public_stop
WHERE n.moving;

COMMENT ON VIEW public.ride_observation IS 'One row is one sample of the public part of a ride, in units';
COMMENT ON COLUMN public.ride_observation.ride IS 'public.ride.ride';
COMMENT ON COLUMN public.ride_observation.hour IS 'Hour in which the ride starts';
COMMENT ON COLUMN public.ride_observation.second IS 'Seconds since the start of the public part';
COMMENT ON COLUMN public.ride_observation.cell IS 'H3 cell at resolution 10 (edge 66 m), 0 = no place';

CREATE VIEW public.extent WITH (security_barrier) AS
SELECT
    least((SELECT min(first) FROM public.node), min(r.hour)) AS first,
    greatest((SELECT max(last) FROM public.node), max(r.hour) + INTERVAL '1 hour') AS last
FROM public.ride r;

COMMENT ON VIEW public.extent IS 'One row: from when to when there are public samples';
COMMENT ON COLUMN public.extent.first IS 'First sample of a fixed node or hour of a ride; NULL when there is nothing';
COMMENT ON COLUMN public.extent.last IS 'Latest sample of a fixed node or end of the hour of a ride; NULL when there is nothing';

CREATE VIEW public.forecast WITH (security_barrier) AS
SELECT
    n.name AS node, f.quantity, f.issue_time, f.cutoff, f.time, f.model, f.levels, f.quantiles
FROM private.forecast f JOIN private.node n ON n.id = f.node_id
WHERE NOT n.moving;

COMMENT ON VIEW public.forecast IS 'One row is one moment of one forecast for a fixed node';
COMMENT ON COLUMN public.forecast.node IS 'public.node.name';

-- The units are written once, at private.value; forecasts at private.forecast.
DO $$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT c.relname, a.attname, col_description(s.oid, b.attnum) AS comment
        FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            JOIN pg_class s ON s.oid =
                CASE c.relname WHEN 'forecast' THEN 'private.forecast' ELSE 'private.value' END::regclass
            JOIN pg_attribute b ON b.attrelid = s.oid AND b.attname = a.attname
        WHERE c.relnamespace = 'public'::regnamespace
            AND c.relname IN ('observation', 'latest', 'ride_observation', 'forecast')
            AND col_description(c.oid, a.attnum) IS NULL
    LOOP
        EXECUTE format(
            'COMMENT ON COLUMN public.%I.%I IS %L', missing.relname, missing.attname, missing.comment
        );
    END LOOP;
END
$$;
