-- Forgetting: a node that is removed, and observations that are kept only for a time.
--
-- A removal begins by deleting the row of the node: every public view goes through it, so that the
-- public sees nothing of the node from that moment on. What is left is deleted piece by piece, and
-- this table says of which nodes; an interrupted removal goes on from here.

CREATE TABLE private.removal (
    id integer PRIMARY KEY,
    name text,
    hardware text,
    begun_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    CHECK ((name IS NULL) = (done_at IS NOT NULL)),
    CHECK (hardware IS NULL OR done_at IS NULL)
);

COMMENT ON TABLE private.removal IS 'One row is one node that was removed, or is being removed';
COMMENT ON COLUMN private.removal.id IS 'private.node.id that it had; given to no other node';
COMMENT ON COLUMN private.removal.name IS 'Name that it had, until all is gone';
COMMENT ON COLUMN private.removal.hardware IS 'private.node.hardware that it had, until all is gone';
COMMENT ON COLUMN private.removal.begun_at IS 'When it became invisible';
COMMENT ON COLUMN private.removal.done_at IS 'When all was gone, NULL = not yet';

ALTER TABLE private.node ADD kept_from timestamptz;

COMMENT ON COLUMN private.node.kept_from IS 'Start of the first hour whose observations are kept, NULL = all are; hours and rides before it stay as they are';

-- Who writes observations notes their hours in private.touched, in the same transaction. A note
-- about hours that are not kept would have them added up again from nothing: what was written
-- there is deleted instead, and the note is cut. An ingest that still knows a removed node thus
-- keeps nothing of it.

CREATE FUNCTION private.drop_late(node_id integer, first timestamptz, after timestamptz)
    RETURNS timestamptz
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept timestamptz;
BEGIN
    IF EXISTS (SELECT FROM private.removal r WHERE r.id = drop_late.node_id) THEN
        kept := 'infinity';
    ELSE
        SELECT n.kept_from INTO kept FROM private.node n WHERE n.id = drop_late.node_id;
    END IF;
    IF kept > drop_late.first THEN
        DELETE FROM private.observation o
        WHERE o.node_id = drop_late.node_id AND o.time >= drop_late.first
            AND o.time < least(drop_late.after, kept);
    END IF;
    RETURN kept;
END
$$;

COMMENT ON FUNCTION private.drop_late IS 'Delete what of these hours of a node is not kept any more; the moment from which it is kept, infinity of a removed node, NULL when all is';

REVOKE ALL ON FUNCTION private.drop_late FROM PUBLIC;

-- Once for all notes of a batch: 3 ms for a thousand, one by one it is 8.
CREATE FUNCTION private.cut_notes() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    note record;
    kept timestamptz;
BEGIN
    FOR note IN
        SELECT t.* FROM noted t LEFT JOIN private.node n ON n.id = t.node_id
        WHERE n.id IS NULL OR t.first < n.kept_from
    LOOP
        kept := private.drop_late(note.node_id, note.first, note.after);
        IF kept >= note.after THEN
            DELETE FROM private.part WHERE id = note.id;
            DELETE FROM private.touched WHERE id = note.id;
        ELSIF kept > note.first THEN
            DELETE FROM private.part WHERE id = note.id AND hour < kept;
            UPDATE private.touched SET first = kept WHERE id = note.id;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.cut_notes IS 'Leave out of notes the hours whose observations are not kept';

CREATE TRIGGER notes_are_cut AFTER INSERT ON private.touched
    REFERENCING NEW TABLE AS noted
    FOR EACH STATEMENT EXECUTE FUNCTION private.cut_notes();

-- How many samples there are. What rides hide is estimated by the newest thousand: added up over
-- all it takes longer with every ride. Of those whose samples went there is nothing to subtract.
CREATE OR REPLACE VIEW public.sample_estimate WITH (security_barrier) AS
SELECT round(greatest(piece.rows - hidden.rows, 0))::bigint AS samples
FROM (
    SELECT
        sum(pg_relation_size(c.oid) / current_setting('block_size')::float8)
            * sum(c.reltuples) FILTER (WHERE c.relpages > 0)
            / sum(c.relpages) FILTER (WHERE c.relpages > 0) AS rows
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'private.observation'::regclass
) AS piece
CROSS JOIN (
    SELECT coalesce(avg(rows) * CASE count(*) WHEN 1000 THEN greatest(1000, (
        SELECT reltuples FROM pg_class WHERE oid = 'private.ride'::regclass
    )) ELSE count(*) END, 0) AS rows
    FROM (
        SELECT CASE
            WHEN r.start < n.kept_from THEN 0
            WHEN r.duration_s IS NULL THEN r.samples
            WHEN r.duration_s > 0
                THEN r.samples * (extract(epoch FROM r.stop - r.start)::float8 / r.duration_s - 1)
            ELSE 0
        END AS rows
        FROM (SELECT * FROM private.ride ORDER BY id DESC LIMIT 1000) AS r
            JOIN private.node n ON n.id = r.node_id
    ) AS newest
) AS hidden;
