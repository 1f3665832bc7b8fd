-- Crowd safety: places with their plan, how full they were and were to be, and what was done.

CREATE TABLE private.crowd_place (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    plan jsonb NOT NULL,
    step_s integer NOT NULL CHECK (step_s BETWEEN 60 AND 3600 AND 86400 % step_s = 0),
    empty_hour smallint NOT NULL CHECK (empty_hour BETWEEN 0 AND 23),
    open boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE private.crowd_place IS 'One row is one place where people gather, with its zones, passages and counters';
COMMENT ON COLUMN private.crowd_place.id IS 'Number of the place inside this database';
COMMENT ON COLUMN private.crowd_place.name IS 'Name in addresses: a-z, 0-9 and -, at most 63 characters';
COMMENT ON COLUMN private.crowd_place.plan IS 'GeoJSON as docs/crowd.md describes it, degrees, WGS84';
COMMENT ON COLUMN private.crowd_place.step_s IS 'Interval that counts are added up to, s; divides a day';
COMMENT ON COLUMN private.crowd_place.empty_hour IS 'Hour of the Dutch day at which zones are known to be empty, 0-23';
COMMENT ON COLUMN private.crowd_place.open IS 'Whether everybody may see how full it is';
COMMENT ON COLUMN private.crowd_place.updated_at IS 'When this row was last written';

CREATE TABLE private.crowd_state (
    place_id integer NOT NULL REFERENCES private.crowd_place ON DELETE CASCADE,
    time timestamptz NOT NULL,
    gauges text[] NOT NULL,
    people real[] NOT NULL,
    value real[] NOT NULL,
    signal smallint[] NOT NULL,
    counters text[] NOT NULL,
    judged smallint[] NOT NULL,
    ahead_s integer[] NOT NULL,
    levels real[] NOT NULL,
    quantiles real[] NOT NULL,
    chance real[] NOT NULL,
    alerts jsonb NOT NULL,
    PRIMARY KEY (place_id, time)
);

COMMENT ON TABLE private.crowd_state IS 'One row is how full a place was at one moment, and what was expected';
COMMENT ON COLUMN private.crowd_state.place_id IS 'private.crowd_place.id';
COMMENT ON COLUMN private.crowd_state.time IS 'End of the newest interval that was counted';
COMMENT ON COLUMN private.crowd_state.gauges IS 'What has limits: zone/ID of each zone, then passage/ID of each passage';
COMMENT ON COLUMN private.crowd_state.people IS 'People in each gauge, NaN where not known and for passages';
COMMENT ON COLUMN private.crowd_state.value IS 'People per square metre of each zone, per metre and minute of each passage; NaN = not known';
COMMENT ON COLUMN private.crowd_state.signal IS '0 green, 1 yellow, 2 orange, 3 red, -1 not known, of each gauge';
COMMENT ON COLUMN private.crowd_state.counters IS 'ID of each counter';
COMMENT ON COLUMN private.crowd_state.judged IS '0 well, 1 silent, 2 stuck, of each counter';
COMMENT ON COLUMN private.crowd_state.ahead_s IS 'How far ahead each expectation is, s';
COMMENT ON COLUMN private.crowd_state.levels IS 'Probabilities of the quantiles, 0 to 1, rising';
COMMENT ON COLUMN private.crowd_state.quantiles IS 'By time ahead, gauge and level, in the unit of value; NaN = not known';
COMMENT ON COLUMN private.crowd_state.chance IS 'By gauge, limit (yellow, orange, red) and time ahead: of passing it until then, 0 to 1';
COMMENT ON COLUMN private.crowd_state.alerts IS 'What the next update goes on from, by gauge: predict/crowd/keeping.py';

CREATE TABLE private.crowd_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place_id integer NOT NULL REFERENCES private.crowd_place ON DELETE CASCADE,
    time timestamptz NOT NULL,
    what text NOT NULL CHECK (what IN ('raised', 'lowered', 'escalated', 'seen', 'measure')),
    gauge text,
    level smallint,
    note text NOT NULL DEFAULT ''
);

CREATE INDEX crowd_event_place ON private.crowd_event (place_id, time);

COMMENT ON TABLE private.crowd_event IS 'One row is an alert that was raised, lowered, escalated or seen, or a measure that was taken';
COMMENT ON COLUMN private.crowd_event.id IS 'Number of the event';
COMMENT ON COLUMN private.crowd_event.place_id IS 'private.crowd_place.id';
COMMENT ON COLUMN private.crowd_event.time IS 'When it was';
COMMENT ON COLUMN private.crowd_event.what IS 'raised, lowered, escalated, seen or measure';
COMMENT ON COLUMN private.crowd_event.gauge IS 'zone/ID or passage/ID; NULL for a measure of the whole place';
COMMENT ON COLUMN private.crowd_event.level IS '0 green to 3 red after it; NULL where it says nothing of that';
COMMENT ON COLUMN private.crowd_event.note IS 'What somebody wrote beside it';

CREATE VIEW public.crowd_place WITH (security_barrier) AS
SELECT name AS place, plan, step_s, updated_at FROM private.crowd_place WHERE open;

COMMENT ON VIEW public.crowd_place IS 'One row is a place where people gather, of those that are open to everybody';
COMMENT ON COLUMN public.crowd_place.place IS 'Name of the place';
COMMENT ON COLUMN public.crowd_place.plan IS 'Zones, passages and counters as GeoJSON, degrees, WGS84';
COMMENT ON COLUMN public.crowd_place.step_s IS 'Interval that counts are added up to, s';
COMMENT ON COLUMN public.crowd_place.updated_at IS 'When the plan was last written';

CREATE VIEW public.crowd_state WITH (security_barrier) AS
SELECT
    p.name AS place, s.time, g.gauge, s.people[g.number] AS people, s.value[g.number] AS value,
    s.signal[g.number] AS signal
FROM private.crowd_state s
    JOIN private.crowd_place p ON p.id = s.place_id
    CROSS JOIN LATERAL unnest(s.gauges) WITH ORDINALITY AS g (gauge, number)
WHERE p.open;

COMMENT ON VIEW public.crowd_state IS 'One row is how full a zone or passage of an open place was at one moment';
COMMENT ON COLUMN public.crowd_state.place IS 'Name of the place';
COMMENT ON COLUMN public.crowd_state.time IS 'End of the interval that was counted';
COMMENT ON COLUMN public.crowd_state.gauge IS 'zone/ID or passage/ID';
COMMENT ON COLUMN public.crowd_state.people IS 'People in the zone, NaN where not known and for passages';
COMMENT ON COLUMN public.crowd_state.value IS 'People per square metre in a zone, per metre and minute in a passage; NaN = not known';
COMMENT ON COLUMN public.crowd_state.signal IS '0 green, 1 yellow, 2 orange, 3 red, -1 not known';
