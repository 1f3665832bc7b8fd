-- Ride privacy: secrets of owners, their zones, publication after a time, and only of what several
-- bikes have passed.
--
-- docs/privacy.md says what the public sees and why.

ALTER TABLE private.owner ADD secret uuid NOT NULL DEFAULT gen_random_uuid();

COMMENT ON COLUMN private.owner.secret IS 'Seed of what must not be guessed about this owner: how the rides of all its nodes are trimmed';
COMMENT ON COLUMN private.node.secret IS 'Seed of what must not be guessed about this node: how its rides are trimmed while nobody said whose it is';

CREATE TABLE private.publication (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    delay_s integer NOT NULL CHECK (delay_s >= 0),
    fewest_nodes integer NOT NULL CHECK (fewest_nodes >= 1)
);

COMMENT ON TABLE private.publication IS 'One row, or none for the defaults of lokaalmeten/privacy.py: when rides are public, and where';
COMMENT ON COLUMN private.publication.id IS 'Always true: there is one row';
COMMENT ON COLUMN private.publication.delay_s IS 'From the end of a ride until it is public, seconds, to which some are added by lot';
COMMENT ON COLUMN private.publication.fewest_nodes IS 'Moving nodes that must have passed a cell before anything in it is public';

CREATE TABLE private.privacy_zone (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id integer NOT NULL REFERENCES private.owner ON DELETE CASCADE,
    name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    ring float8[] NOT NULL,
    radius_m float8 NOT NULL CHECK (radius_m >= 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (owner_id, name)
);

COMMENT ON TABLE private.privacy_zone IS 'One row is one place of which its owner wants nothing to be public: personal data';
COMMENT ON COLUMN private.privacy_zone.id IS 'Number of the zone inside this database';
COMMENT ON COLUMN private.privacy_zone.owner_id IS 'private.owner.id';
COMMENT ON COLUMN private.privacy_zone.name IS 'Name on the command line: a-z, 0-9 and -, at most 63 characters';
COMMENT ON COLUMN private.privacy_zone.ring IS 'Latitude and longitude of each corner, one after the other, degrees, WGS84; a single one is the centre of a circle';
COMMENT ON COLUMN private.privacy_zone.radius_m IS 'How far around the ring it reaches, metres';
COMMENT ON COLUMN private.privacy_zone.created_at IS 'When it was drawn';

-- Rides wait for the moment at which somebody looks at them again: to make them public, or to cut
-- them anew.

ALTER TABLE private.ride
    ADD due timestamptz,
    ADD cells bigint[];

COMMENT ON COLUMN private.ride.due IS 'When its public window is to be found again, NULL = it stays as it is';
COMMENT ON COLUMN private.ride.cells IS 'H3 cells at resolution 10 inside the public window, each once; NULL when nothing is public';

CREATE INDEX ride_due ON private.ride (due) WHERE due IS NOT NULL;

CREATE FUNCTION private.find_ride_cells() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.public_start IS NULL THEN
        NEW.cells := NULL;
    ELSE
        NEW.cells := ARRAY(
            SELECT DISTINCT public.cell_parent(o.cell, 10) FROM private.observation o
            WHERE o.node_id = NEW.node_id AND o.time BETWEEN NEW.public_start AND NEW.public_stop
                AND o.cell <> 0
        );
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION private.find_ride_cells IS 'Notes which cells the public part of a ride passes';

CREATE TRIGGER ride_has_cells BEFORE INSERT OR UPDATE OF public_start, public_stop ON private.ride
    FOR EACH ROW EXECUTE FUNCTION private.find_ride_cells();

-- Who passed a cell, and how many. Kept as rides come and go, so that the views need not count.

CREATE TABLE private.ride_cell (
    cell bigint NOT NULL,
    node_id integer NOT NULL,
    rides integer NOT NULL,
    PRIMARY KEY (cell, node_id)
);

COMMENT ON TABLE private.ride_cell IS 'One row is one cell that public rides of one node pass; kept by private.count_ride_cells';
COMMENT ON COLUMN private.ride_cell.cell IS 'H3 cell at resolution 7 to 10';
COMMENT ON COLUMN private.ride_cell.node_id IS 'private.node.id';
COMMENT ON COLUMN private.ride_cell.rides IS 'How many rides these are';

CREATE TABLE private.shared_cell (
    cell bigint PRIMARY KEY,
    nodes integer NOT NULL
);

COMMENT ON TABLE private.shared_cell IS 'One row is one cell that public rides pass; kept by private.count_ride_cells';
COMMENT ON COLUMN private.shared_cell.cell IS 'H3 cell at resolution 7 to 10';
COMMENT ON COLUMN private.shared_cell.nodes IS 'How many moving nodes these are of: rows of private.ride_cell';

-- 3 is FEWEST_NODES of lokaalmeten/privacy.py. A sample without a place tells of none.
CREATE VIEW private.open_cell AS
SELECT cell FROM private.shared_cell
WHERE nodes >= (SELECT coalesce(max(fewest_nodes), 3) FROM private.publication)
UNION ALL
SELECT 0::bigint;

COMMENT ON VIEW private.open_cell IS 'One row is one cell that enough nodes have passed for it to be public; and 0, no place';
COMMENT ON COLUMN private.open_cell.cell IS 'H3 cell at resolution 7 to 10, 0 = no place';

CREATE FUNCTION private.with_parents(cells bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT DISTINCT public.cell_parent(cell, resolution)
        FROM unnest(with_parents.cells) AS cell CROSS JOIN generate_series(7, 10) AS resolution;
    END;

COMMENT ON FUNCTION private.with_parents IS 'Cells of a ride at every resolution that is added up, each once; none of NULL';

-- One who counts after the other, so that no two wait for each other in a circle. The number is one
-- of our own, like those of storage/rides.py and storage/rollups.py.
CREATE FUNCTION private.count_ride_cells() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    node integer := CASE TG_OP WHEN 'INSERT' THEN NEW.node_id ELSE OLD.node_id END;
    old_cells bigint[] := CASE WHEN TG_OP <> 'INSERT' THEN OLD.cells END;
    new_cells bigint[] := CASE WHEN TG_OP <> 'DELETE' THEN NEW.cells END;
    came bigint[];
    gone bigint[];
BEGIN
    IF old_cells IS NOT DISTINCT FROM new_cells THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(1280114693);
    came := ARRAY(SELECT private.with_parents(new_cells) EXCEPT SELECT private.with_parents(old_cells));
    gone := ARRAY(SELECT private.with_parents(old_cells) EXCEPT SELECT private.with_parents(new_cells));
    WITH added AS (
        INSERT INTO private.ride_cell AS c (cell, node_id, rides)
        SELECT cell, node, 1 FROM unnest(came) AS cell
        ON CONFLICT (cell, node_id) DO UPDATE SET rides = c.rides + 1
        RETURNING cell, rides
    )
    INSERT INTO private.shared_cell AS s (cell, nodes) SELECT cell, 1 FROM added WHERE rides = 1
    ON CONFLICT (cell) DO UPDATE SET nodes = s.nodes + 1;
    UPDATE private.ride_cell SET rides = rides - 1 WHERE cell = ANY(gone) AND node_id = node;
    WITH left_by AS (
        DELETE FROM private.ride_cell WHERE cell = ANY(gone) AND node_id = node AND rides = 0
        RETURNING cell
    )
    UPDATE private.shared_cell s SET nodes = s.nodes - 1 FROM left_by l WHERE s.cell = l.cell;
    DELETE FROM private.shared_cell WHERE cell = ANY(gone) AND nodes = 0;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.count_ride_cells IS 'Keeps private.ride_cell and private.shared_cell in step with the rides';

CREATE TRIGGER ride_is_counted AFTER INSERT OR UPDATE OR DELETE ON private.ride
    FOR EACH ROW EXECUTE FUNCTION private.count_ride_cells();

-- What changes where a ride is cut hides it at once; whoever settles rides finds its window again,
-- and with it a new name. A ride of which the samples are not kept cannot be cut again.
CREATE FUNCTION private.hide_rides(nodes integer[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1280114692, node) FROM (SELECT unnest(nodes) AS node ORDER BY 1) AS own;
    UPDATE private.ride r SET
        public_start = NULL,
        public_stop = NULL,
        public_id = gen_random_uuid(),
        due = CASE WHEN r.start >= coalesce(n.kept_from, '-infinity') THEN now() END
    FROM private.node n
    WHERE n.id = r.node_id AND r.node_id = ANY(nodes);
END
$$;

COMMENT ON FUNCTION private.hide_rides IS 'Hides all rides of nodes until they are cut again; the first lock is that of storage/rides.py';

REVOKE ALL ON FUNCTION private.hide_rides FROM PUBLIC;

CREATE FUNCTION private.hide_rides_of_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM private.hide_rides(ARRAY(
        SELECT id FROM private.node WHERE moving AND owner_id = CASE TG_OP
            WHEN 'DELETE' THEN OLD.owner_id ELSE NEW.owner_id
        END
    ));
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.hide_rides_of_owner IS 'Hides the rides of an owner whose zones change';

CREATE TRIGGER zone_is_changed AFTER INSERT OR UPDATE OR DELETE ON private.privacy_zone
    FOR EACH ROW EXECUTE FUNCTION private.hide_rides_of_owner();

CREATE FUNCTION private.hide_rides_of_node() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM private.hide_rides(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.hide_rides_of_node IS 'Hides the rides of a node that gets another owner: they are cut by another secret';

CREATE TRIGGER node_gets_owner AFTER UPDATE OF owner_id ON private.node
    FOR EACH ROW WHEN (NEW.moving AND OLD.owner_id IS DISTINCT FROM NEW.owner_id)
    EXECUTE FUNCTION private.hide_rides_of_node();

-- What is there: seen as before until it is cut again, which an ingest does as soon as it starts.
UPDATE private.ride r SET
    public_start = r.public_start,
    due = CASE WHEN r.start >= coalesce(n.kept_from, '-infinity') THEN now() END
FROM private.node n
WHERE n.id = r.node_id AND r.public_start IS NOT NULL;

UPDATE private.ride r SET cells = ARRAY(
    SELECT DISTINCT h.cell FROM private.rollup_hour h
    WHERE h.node_id = r.node_id AND h.hour = r.hour AND h.ride = r.id AND h.cell <> 0
)
FROM private.node n
WHERE n.id = r.node_id AND r.public_start IS NOT NULL AND r.start < n.kept_from;

-- What the public reads of rides: cells that enough nodes passed, and no value by which a unit can
-- be known (OWN_MARKS of lokaalmeten/privacy.py: pressure, gas_resistance, voc_raw, nox_raw, battery), nor the
-- number of its corrections.

CREATE OR REPLACE VIEW public.ride WITH (security_barrier) AS
SELECT r.public_id AS ride, r.hour, r.duration_s, r.distance_m
FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE n.moving AND r.public_start IS NOT NULL AND EXISTS (
    SELECT FROM unnest(r.cells) AS passed (cell) JOIN private.open_cell USING (cell)
);

CREATE OR REPLACE VIEW public.extent WITH (security_barrier) AS
SELECT
    least((SELECT min(first) FROM public.node), min(r.hour)) AS first,
    greatest((SELECT max(last) FROM public.node), max(r.hour) + INTERVAL '1 hour') AS last
FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE n.moving;

CREATE OR REPLACE VIEW public.ride_observation WITH (security_barrier) AS
SELECT
    r.public_id AS ride,
    r.hour,
    extract(epoch FROM o.time - r.public_start)::integer AS second,
    coalesce(cell_parent(o.cell, 10), 0) AS cell,
    o.flags & ~((7::bigint << 18) | (7::bigint << 21) | (7::bigint << 24) | (7::bigint << 27) | (7::bigint << 48)) AS flags,
    o.pm1, o.pm25, o.pm4, o.pm10, o.temperature, o.humidity, NULL::float8 AS pressure,
    NULL::float8 AS gas_resistance, NULL::float8 AS voc_raw, NULL::float8 AS nox_raw, o.no2, o.co2, o.sound_laeq, o.sound_lamax,
    o.count_in, o.count_out, NULL::float8 AS battery, o.shock,
    NULL::integer AS correction, o.pm25_corrected, o.pm10_corrected, o.no2_corrected,
    o.temperature_corrected, o.humidity_corrected
FROM private.ride r
    JOIN private.node n ON n.id = r.node_id
    JOIN private.value o ON o.node_id = r.node_id AND o.time BETWEEN r.public_start AND r.public_stop
WHERE n.moving AND EXISTS (
    SELECT FROM private.open_cell s WHERE s.cell = coalesce(cell_parent(o.cell, 10), 0)
);

COMMENT ON COLUMN public.ride_observation.pressure IS 'Always NULL: how far it is off differs from unit to unit';
COMMENT ON COLUMN public.ride_observation.gas_resistance IS 'Always NULL: it differs from unit to unit';
COMMENT ON COLUMN public.ride_observation.voc_raw IS 'Always NULL: it differs from unit to unit';
COMMENT ON COLUMN public.ride_observation.nox_raw IS 'Always NULL: it differs from unit to unit';
COMMENT ON COLUMN public.ride_observation.battery IS 'Always NULL: it differs from unit to unit';
COMMENT ON COLUMN public.ride_observation.correction IS 'Always NULL: it differs from unit to unit';

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
WHERE n.moving AND h.good > 0
    AND q.quantity NOT IN ('pressure', 'gas_resistance', 'voc_raw', 'nox_raw', 'battery')
    AND EXISTS (SELECT FROM private.open_cell s WHERE s.cell = h.cell)
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = r.node_id AND t.first <= r.public_stop AND t.after > r.hour
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
    CROSS JOIN public.quantity q
WHERE r.good[q.place] > 0
    AND (NOT r.moving OR (
        q.quantity NOT IN ('pressure', 'gas_resistance', 'voc_raw', 'nox_raw', 'battery')
        AND r.place IN (SELECT cell FROM private.open_cell)
    ))
    AND NOT EXISTS (
        SELECT FROM public.waiting_place w
        WHERE w.day = r.day AND w.place = CASE WHEN r.moving THEN 0 ELSE r.place END
    );
