-- Who may change something: keys, sessions on the pages, and each version of the plan of a place.
--
-- The functions in schema public are all that the dashboard may do of it. They run with the rights
-- of the owner, and do nothing without a session; a secret comes in as its hash, for a server may
-- log what it is asked.

CREATE TABLE private.access_key (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prefix text NOT NULL UNIQUE CHECK (prefix ~ '^[a-z0-9]{8}$'),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    role text NOT NULL CHECK (role IN ('owner', 'project', 'municipality', 'operator')),
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
    area text,
    added_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);

COMMENT ON TABLE private.access_key IS 'One row is a key with which somebody may change something; never deleted, so that it stays known who did what';
COMMENT ON COLUMN private.access_key.id IS 'Number of the key';
COMMENT ON COLUMN private.access_key.prefix IS 'First part of the key, by which it is found and named; no secret';
COMMENT ON COLUMN private.access_key.hash IS 'SHA-256 of the 32 random bytes of the key; the key itself is kept nowhere';
COMMENT ON COLUMN private.access_key.role IS 'owner, project, municipality or operator';
COMMENT ON COLUMN private.access_key.label IS 'Who has it; never public';
COMMENT ON COLUMN private.access_key.area IS 'private.zone.name in which it may change something; NULL = everywhere';
COMMENT ON COLUMN private.access_key.added_at IS 'When it was made';
COMMENT ON COLUMN private.access_key.expires_at IS 'From when on it opens nothing';
COMMENT ON COLUMN private.access_key.last_used_at IS 'When it last signed in or changed something; NULL = never';
COMMENT ON COLUMN private.access_key.revoked_at IS 'When it was taken back, its sessions with it; NULL = it was not';

