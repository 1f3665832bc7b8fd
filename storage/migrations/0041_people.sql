-- People who sign in at an account of theirs elsewhere, keys of a project, and with which key
-- something was done.
--
-- A person is a key without a secret that anybody has: the same role, area, end and sessions, and
-- found by whom the account says it is. Who may say so is one role of its own (roles.sql), for
-- nothing here can check what an account elsewhere says.

ALTER TABLE private.access_key
    ADD email text CHECK (email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    ADD issuer text,
    ADD subject text CHECK (length(subject) BETWEEN 1 AND 255),
    ADD project_id integer REFERENCES private.project ON DELETE SET NULL,
    ADD CHECK (project_id IS NULL OR role = 'project'),
    ADD CHECK (revoked_at IS NULL OR (email IS NULL AND subject IS NULL AND issuer IS NULL));

CREATE UNIQUE INDEX access_key_email ON private.access_key (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX access_key_subject ON private.access_key (subject, coalesce(issuer, ''))
    WHERE subject IS NOT NULL;

COMMENT ON COLUMN private.access_key.hash IS 'SHA-256 of the 32 random bytes of the key, which is kept nowhere; of a person 32 random bytes, which nothing opens';
COMMENT ON COLUMN private.access_key.email IS 'Of a person: address that the account confirms, small letters; NULL when known by subject, and once it is revoked';
COMMENT ON COLUMN private.access_key.issuer IS 'Of a person: OpenID Connect issuer of the account; NULL until the first sign-in, and once it is revoked';
COMMENT ON COLUMN private.access_key.subject IS 'Of a person: what the issuer calls the account for ever; NULL until the first sign-in by e-mail, and once it is revoked';
COMMENT ON COLUMN private.access_key.project_id IS 'private.project.id whose nodes it shows; NULL of other roles, and of a project that was removed';

-- With which key: what the server writes, and nobody who may only add to the log.

ALTER TABLE private.event ADD key_id integer;

UPDATE private.event SET key_id = (detail ->> 'key')::integer, detail = detail - 'key'
WHERE detail ? 'key' AND what NOT IN ('key added', 'key revoked');

COMMENT ON COLUMN private.event.key_id IS 'private.access_key.id of who did it on the pages; NULL on the command line';

CREATE FUNCTION private.begin_session(session bytea, opened private.access_key) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM private.session WHERE expires_at <= now();
    INSERT INTO private.session (hash, key_id, expires_at)
    VALUES (begin_session.session, opened.id, least(now() + interval '12 hours', opened.expires_at));
    UPDATE private.access_key k SET last_used_at = now() WHERE k.id = opened.id;
    INSERT INTO private.event (what, key_id) VALUES ('signed in', opened.id);
END
$$;

COMMENT ON FUNCTION private.begin_session IS 'Sign a browser in for 12 hours, or until the key ends, and sweep up sessions that ended';

CREATE OR REPLACE FUNCTION public.sign_in(prefix text, hash bytea, session bytea)
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
    IF NOT FOUND
        OR sha256(found_key.hash || nonce) IS DISTINCT FROM sha256(sign_in.hash || nonce)
    THEN
        RETURN;
    END IF;
    PERFORM private.begin_session(sign_in.session, found_key);
    RETURN QUERY SELECT found_key.role, found_key.label, found_key.area;
END
$$;

CREATE FUNCTION public.sign_in_person(issuer text, subject text, email text, session bytea)
    RETURNS TABLE (role text, label text, area text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    found_key private.access_key;
BEGIN
    SELECT k.* INTO found_key FROM private.access_key k
    WHERE k.revoked_at IS NULL AND k.expires_at > now()
        AND coalesce(k.issuer, sign_in_person.issuer) = sign_in_person.issuer
        AND (
            k.subject = sign_in_person.subject
            OR k.subject IS NULL AND k.email = lower(sign_in_person.email)
        )
    ORDER BY k.subject IS NULL, k.issuer IS NULL LIMIT 1 FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- from now on it is this account: an address may be given to somebody else
    UPDATE private.access_key k
    SET issuer = sign_in_person.issuer, subject = sign_in_person.subject
    WHERE k.id = found_key.id AND (k.issuer IS NULL OR k.subject IS NULL);
    PERFORM private.begin_session(sign_in_person.session, found_key);
    RETURN QUERY SELECT found_key.role, found_key.label, found_key.area;
END
$$;

COMMENT ON FUNCTION public.sign_in_person IS 'Begin a session of 12 hours for the account of a person; no row for one that nobody linked. Whoever may call it says who somebody is';

REVOKE ALL ON FUNCTION public.sign_in_person FROM PUBLIC;

-- An owner who is removed has no account here any more.
CREATE FUNCTION private.forget_person() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.email := NULL;
    NEW.issuer := NULL;
    NEW.subject := NULL;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION private.forget_person IS 'Of a key that is revoked, or whose owner is removed, forgets which account opened it';

CREATE TRIGGER forget_person BEFORE UPDATE ON private.access_key FOR EACH ROW
WHEN (NEW.revoked_at IS NOT NULL OR OLD.owner_id IS NOT NULL AND NEW.owner_id IS NULL)
EXECUTE FUNCTION private.forget_person();

-- A project shows how its fixed nodes are, as an area does; where a bike is on its way is its
-- owner's alone, and so is a node that is not open.
CREATE OR REPLACE FUNCTION private.find_reach(session bytea)
    RETURNS TABLE (node_id integer, own boolean)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.id, s.role = 'owner'
    FROM private.find_session(find_reach.session) s
        JOIN private.access_key k ON k.id = s.key_id
        JOIN private.node n ON CASE
            WHEN s.role = 'owner' THEN n.owner_id = k.owner_id
            WHEN NOT n.open THEN false
            WHEN s.role = 'project' THEN n.project_id = k.project_id AND NOT n.moving
            WHEN s.role NOT IN ('operator', 'municipality') THEN false
            WHEN s.area IS NULL THEN NOT n.moving OR s.role = 'operator'
            ELSE NOT n.moving AND EXISTS (
                SELECT FROM private.placement p JOIN private.zone z ON z.id = ANY (p.places)
                WHERE p.node_id = n.id AND p.until = 'infinity' AND z.name = s.area
            )
        END
$$;

CREATE OR REPLACE FUNCTION private.note_mine(session bytea, what text, node integer, detail jsonb)
    RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who integer := (SELECT s.key_id FROM private.find_session(note_mine.session) s);
BEGIN
    INSERT INTO private.event (what, node, owner, key_id, detail) VALUES (
        note_mine.what, note_mine.node, private.find_owner(note_mine.session), who,
        note_mine.detail
    );
    UPDATE private.access_key k SET last_used_at = now() WHERE k.id = who;
END
$$;

CREATE OR REPLACE FUNCTION private.save_crowd_place(
    name text, plan jsonb, step_s integer, empty_hour integer, open boolean, key_id integer
) RETURNS integer
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    saved private.crowd_place;
    facts jsonb;
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
    facts := jsonb_build_object('place', saved.id, 'version', saved.version);
    IF save_crowd_place.key_id IS NULL THEN -- an administrator may not say with which key
        INSERT INTO private.event (what, detail) VALUES ('crowd plan saved', facts);
    ELSE
        INSERT INTO private.event (what, key_id, detail)
        VALUES ('crowd plan saved', save_crowd_place.key_id, facts);
    END IF;
    RETURN saved.version;
END
$$;
