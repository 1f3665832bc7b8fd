-- What came in beside observations: what was refused, and how far the import of a file is.

CREATE TABLE private.rejected (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node text NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    payload bytea NOT NULL,
    digest uuid NOT NULL GENERATED ALWAYS AS (md5(payload)::uuid) STORED,
    times bigint NOT NULL DEFAULT 1,
    received_at timestamptz NOT NULL,
    last_received timestamptz NOT NULL,
    UNIQUE (topic, digest)
);

CREATE INDEX rejected_reason ON private.rejected (reason);

COMMENT ON TABLE private.rejected IS 'Messages and rows that could not be used, with their bytes; one row however often the same bytes come';
COMMENT ON COLUMN private.rejected.id IS 'Number of the row';
COMMENT ON COLUMN private.rejected.node IS 'Name of the sender as the topic gave it';
COMMENT ON COLUMN private.rejected.topic IS 'MQTT topic, or file and line of an import';
COMMENT ON COLUMN private.rejected.reason IS 'Why it was refused, the last time it came';
COMMENT ON COLUMN private.rejected.payload IS 'What arrived, unchanged';
COMMENT ON COLUMN private.rejected.digest IS 'MD5 of the payload: tells the same bytes, guards nothing';
COMMENT ON COLUMN private.rejected.times IS 'How often it came';
COMMENT ON COLUMN private.rejected.received_at IS 'When it first came';
COMMENT ON COLUMN private.rejected.last_received IS 'When it last came';

CREATE TABLE private.import_file (
    digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    name text NOT NULL,
    kind text NOT NULL,
    next_line bigint NOT NULL,
    done boolean NOT NULL,
    stored bigint NOT NULL,
    duplicate bigint NOT NULL,
    rejected jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE private.import_file IS 'One row is one imported file; written together with its rows, so an import goes on where it stopped';
COMMENT ON COLUMN private.import_file.digest IS 'SHA-256 of the file, hexadecimal';
COMMENT ON COLUMN private.import_file.name IS 'Name of the file when it was last read';
COMMENT ON COLUMN private.import_file.kind IS 'Format, as named on the command line';
COMMENT ON COLUMN private.import_file.next_line IS 'First line of the file that is not accounted for';
COMMENT ON COLUMN private.import_file.done IS 'True when the whole file is in';
COMMENT ON COLUMN private.import_file.stored IS 'Rows that became an observation';
COMMENT ON COLUMN private.import_file.duplicate IS 'Rows that were there already';
COMMENT ON COLUMN private.import_file.rejected IS 'Rows refused, per reason';
COMMENT ON COLUMN private.import_file.updated_at IS 'When this row was last written';
