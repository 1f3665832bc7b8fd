-- Places that change: a node that is given its first place stood there all along, and a placement
-- may be corrected. The days that this concerns are added up again.

-- A placement is before a roll-up or after it, never beside it: else days that it adds up meanwhile
-- would miss the place. The number is that of ROLLUP_LOCK in storage/rollups.py.
CREATE OR REPLACE FUNCTION private.touch_places() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_advisory_xact_lock(1280114691);
    END IF;
    INSERT INTO private.touched_place (place, day)
    SELECT stood.place, d.day
    FROM (
        SELECT unnest(OLD.places) AS place, OLD.since, OLD.until
        UNION ALL
        SELECT unnest(NEW.places), NEW.since, NEW.until
    ) AS stood
        JOIN private.rollup_day d ON d.node_id = coalesce(NEW.node_id, OLD.node_id)
            AND stood.since <= d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
            AND stood.until > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
    GROUP BY stood.place, d.day
    HAVING count(*) = 1 -- before, or after, and not both
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.touch_places IS 'Has the days added up again of places in which a node stands, or does not stand any more';

DROP TRIGGER placement_is_gone ON private.placement;
CREATE TRIGGER placement_changes AFTER INSERT OR DELETE OR UPDATE OF since, until, cell ON private.placement
    FOR EACH ROW EXECUTE FUNCTION private.touch_places();

-- What was missed before.
INSERT INTO private.touched_day (node_id, day) SELECT node_id, day FROM private.rollup_day ON CONFLICT DO NOTHING;

-- The number by which waiting_place names a zone.
CREATE OR REPLACE VIEW public.zone WITH (security_barrier) AS
SELECT name, kind, label, outline, id::bigint AS place FROM private.zone;

COMMENT ON COLUMN public.zone.place IS 'Its number in public.waiting_place';
