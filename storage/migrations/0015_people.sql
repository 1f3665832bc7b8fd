-- Who and what is behind a node: its owner, its project, its sensors; and what was done, by whom.
--
-- Owners are private. Of a project anyone may know what it is and which nodes are in it.

CREATE TABLE private.owner (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    label text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    key_hash text,
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE private.owner IS 'One row is one person or body that has nodes: personal data, never public';
COMMENT ON COLUMN private.owner.id IS 'Number of the owner inside this database';
COMMENT ON COLUMN private.owner.name IS 'Name on the command line: a-z, 0-9 and -, at most 63 characters';
COMMENT ON COLUMN private.owner.label IS 'Name for people';
COMMENT ON COLUMN private.owner.email IS 'Where the owner can be reached, empty when unknown';
COMMENT ON COLUMN private.owner.key_hash IS 'Hash of the key with which the owner may log in, with its method and salt; NULL when there is none';
COMMENT ON COLUMN private.owner.created_at IS 'When the owner was registered';

CREATE TABLE private.project (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    label_nl text NOT NULL DEFAULT '',
    label_en text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    url text NOT NULL DEFAULT '' CHECK (url ~ '^(https?://.*)?$'),
    keep_raw_days integer CHECK (keep_raw_days > 0),
    keep_rejected_days integer CHECK (keep_rejected_days > 0),
    keep_delivery_days integer CHECK (keep_delivery_days > 0),
    keep_forecast_days integer CHECK (keep_forecast_days > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE private.project IS 'One row is one project: nodes that were set out together, and how long their data are kept';
COMMENT ON COLUMN private.project.id IS 'Number of the project inside this database';
COMMENT ON COLUMN private.project.name IS 'Name in addresses: a-z, 0-9 and -, at most 63 characters';
COMMENT ON COLUMN private.project.label_nl IS 'Name for people, Dutch';
COMMENT ON COLUMN private.project.label_en IS 'Name for people, English';
COMMENT ON COLUMN private.project.description IS 'What it is about';
COMMENT ON COLUMN private.project.url IS 'Where more is to be read, empty when nowhere';
COMMENT ON COLUMN private.project.keep_raw_days IS 'How long observations are kept, days; NULL = for ever';
COMMENT ON COLUMN private.project.keep_rejected_days IS 'How long refused messages are kept, days; NULL = as of nodes without a project';
COMMENT ON COLUMN private.project.keep_delivery_days IS 'How long it is known which pages of an old boot came, days; NULL = as of nodes without a project';
COMMENT ON COLUMN private.project.keep_forecast_days IS 'How long forecasts are kept, days; NULL = as of nodes without a project';
COMMENT ON COLUMN private.project.created_at IS 'When the project was registered';

ALTER TABLE private.node
    ADD owner_id integer REFERENCES private.owner,
    ADD project_id integer REFERENCES private.project ON DELETE SET NULL;

CREATE INDEX node_owner ON private.node (owner_id);
CREATE INDEX node_project ON private.node (project_id);

COMMENT ON COLUMN private.node.owner_id IS 'private.owner.id, NULL when nobody said whose it is';
COMMENT ON COLUMN private.node.project_id IS 'private.project.id, NULL when it is in none';

CREATE TABLE private.sensor (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    model text NOT NULL,
    serial text NOT NULL DEFAULT '',
    quantities text[] NOT NULL DEFAULT '{}',
    since timestamptz NOT NULL,
    until timestamptz,
    UNIQUE (node_id, model, serial, since),
    CHECK (since < until)
);

COMMENT ON TABLE private.sensor IS 'One row is one part of a node that measures, for as long as it was in';
COMMENT ON COLUMN private.sensor.id IS 'Number of the sensor inside this database';
COMMENT ON COLUMN private.sensor.node_id IS 'private.node.id';
COMMENT ON COLUMN private.sensor.model IS 'Make and type';
COMMENT ON COLUMN private.sensor.serial IS 'Number that its maker gave it, empty when unknown; never public';
COMMENT ON COLUMN private.sensor.quantities IS 'Keys of lokaalmeten/quantities.py that it measures';
COMMENT ON COLUMN private.sensor.since IS 'From when it measured';
COMMENT ON COLUMN private.sensor.until IS 'From when it did not any more, NULL = it still does';

-- The log holds numbers, not names: of a node or owner that is removed they tell nothing, so the
-- log needs no change to forget. Only the owner of the tables could change it (roles.sql).
CREATE TABLE private.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL DEFAULT session_user,
    program text NOT NULL DEFAULT current_setting('application_name'),
    what text NOT NULL,
    node integer,
    project integer,
    owner integer,
    detail jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX event_at ON private.event (at);

COMMENT ON TABLE private.event IS 'One row is one thing that somebody did; rows are only added';
COMMENT ON COLUMN private.event.id IS 'Number of the event';
COMMENT ON COLUMN private.event.at IS 'When it was done';
COMMENT ON COLUMN private.event.actor IS 'User of the database who did it, as the server knows it';
COMMENT ON COLUMN private.event.program IS 'Program that the user says it was';
COMMENT ON COLUMN private.event.what IS 'What was done, in a few words';
COMMENT ON COLUMN private.event.node IS 'private.node.id, also when that is gone; NULL when it is about none';
COMMENT ON COLUMN private.event.project IS 'private.project.id, also when that is gone; NULL when it is about none';
COMMENT ON COLUMN private.event.owner IS 'private.owner.id, also when that is gone; NULL when it is about none';
COMMENT ON COLUMN private.event.detail IS 'Facts, such as how many rows went; nothing that names a person or a node';

-- What the public reads.

CREATE VIEW public.project WITH (security_barrier) AS
SELECT
    p.name, p.label_nl, p.label_en, p.description, p.url,
    (SELECT count(*) FROM private.node n WHERE n.project_id = p.id) AS nodes
FROM private.project p;

COMMENT ON VIEW public.project IS 'One row is one project: nodes that were set out together';
COMMENT ON COLUMN public.project.name IS 'Name in addresses';
COMMENT ON COLUMN public.project.label_nl IS 'Name for people, Dutch';
COMMENT ON COLUMN public.project.label_en IS 'Name for people, English';
COMMENT ON COLUMN public.project.description IS 'What it is about';
COMMENT ON COLUMN public.project.url IS 'Where more is to be read, empty when nowhere';
COMMENT ON COLUMN public.project.nodes IS 'Number of its nodes';

CREATE OR REPLACE VIEW public.node WITH (security_barrier) AS
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
    ) END AS last,
    (SELECT p.name FROM private.project p WHERE p.id = n.project_id) AS project
FROM private.node n;

COMMENT ON COLUMN public.node.project IS 'public.project.name, NULL when it is in none';
