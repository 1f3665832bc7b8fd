-- Zones and cells: days added up over all that lies in one place.
--
-- A zone is a municipality, a neighbourhood, or whatever else has an outline. What lies in it is
-- told by the H3 cells at resolution 9 whose centre it covers: that is as fine as the place of a
-- node is public. A place is such a zone, or an H3 cell; their numbers never meet, for an H3 index
-- is larger than 2^58.

CREATE TABLE private.zone (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    kind text NOT NULL CHECK (kind ~ '^[a-z]+$'),
    label text NOT NULL,
    outline jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE private.zone IS 'One row is one area with an outline';
COMMENT ON COLUMN private.zone.id IS 'Number of the zone inside this database';
COMMENT ON COLUMN private.zone.name IS 'Name in addresses: a-z, 0-9 and -, at most 63 characters; public';
COMMENT ON COLUMN private.zone.kind IS 'municipality, neighbourhood or any other word; public';
COMMENT ON COLUMN private.zone.label IS 'Name for people; public';
COMMENT ON COLUMN private.zone.outline IS 'GeoJSON Polygon or MultiPolygon, degrees, WGS84; public';
COMMENT ON COLUMN private.zone.updated_at IS 'When this row was last written';

CREATE TABLE private.zone_cell (
    cell bigint NOT NULL,
    zone_id integer NOT NULL REFERENCES private.zone ON DELETE CASCADE,
    PRIMARY KEY (cell, zone_id)
);

CREATE INDEX zone_cell_zone ON private.zone_cell (zone_id);

COMMENT ON TABLE private.zone_cell IS 'One row is an H3 cell inside a zone';
COMMENT ON COLUMN private.zone_cell.cell IS 'H3 cell at resolution 9, or a coarser one that stands for all cells in it';
COMMENT ON COLUMN private.zone_cell.zone_id IS 'private.zone.id';

CREATE FUNCTION private.places_of(cell bigint) RETURNS bigint[]
    LANGUAGE sql STABLE
    RETURN ARRAY[
        public.cell_parent(cell, 7), public.cell_parent(cell, 8), public.cell_parent(cell, 9)
    ] || ARRAY(
        SELECT DISTINCT z.zone_id::bigint
        FROM generate_series(0, 9) AS resolution JOIN private.zone_cell z
            ON z.cell = public.cell_parent(public.cell_parent(places_of.cell, 9), resolution)
        ORDER BY 1
    );

COMMENT ON FUNCTION private.places_of IS 'All places in which a cell lies: H3 cells at resolutions 7, 8 and 9, then private.zone.id';

ALTER TABLE private.placement ADD COLUMN places bigint[] NOT NULL DEFAULT '{}';
UPDATE private.placement SET places = private.places_of(cell);

COMMENT ON COLUMN private.placement.places IS 'private.places_of the cell';

CREATE FUNCTION private.place_placement() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.places := private.places_of(NEW.cell);
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION private.place_placement IS 'Keeps private.placement.places';

CREATE TRIGGER placement_is_placed BEFORE INSERT OR UPDATE OF cell ON private.placement
    FOR EACH ROW EXECUTE FUNCTION private.place_placement();

CREATE TABLE private.rollup_place (
    place bigint NOT NULL,
    day date NOT NULL,
    moving boolean NOT NULL,
    there bigint NOT NULL,
    sources integer[] NOT NULL,
    complete integer[] NOT NULL,
    good bigint[] NOT NULL,
    total bigint[] NOT NULL,
    low integer[] NOT NULL,
    high integer[] NOT NULL,
    median double precision[] NOT NULL,
    PRIMARY KEY (place, day, moving)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX rollup_place_day ON private.rollup_place (day);

COMMENT ON TABLE private.rollup_place IS 'One row is one day of all fixed nodes, or of all public parts of rides, in one place; no element but of median is NULL';
COMMENT ON COLUMN private.rollup_place.place IS 'H3 cell at resolution 7, 8 or 9, of rides also 10, or private.zone.id (fixed nodes only)';
COMMENT ON COLUMN private.rollup_place.day IS 'Day by the clock of Europe/Amsterdam; a node counts where it stood at its start, a ride on the day on which it starts';
COMMENT ON COLUMN private.rollup_place.moving IS 'True of rides';
COMMENT ON COLUMN private.rollup_place.there IS 'Bit i - 1 is set when place i of the arrays has a good value';
COMMENT ON COLUMN private.rollup_place.sources IS 'Number of nodes, or rides, with good values per quantity';
COMMENT ON COLUMN private.rollup_place.complete IS 'Number of nodes per quantity of which at least 18 hours count; 0 of rides';
COMMENT ON COLUMN private.rollup_place.good IS 'Number of good values per quantity';
COMMENT ON COLUMN private.rollup_place.total IS 'Sum of the good values per quantity, steps of the quantity';
COMMENT ON COLUMN private.rollup_place.low IS 'Lowest good value per quantity, steps of the quantity; 2147483647 when there is none';
COMMENT ON COLUMN private.rollup_place.high IS 'Highest good value per quantity, steps of the quantity; -2147483648 when there is none';
COMMENT ON COLUMN private.rollup_place.median IS 'Median of the means of the nodes, or rides, per quantity, steps of the quantity; NULL when there is none';

CREATE TABLE private.touched_place (
    place bigint NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (place, day)
);

COMMENT ON TABLE private.touched_place IS 'One row is a day of a place that must be added up again, beside those of private.touched_day';
COMMENT ON COLUMN private.touched_place.place IS 'As in private.rollup_place; 0 = all rides of the day';
COMMENT ON COLUMN private.touched_place.day IS 'Day by the clock of Europe/Amsterdam';

-- A ride that is hidden, or a node that is removed, is gone from places at once: their days wait.
CREATE OR REPLACE FUNCTION private.touch_ride() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    hours timestamptz[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.hour] WHEN 'DELETE' THEN ARRAY[OLD.hour] ELSE ARRAY[OLD.hour, NEW.hour]
    END;
    node integer := CASE TG_OP WHEN 'INSERT' THEN NEW.node_id ELSE OLD.node_id END;
    hour timestamptz;
BEGIN
    FOREACH hour IN ARRAY array_remove(hours, NULL) LOOP
        PERFORM private.touch(node, hour, hour);
        INSERT INTO private.touched_place (place, day)
            VALUES (0, (hour AT TIME ZONE 'Europe/Amsterdam')::date) ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION private.touch_places() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO private.touched_place (place, day)
    SELECT place, d.day
    FROM private.rollup_day d CROSS JOIN unnest(OLD.places) AS place
    WHERE d.node_id = OLD.node_id
        AND OLD.since <= d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
        AND OLD.until > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.touch_places IS 'Has the days added up again of places in which a node does not stand any more';

CREATE TRIGGER placement_is_gone AFTER DELETE ON private.placement
    FOR EACH ROW EXECUTE FUNCTION private.touch_places();

-- All days that are there wait for their places.
INSERT INTO private.touched_day (node_id, day) SELECT node_id, day FROM private.rollup_day ON CONFLICT DO NOTHING;

CREATE VIEW public.zone WITH (security_barrier) AS
SELECT name, kind, label, outline FROM private.zone;

COMMENT ON VIEW public.zone IS 'One row is one area with an outline';
COMMENT ON COLUMN public.zone.name IS 'Name in addresses';
COMMENT ON COLUMN public.zone.kind IS 'municipality, neighbourhood or any other word';
COMMENT ON COLUMN public.zone.label IS 'Name for people';
COMMENT ON COLUMN public.zone.outline IS 'GeoJSON Polygon or MultiPolygon, degrees, WGS84';

CREATE VIEW public.zone_node WITH (security_barrier) AS
SELECT z.name AS zone, n.name AS node, p.since, p.until
FROM private.zone z
    JOIN private.placement p ON z.id = ANY (p.places)
    JOIN private.node n ON n.id = p.node_id
WHERE NOT n.moving;

COMMENT ON VIEW public.zone_node IS 'One row is a fixed node in a zone, and since and until when';
COMMENT ON COLUMN public.zone_node.zone IS 'public.zone.name';
COMMENT ON COLUMN public.zone_node.node IS 'public.node.name';
COMMENT ON COLUMN public.zone_node.since IS 'From when it stands there; -infinity of its first place';
COMMENT ON COLUMN public.zone_node.until IS 'Until when; infinity of its present place';

-- A day waits for its places while it waits itself, or an hour of it does.
CREATE VIEW public.waiting_place WITH (security_barrier) AS
SELECT DISTINCT place, w.day
FROM public.waiting_day w
    JOIN private.node n ON n.name = w.node
    JOIN private.placement p ON p.node_id = n.id
        AND p.since <= w.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
        AND p.until > w.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    CROSS JOIN LATERAL unnest(p.places) AS place
UNION
SELECT place, day FROM private.touched_place
UNION
SELECT 0, (r.hour AT TIME ZONE 'Europe/Amsterdam')::date
FROM public.waiting_ride r;

COMMENT ON VIEW public.waiting_place IS 'One row is a day of a place that is not in rollup_place until it is added up again';
COMMENT ON COLUMN public.waiting_place.place IS 'H3 cell or number of a zone; 0 = all rides of the day';
COMMENT ON COLUMN public.waiting_place.day IS 'Day by the clock of Europe/Amsterdam';

CREATE VIEW public.rollup_place WITH (security_barrier) AS
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
WHERE r.good[q.place] > 0 AND NOT EXISTS (
    SELECT FROM public.waiting_place w
    WHERE w.day = r.day AND w.place = CASE WHEN r.moving THEN 0 ELSE r.place END
);

COMMENT ON VIEW public.rollup_place IS 'One row is one quantity of one day in one place, of its fixed nodes or of the rides through it; days that wait are not there';
COMMENT ON COLUMN public.rollup_place.cell IS 'H3 cell at resolution 7, 8, 9, of rides also 10; NULL of a zone';
COMMENT ON COLUMN public.rollup_place.zone IS 'public.zone.name; NULL of a cell';
COMMENT ON COLUMN public.rollup_place.day IS 'Day by the clock of Europe/Amsterdam';
COMMENT ON COLUMN public.rollup_place.moving IS 'True of rides';
COMMENT ON COLUMN public.rollup_place.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.rollup_place.unit IS 'Unit of mean, median, low and high, UCUM';
COMMENT ON COLUMN public.rollup_place.sources IS 'Number of nodes or rides with good values';
COMMENT ON COLUMN public.rollup_place.complete IS 'Number of nodes of which at least 18 hours count';
COMMENT ON COLUMN public.rollup_place.good IS 'Number of good values';
COMMENT ON COLUMN public.rollup_place.mean IS 'Mean of the good values, in the unit';
COMMENT ON COLUMN public.rollup_place.median IS 'Median of the means of the nodes or rides, in the unit';
COMMENT ON COLUMN public.rollup_place.low IS 'Lowest good value, in the unit';
COMMENT ON COLUMN public.rollup_place.high IS 'Highest good value, in the unit';
