-- Writers add to the hours themselves.
--
-- What new rows add to an hour a writer knows; it brings private.rollup_hour up to date in its own
-- transaction. So the hours of what just arrived never wait. Notes are left of hours in which
-- something else happened; and of the days, which follow some seconds later.

DROP TABLE private.part;
ALTER TABLE private.touched DROP COLUMN part; -- what waits is added up again from the observations

CREATE OR REPLACE FUNCTION private.cut_notes() RETURNS trigger
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
            DELETE FROM private.touched WHERE id = note.id;
        ELSIF kept > note.first THEN
            UPDATE private.touched SET first = kept WHERE id = note.id;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- One row for a batch: a row for each of its nodes takes as long to write as half of the sums.
CREATE TABLE private.added (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    day date NOT NULL,
    nodes integer[] NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

COMMENT ON TABLE private.added IS 'One row is a day to the hours of which one batch added, until the next roll-up';
COMMENT ON COLUMN private.added.id IS 'Number of the note';
COMMENT ON COLUMN private.added.at IS 'When it was noted';
COMMENT ON COLUMN private.added.day IS 'Day by the clock of Europe/Amsterdam';
COMMENT ON COLUMN private.added.nodes IS 'private.node.id of the fixed nodes, each once';

COMMENT ON TABLE private.touched_day IS 'One row is a day of a fixed node of which an hour changed since it was added up; written and taken by roll-ups alone, what writers note is in private.added';

CREATE VIEW private.changed_day AS
SELECT node_id, day FROM private.touched_day
UNION ALL
SELECT node_id, day FROM private.added, unnest(nodes) AS node_id;

COMMENT ON VIEW private.changed_day IS 'One row is a day of a fixed node that must be added up again; a day may be there more than once';
COMMENT ON COLUMN private.changed_day.node_id IS 'private.node.id';
COMMENT ON COLUMN private.changed_day.day IS 'Day by the clock of Europe/Amsterdam';

CREATE OR REPLACE VIEW public.rollup_day WITH (security_barrier) AS
SELECT
    n.name AS node,
    d.day,
    q.quantity,
    q.unit,
    d.samples[q.place] AS samples,
    d.good[q.place] AS good,
    d.total[q.place]::float8 / nullif(d.good[q.place], 0) / q.per AS mean,
    CASE WHEN d.good[q.place] > 0 THEN d.low[q.place] END::float8 / q.per AS low,
    CASE WHEN d.good[q.place] > 0 THEN d.high[q.place] END::float8 / q.per AS high,
    d.expected[q.place] AS expected,
    d.hours[q.place] AS hours,
    d.hours[q.place] >= 18 AS complete
FROM private.rollup_day d JOIN private.node n ON n.id = d.node_id CROSS JOIN public.quantity q
WHERE NOT n.moving
    AND NOT EXISTS (
        SELECT FROM private.changed_day w WHERE w.node_id = d.node_id AND w.day = d.day
    )
    AND NOT EXISTS (
        SELECT FROM private.touched t
        WHERE t.node_id = d.node_id
            AND t.first < (d.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
            AND t.after > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    );

CREATE OR REPLACE VIEW public.waiting_day WITH (security_barrier) AS
SELECT n.name AS node, w.day
FROM private.changed_day w JOIN private.node n ON n.id = w.node_id
WHERE NOT n.moving
UNION
SELECT n.name, day::date
FROM private.touched t
    JOIN private.node n ON n.id = t.node_id
    CROSS JOIN LATERAL generate_series(
        date_trunc('day', t.first AT TIME ZONE 'Europe/Amsterdam'),
        (t.after - INTERVAL '1 hour') AT TIME ZONE 'Europe/Amsterdam',
        '1 day'
    ) AS day
WHERE NOT n.moving;
