-- What nodes say of themselves: how they are, and why they fell over. docs/protocol.md has the keys.

CREATE TABLE private.node_status (
    node_id integer PRIMARY KEY REFERENCES private.node ON DELETE CASCADE,
    heard_at timestamptz NOT NULL,
    online boolean NOT NULL,
    said_at timestamptz,
    said jsonb
);

COMMENT ON TABLE private.node_status IS 'One row is how one node said last that it is';
COMMENT ON COLUMN private.node_status.node_id IS 'private.node.id';
COMMENT ON COLUMN private.node_status.heard_at IS 'When we heard of it last: its own words, or those of the broker that lost it';
COMMENT ON COLUMN private.node_status.online IS 'Whether the broker had a connection to it then';
COMMENT ON COLUMN private.node_status.said_at IS 'When we got its own words, NULL when only the broker spoke of it';
COMMENT ON COLUMN private.node_status.said IS 'Its own words, a JSON object: version, sensors, outbox and more; NULL as above';

CREATE TABLE private.node_log (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    heard_at timestamptz NOT NULL,
    said text NOT NULL,
    digest uuid GENERATED ALWAYS AS (md5(said)::uuid) STORED,
    UNIQUE (node_id, digest)
);

COMMENT ON TABLE private.node_log IS 'One row is one entry of the log of a node: why it fell over; the last 50 of each are kept';
COMMENT ON COLUMN private.node_log.id IS 'Number of the entry';
COMMENT ON COLUMN private.node_log.node_id IS 'private.node.id';
COMMENT ON COLUMN private.node_log.heard_at IS 'When it came first';
COMMENT ON COLUMN private.node_log.said IS 'The entry, as text';
COMMENT ON COLUMN private.node_log.digest IS 'MD5 of the entry: what comes twice is kept once';
