-- Nodes: the boxes, bikes and counters that measure.
--
-- Two schemas. `private` holds everything as it came: precise positions, owners' secrets, raw
-- pages. `public` holds what anyone may read: views and functions without a precise position.
-- The views run with the rights of their owner, so a role that reads needs nothing of `private`.

COMMENT ON SCHEMA private IS 'Everything as it came, precise positions included; never read by the public';

CREATE TABLE private.node (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    kind text NOT NULL CHECK (kind IN ('box', 'bike', 'counter')),
    moving boolean NOT NULL GENERATED ALWAYS AS (kind = 'bike') STORED,
    label text NOT NULL DEFAULT '',
    model text NOT NULL DEFAULT '',
    hardware text UNIQUE,
    lat integer CHECK (lat BETWEEN -900000000 AND 900000000),
    lon integer CHECK (lon BETWEEN -1800000000 AND 1800000000),
    cell bigint NOT NULL DEFAULT 0,
    secret uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((lat IS NULL) = (lon IS NULL)),
    CHECK (lat IS NULL OR kind <> 'bike')
);

COMMENT ON TABLE private.node IS 'One row is one device that measures';
COMMENT ON COLUMN private.node.id IS 'Number of the node inside this database';
COMMENT ON COLUMN private.node.name IS 'Name in topics and addresses: a-z, 0-9 and -, at most 63 characters';
COMMENT ON COLUMN private.node.kind IS 'box (fixed), bike (moving) or counter (fixed)';
COMMENT ON COLUMN private.node.moving IS 'True when every sample brings its own position';
COMMENT ON COLUMN private.node.label IS 'Name for people; public';
COMMENT ON COLUMN private.node.model IS 'Make and type of the hardware; public';
COMMENT ON COLUMN private.node.hardware IS 'Lasting name that the device gives itself, such as the IMEI of its modem: personal data, never public';
COMMENT ON COLUMN private.node.lat IS 'Latitude of a fixed node, 1e-7 degree, WGS84';
COMMENT ON COLUMN private.node.lon IS 'Longitude of a fixed node, 1e-7 degree, WGS84';
COMMENT ON COLUMN private.node.cell IS 'H3 cell at resolution 11 of a fixed node, 0 = no place';
COMMENT ON COLUMN private.node.secret IS 'Seed of what must not be guessed about this node: how its rides are trimmed';
COMMENT ON COLUMN private.node.created_at IS 'When the node was registered';

-- An H3 index holds its resolution in bits 52-55 and one base-7 digit in three bits per level;
-- digits beyond the resolution are all ones (h3geo.org, "H3 index representations").
CREATE FUNCTION public.cell_parent(cell bigint, resolution integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN cell = 0 OR (cell >> 52) & 15 <= resolution THEN cell
        ELSE (cell & ~(15::bigint << 52))
            | (resolution::bigint << 52)
            | ((1::bigint << (3 * (15 - resolution))) - 1)
    END;

COMMENT ON FUNCTION public.cell_parent IS 'H3 cell at a coarser resolution; 0 (no place) and cells that are coarser already stay';

CREATE FUNCTION public.flag_of(flags bigint, slot integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE (flags >> (3 * slot)) & 7 WHEN 0 THEN 9 ELSE ((flags >> (3 * slot)) & 7)::integer END;

COMMENT ON FUNCTION public.flag_of IS 'QARTOD flag of the quantity in a slot of packed flags: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing';
