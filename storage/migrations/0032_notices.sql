-- Crowd safety: who is told of alerts and what went out, events that are planned, days ahead.

-- A round that was repeated noted the same change twice: once is how it was.
DELETE FROM private.crowd_event e USING private.crowd_event f
WHERE e.what IN ('raised', 'lowered', 'escalated') AND f.id < e.id
    AND (f.place_id, f.time, f.what, f.gauge, f.level)
        IS NOT DISTINCT FROM (e.place_id, e.time, e.what, e.gauge, e.level);

CREATE UNIQUE INDEX crowd_event_once ON private.crowd_event (place_id, time, what, gauge, level)
WHERE what IN ('raised', 'lowered', 'escalated');

CREATE TABLE private.crowd_subscription (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place_id integer NOT NULL REFERENCES private.crowd_place ON DELETE CASCADE,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook', 'mqtt')),
    target text NOT NULL CHECK (length(target) <= 2000),
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    language text NOT NULL CHECK (language IN ('nl', 'en')),
    added_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (place_id, channel, target)
);

COMMENT ON TABLE private.crowd_subscription IS 'One row is who is told of the alerts of a place, and how';
COMMENT ON COLUMN private.crowd_subscription.id IS 'Number of the subscription';
COMMENT ON COLUMN private.crowd_subscription.place_id IS 'private.crowd_place.id';
COMMENT ON COLUMN private.crowd_subscription.channel IS 'email, webhook or mqtt';
COMMENT ON COLUMN private.crowd_subscription.target IS 'Address of mail or web; empty for mqtt. May hold a secret: never logged';
COMMENT ON COLUMN private.crowd_subscription.level IS 'Least level that is told: 1 yellow, 2 orange, 3 red';
COMMENT ON COLUMN private.crowd_subscription.language IS 'Language of the text: nl or en';
COMMENT ON COLUMN private.crowd_subscription.added_at IS 'When it was added';

CREATE TABLE private.crowd_notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id bigint NOT NULL REFERENCES private.crowd_event ON DELETE CASCADE,
    subscription_id integer NOT NULL REFERENCES private.crowd_subscription ON DELETE CASCADE,
    said jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sent', 'overtaken', 'failed', 'unsure')),
    tries smallint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    handed_at timestamptz,
    done_at timestamptz,
    failure text NOT NULL DEFAULT '',
    UNIQUE (event_id, subscription_id)
);

CREATE INDEX crowd_notice_waiting ON private.crowd_notice (due_at) WHERE state = 'waiting';

COMMENT ON TABLE private.crowd_notice IS 'One row is one message about one change of an alert to one subscription';
COMMENT ON COLUMN private.crowd_notice.id IS 'Number of the notice; receivers know a repeated one by it';
COMMENT ON COLUMN private.crowd_notice.event_id IS 'private.crowd_event.id';
COMMENT ON COLUMN private.crowd_notice.subscription_id IS 'private.crowd_subscription.id';
COMMENT ON COLUMN private.crowd_notice.said IS 'The facts that it tells: lokaalmeten/notices/notice.py';
COMMENT ON COLUMN private.crowd_notice.state IS 'waiting, sent, overtaken by a newer one, failed, or unsure whether it went out';
COMMENT ON COLUMN private.crowd_notice.tries IS 'How often it was tried';
COMMENT ON COLUMN private.crowd_notice.due_at IS 'When it is tried next';
COMMENT ON COLUMN private.crowd_notice.handed_at IS 'When its text was handed to a mail server; NULL before';
COMMENT ON COLUMN private.crowd_notice.done_at IS 'When it was sent or given up; NULL while it waits';
COMMENT ON COLUMN private.crowd_notice.failure IS 'Why the latest try failed; holds no secret';

CREATE TABLE private.crowd_planned (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place_id integer NOT NULL REFERENCES private.crowd_place ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (kind ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL CHECK (ends > starts),
    attendance integer NOT NULL CHECK (attendance > 0),
    added_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (place_id, name, starts)
);

COMMENT ON TABLE private.crowd_planned IS 'One row is an event that is planned, or was, at a place';
COMMENT ON COLUMN private.crowd_planned.id IS 'Number of the event';
COMMENT ON COLUMN private.crowd_planned.place_id IS 'private.crowd_place.id';
COMMENT ON COLUMN private.crowd_planned.name IS 'What it is called';
COMMENT ON COLUMN private.crowd_planned.kind IS 'Events of one kind draw people alike: a-z, 0-9 and -';
COMMENT ON COLUMN private.crowd_planned.starts IS 'When it begins';
COMMENT ON COLUMN private.crowd_planned.ends IS 'When it is over';
COMMENT ON COLUMN private.crowd_planned.attendance IS 'People that are expected';
COMMENT ON COLUMN private.crowd_planned.added_at IS 'When it was added';

CREATE TABLE private.crowd_ahead (
    place_id integer NOT NULL REFERENCES private.crowd_place ON DELETE CASCADE,
    issued timestamptz NOT NULL,
    starts timestamptz NOT NULL,
    gauges text[] NOT NULL,
    basis text[] NOT NULL,
    known_days integer NOT NULL,
    levels real[] NOT NULL,
    quantiles real[] NOT NULL,
    people real[] NOT NULL,
    chance real[] NOT NULL,
    PRIMARY KEY (place_id, issued)
);

COMMENT ON TABLE private.crowd_ahead IS 'One row is what was expected of the hours of the days ahead of a place at one moment';
COMMENT ON COLUMN private.crowd_ahead.place_id IS 'private.crowd_place.id';
COMMENT ON COLUMN private.crowd_ahead.issued IS 'When it was said; nothing counted later was used';
COMMENT ON COLUMN private.crowd_ahead.starts IS 'Beginning of the first hour';
COMMENT ON COLUMN private.crowd_ahead.gauges IS 'zone/ID of each zone, then passage/ID of each passage';
COMMENT ON COLUMN private.crowd_ahead.basis IS 'By hour: core, or like days';
COMMENT ON COLUMN private.crowd_ahead.known_days IS 'Days with counts that it rests on';
COMMENT ON COLUMN private.crowd_ahead.levels IS 'Probabilities of the quantiles, 0 to 1, rising';
COMMENT ON COLUMN private.crowd_ahead.quantiles IS 'By hour, gauge and level: mean of the hour, people in a zone, people a minute in a passage; NaN = not known';
COMMENT ON COLUMN private.crowd_ahead.people IS 'By hour and level: people in all zones together; NaN = not known';
COMMENT ON COLUMN private.crowd_ahead.chance IS 'By gauge, limit (yellow, orange, red) and hour: of the mean of the hour above it, 0 to 1';
