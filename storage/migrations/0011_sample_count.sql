-- How many samples there are, without counting them: a count reads everything.
--
-- The server keeps the rows and pages of every piece of the table as they were when it last
-- looked; times the pages that there are now, as its planner does. Of moving nodes only what lies
-- in a public window counts: the rest of a ride is as many samples as its time is longer.

CREATE VIEW public.sample_estimate WITH (security_barrier) AS
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
    SELECT coalesce(sum(
        CASE
            WHEN duration_s IS NULL THEN samples
            WHEN duration_s > 0 THEN samples * (extract(epoch FROM stop - start)::float8 / duration_s - 1)
            ELSE 0
        END
    ), 0) AS rows
    FROM private.ride
) AS hidden;

COMMENT ON VIEW public.sample_estimate IS 'One row: how many samples are public, from what the server knows of its tables';
COMMENT ON COLUMN public.sample_estimate.samples IS 'Estimate; NULL while the server has not looked at any piece of the table';
