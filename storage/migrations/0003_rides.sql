-- Rides: the journeys of moving nodes, and which part of each may be public.
--
-- A sample of a moving node is public exactly when its time lies in the public window of a
-- ride. Nothing is written to an observation for that: the window says it all, and moving it
-- hides or shows at once.

CREATE TABLE private.ride (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    start timestamptz NOT NULL,
    stop timestamptz NOT NULL,
    public_start timestamptz,
    public_stop timestamptz,
    samples integer NOT NULL CHECK (samples >= 0),
    distance_m real NOT NULL CHECK (distance_m >= 0),
    duration_s integer GENERATED ALWAYS AS (extract(epoch FROM public_stop - public_start)::integer) STORED,
    hour timestamptz GENERATED ALWAYS AS (date_bin('1 hour', public_start, '2000-01-01 00:00:00+00')) STORED,
    UNIQUE (node_id, start),
    CHECK (start <= stop),
    CHECK ((public_start IS NULL) = (public_stop IS NULL)),
    CHECK (start <= public_start AND public_start <= public_stop AND public_stop <= stop)
);

CREATE INDEX ride_hour ON private.ride (hour);

COMMENT ON TABLE private.ride IS 'One row is one journey of a moving node';
COMMENT ON COLUMN private.ride.id IS 'Number of the ride inside this database';
COMMENT ON COLUMN private.ride.public_id IS 'Public name, drawn anew for every ride: it does not tell which node rode';
COMMENT ON COLUMN private.ride.node_id IS 'private.node.id';
COMMENT ON COLUMN private.ride.start IS 'Moment of the first sample';
COMMENT ON COLUMN private.ride.stop IS 'Moment of the last sample';
COMMENT ON COLUMN private.ride.public_start IS 'First moment that may be public, NULL when nothing may';
COMMENT ON COLUMN private.ride.public_stop IS 'Last moment that may be public, NULL when nothing may';
COMMENT ON COLUMN private.ride.samples IS 'Samples inside the public window; of the whole ride when nothing is public';
COMMENT ON COLUMN private.ride.distance_m IS 'Length of the way inside the public window, metres; of the whole way when nothing is public';
COMMENT ON COLUMN private.ride.duration_s IS 'Length of the public window, seconds';
COMMENT ON COLUMN private.ride.hour IS 'Hour in which the public window starts: all the time that the public is told';
