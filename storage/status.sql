-- What `status.py` asks of the server, by name; all from its catalogues, nothing is counted.

-- name: pieces_timescaledb
SELECT count(*), min(range_start), max(range_end), count(*) FILTER (WHERE is_compressed)
FROM timescaledb_information.chunks
WHERE hypertable_schema = 'private' AND hypertable_name = 'observation';

-- name: pieces_postgresql
-- The server keeps the bounds of a partition as the words that define it.
SELECT count(*), min(bound[1]::timestamptz), max(bound[2]::timestamptz), 0::bigint
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid CROSS JOIN LATERAL regexp_match(
    pg_get_expr(c.relpartbound, c.oid), $$FROM \('([^']+)'\) TO \('([^']+)'\)$$
) AS bound
WHERE i.inhparent = 'private.observation'::regclass;

-- name: size_timescaledb
-- Its own function knows where the columns of compressed chunks lie.
SELECT coalesce(sum(table_bytes + toast_bytes), 0)::bigint, coalesce(sum(index_bytes), 0)::bigint
FROM hypertable_detailed_size('private.observation');

-- name: size_postgresql
SELECT coalesce(sum(pg_table_size(inhrelid)), 0)::bigint, coalesce(sum(pg_indexes_size(inhrelid)), 0)::bigint
FROM pg_inherits WHERE inhparent = 'private.observation'::regclass;

-- name: size
SELECT pg_database_size(current_database()), coalesce(sum(pg_total_relation_size(oid)), 0)::bigint
FROM pg_class
WHERE relnamespace = 'private'::regnamespace AND relkind = 'r' AND relname LIKE 'rollup\_%';

-- name: roles
SELECT rolname::text FROM pg_roles WHERE rolname = ANY(%s);
