-- Partitions: made by whoever writes, with the rights of the owner of the table.
--
-- Only its owner may attach a partition, and an ingest that owns its tables could drop them.
-- TimescaleDB makes its chunks that way by itself.

CREATE FUNCTION private.make_partition(month date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    piece text := to_char(month, '"observation_"YYYY_MM');
    first text := to_char(month, 'YYYY-MM-"01 00:00:00+00"');
    after text := to_char(month + interval '1 month', 'YYYY-MM-"01 00:00:00+00"');
BEGIN
    -- made apart and then attached: CREATE TABLE ... PARTITION OF would lock out every reader
    EXECUTE format('CREATE TABLE private.%I (LIKE private.observation INCLUDING ALL)', piece);
    EXECUTE format(
        'ALTER TABLE private.observation ATTACH PARTITION private.%I FOR VALUES FROM (%L) TO (%L)',
        piece, first, after
    );
END
$$;

COMMENT ON FUNCTION private.make_partition IS 'Make the partition of observations of the month in which a day lies, where they are cut in partitions';

REVOKE ALL ON FUNCTION private.make_partition FROM PUBLIC;