CREATE TABLE private.session (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    key_id integer NOT NULL REFERENCES private.access_key ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

COMMENT ON TABLE private.session IS 'One row is a browser that is signed in';
COMMENT ON COLUMN private.session.hash IS 'SHA-256 of the 32 random bytes of its cookie';
COMMENT ON COLUMN private.session.key_id IS 'private.access_key.id';
COMMENT ON COLUMN private.session.expires_at IS 'When it ends';

ALTER TABLE private.crowd_place ADD COLUMN version integer NOT NULL DEFAULT 1;

COMMENT ON COLUMN private.crowd_place.version IS 'How often it was changed, from 1 on';

CREATE TABLE private.crowd_plan (
    place_id integer NOT NULL REFERENCES private.crowd_place ON DELETE CASCADE,
    version integer NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    key_id integer REFERENCES private.access_key,
    actor text NOT NULL DEFAULT session_user,
    plan jsonb NOT NULL,
    step_s integer NOT NULL,
    empty_hour smallint NOT NULL,
    open boolean NOT NULL,
    PRIMARY KEY (place_id, version)
);

COMMENT ON TABLE private.crowd_plan IS 'One row is a version of the plan of a place: what it was, since when, and who saved it';
COMMENT ON COLUMN private.crowd_plan.place_id IS 'private.crowd_place.id';
COMMENT ON COLUMN private.crowd_plan.version IS 'Number of the version, from 1 on';
COMMENT ON COLUMN private.crowd_plan.saved_at IS 'When it was saved';
COMMENT ON COLUMN private.crowd_plan.key_id IS 'private.access_key.id of who saved it on the pages; NULL on the command line';
COMMENT ON COLUMN private.crowd_plan.actor IS 'User of the database that saved it';
COMMENT ON COLUMN private.crowd_plan.plan IS 'GeoJSON as docs/crowd.md describes it, degrees, WGS84';
COMMENT ON COLUMN private.crowd_plan.step_s IS 'Interval that counts are added up to, s';
COMMENT ON COLUMN private.crowd_plan.empty_hour IS 'Hour of the Dutch day at which zones are known to be empty, 0-23';
COMMENT ON COLUMN private.crowd_plan.open IS 'Whether everybody could see how full it is';

INSERT INTO private.crowd_plan (place_id, version, saved_at, plan, step_s, empty_hour, open)
SELECT id, version, updated_at, plan, step_s, empty_hour, open FROM private.crowd_place;

CREATE FUNCTION private.save_crowd_place(
    name text, plan jsonb, step_s integer, empty_hour integer, open boolean, key_id integer
) RETURNS integer
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    saved private.crowd_place;
BEGIN
    INSERT INTO private.crowd_place AS p (name, plan, step_s, empty_hour, open)
    VALUES (
        save_crowd_place.name, save_crowd_place.plan, save_crowd_place.step_s,
        save_crowd_place.empty_hour, save_crowd_place.open
    )
    ON CONFLICT (name) DO UPDATE SET
        plan = EXCLUDED.plan, step_s = EXCLUDED.step_s, empty_hour = EXCLUDED.empty_hour,
        open = EXCLUDED.open, version = p.version + 1, updated_at = now()
    WHERE (p.plan, p.step_s, p.empty_hour, p.open)
        IS DISTINCT FROM (EXCLUDED.plan, EXCLUDED.step_s, EXCLUDED.empty_hour, EXCLUDED.open)
    RETURNING p.* INTO saved;
    IF NOT FOUND THEN
        RETURN (SELECT p.version FROM private.crowd_place p WHERE p.name = save_crowd_place.name);
    END IF;
    INSERT INTO private.crowd_plan (place_id, version, key_id, plan, step_s, empty_hour, open)
    VALUES (
        saved.id, saved.version, save_crowd_place.key_id, saved.plan, saved.step_s,
        saved.empty_hour, saved.open
    );
    RETURN saved.version;
END
$$;

COMMENT ON FUNCTION private.save_crowd_place IS 'Write a place and keep it as a version, when anything of it is new; the number of its version';

CREATE FUNCTION private.find_session(session bytea)
    RETURNS TABLE (key_id integer, role text, label text, area text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.id, k.role, k.label, k.area
    FROM private.session s JOIN private.access_key k ON k.id = s.key_id
    WHERE s.hash = find_session.session AND s.expires_at > now()
        AND k.expires_at > now() AND k.revoked_at IS NULL
$$;

COMMENT ON FUNCTION private.find_session IS 'Who a session is of; nobody when it or its key has ended';

-- The parity of the rings around a corner: an outline may have parts and holes.
CREATE FUNCTION private.lies_in(area text, plan jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH ring AS MATERIALIZED (
        SELECT polygon(
            '(' || string_agg('(' || (corner ->> 0) || ',' || (corner ->> 1) || ')', ','
                ORDER BY place) || ')'
        ) AS shape
        FROM private.zone z
            CROSS JOIN LATERAL jsonb_path_query(
                z.outline,
                'strict $.coordinates.** ? (@[0].type() == "array" && @[0][0].type() == "number")'
            ) WITH ORDINALITY AS line (corners, number)
            CROSS JOIN LATERAL jsonb_array_elements(corners) WITH ORDINALITY AS c (corner, place)
        WHERE z.name = lies_in.area
        GROUP BY line.number
    )
    SELECT coalesce(bool_and((
        SELECT count(*) FROM ring
        WHERE ring.shape @> point((corner ->> 0)::float8, (corner ->> 1)::float8)
    ) % 2 = 1), false)
    FROM jsonb_path_query(
        lies_in.plan,
        'strict $.features[*].geometry.coordinates.** ? (@[0].type() == "number")'
    ) AS corner
$$;

COMMENT ON FUNCTION private.lies_in IS 'Whether every corner of a plan lies in an area; false for an area that is not there';

CREATE FUNCTION public.sign_in(prefix text, hash bytea, session bytea)
    RETURNS TABLE (role text, label text, area text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    found_key private.access_key;
    nonce bytea := uuid_send(gen_random_uuid());
BEGIN
    SELECT k.* INTO found_key FROM private.access_key k
    WHERE k.prefix = sign_in.prefix AND k.revoked_at IS NULL AND k.expires_at > now();
    -- hashes of hashes with something random: how long comparing takes says nothing of the hash
    IF NOT FOUND OR sha256(found_key.hash || nonce) <> sha256(sign_in.hash || nonce) THEN
        RETURN;
    END IF;
    DELETE FROM private.session WHERE expires_at <= now();
    INSERT INTO private.session (hash, key_id, expires_at)
    VALUES (sign_in.session, found_key.id, least(now() + interval '12 hours', found_key.expires_at));
    UPDATE private.access_key k SET last_used_at = now() WHERE k.id = found_key.id;
    INSERT INTO private.event (what, detail)
    VALUES ('signed in', jsonb_build_object('key', found_key.id));
    RETURN QUERY SELECT found_key.role, found_key.label, found_key.area;
END
$$;

COMMENT ON FUNCTION public.sign_in IS 'Begin a session of 12 hours with a key; no row when the key opens nothing';

CREATE FUNCTION public.read_session(session bytea)
    RETURNS TABLE (role text, label text, area text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT role, label, area FROM private.find_session(read_session.session)
$$;

COMMENT ON FUNCTION public.read_session IS 'Who is signed in with a session; no row when nobody is';

CREATE FUNCTION public.sign_out(session bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    DELETE FROM private.session s WHERE s.hash = sign_out.session
$$;

COMMENT ON FUNCTION public.sign_out IS 'End a session';

CREATE FUNCTION private.may_change(role text, area text, plan jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(role IN ('municipality', 'operator'), false)
        AND (area IS NULL OR private.lies_in(area, plan))
$$;

COMMENT ON FUNCTION private.may_change IS 'Whether a role may change a place with this plan';

CREATE FUNCTION public.read_crowd_plans(session bytea, place text) RETURNS TABLE (
    name text, plan text, step_s integer, empty_hour smallint, open boolean, version integer,
    may_change boolean
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.name, p.plan::text, p.step_s, p.empty_hour, p.open, p.version, m.may_change
    FROM private.crowd_place p
        LEFT JOIN private.find_session(read_crowd_plans.session) s ON true
        CROSS JOIN LATERAL (SELECT private.may_change(s.role, s.area, p.plan) AS may_change) m
    WHERE (read_crowd_plans.place IS NULL OR p.name = read_crowd_plans.place)
        AND (p.open OR m.may_change)
    ORDER BY p.name
$$;

COMMENT ON FUNCTION public.read_crowd_plans IS 'Plans that everybody may see, and those that who is signed in may change; of one place, or of all for NULL';

CREATE FUNCTION public.change_crowd_plan(
    session bytea, place text, based_on integer, plan jsonb, step_s integer, empty_hour integer,
    open boolean, OUT outcome text, OUT version integer
)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who record;
    there private.crowd_place;
BEGIN
    SELECT s.* INTO who FROM private.find_session(change_crowd_plan.session) s;
    IF NOT FOUND THEN
        outcome := 'signed out';
        RETURN;
    END IF;
    -- one after the other: of two who draw the same new place the second is told
    LOCK TABLE private.crowd_place IN SHARE ROW EXCLUSIVE MODE;
    SELECT p.* INTO there FROM private.crowd_place p WHERE p.name = change_crowd_plan.place;
    IF NOT private.may_change(who.role, who.area, change_crowd_plan.plan)
        OR there.id IS NOT NULL AND NOT private.may_change(who.role, who.area, there.plan)
    THEN
        outcome := CASE WHEN private.may_change(who.role, NULL, NULL) THEN 'area' ELSE 'role' END;
    ELSIF coalesce(there.version, 0) <> based_on THEN
        outcome := 'overtaken';
        version := there.version;
    ELSE
        outcome := 'saved';
        version := private.save_crowd_place(
            change_crowd_plan.place, change_crowd_plan.plan, change_crowd_plan.step_s,
            change_crowd_plan.empty_hour, change_crowd_plan.open, who.key_id
        );
        UPDATE private.access_key k SET last_used_at = now() WHERE k.id = who.key_id;
    END IF;
END
$$;

COMMENT ON FUNCTION public.change_crowd_plan IS 'Save the plan of a place for who is signed in: saved, signed out, role, area, or overtaken by another version';

REVOKE ALL ON FUNCTION
    public.sign_in, public.read_session, public.sign_out, public.read_crowd_plans,
    public.change_crowd_plan
    FROM PUBLIC;
