-- What owners see and change of their own nodes and rides on the pages, and how a node that they add
-- logs in to the broker.
--
-- As in 0035 the functions in schema public are all that the dashboard may do: they look up by
-- themselves whose a session is, and do nothing for anybody else. Who runs the platform or a
-- municipality sees how nodes are that stand in its area; places, rides and settings are the
-- owner's alone.

ALTER TABLE private.access_key
    ADD owner_id integer REFERENCES private.owner ON DELETE SET NULL,
    ADD CHECK (owner_id IS NULL OR role = 'owner');

CREATE INDEX access_key_owner ON private.access_key (owner_id) WHERE owner_id IS NOT NULL;

COMMENT ON COLUMN private.access_key.owner_id IS 'private.owner.id whose nodes it opens; NULL of other roles, and of an owner who was removed';

CREATE TABLE private.broker_login (
    node_id integer PRIMARY KEY REFERENCES private.node ON DELETE CASCADE,
    login text NOT NULL CHECK (login ~ '^\$7\$[0-9]+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+$'),
    made_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE private.broker_login IS 'One row is with what one node logs in to the broker; the password itself is kept nowhere';
COMMENT ON COLUMN private.broker_login.node_id IS 'private.node.id; its user name is the name of the node';
COMMENT ON COLUMN private.broker_login.login IS 'Hash as Mosquitto keeps it: $7$, rounds, salt, PBKDF2 of SHA-512';
COMMENT ON COLUMN private.broker_login.made_at IS 'When it was made';

CREATE FUNCTION private.find_reach(session bytea) RETURNS TABLE (node_id integer, own boolean)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.id, s.role = 'owner'
    FROM private.find_session(find_reach.session) s
        JOIN private.access_key k ON k.id = s.key_id
        JOIN private.node n ON CASE
            WHEN s.role = 'owner' THEN n.owner_id = k.owner_id
            WHEN s.role NOT IN ('operator', 'municipality') THEN false
            WHEN s.area IS NULL THEN NOT n.moving OR s.role = 'operator'
            ELSE NOT n.moving AND EXISTS (
                SELECT FROM private.placement p JOIN private.zone z ON z.id = ANY (p.places)
                WHERE p.node_id = n.id AND p.until = 'infinity' AND z.name = s.area
            )
        END
$$;

COMMENT ON FUNCTION private.find_reach IS 'Nodes of which who is signed in may see how they are, and whether they are own ones';

CREATE FUNCTION private.find_own(session bytea, node text) RETURNS integer
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.id FROM private.find_reach(find_own.session) r JOIN private.node n ON n.id = r.node_id
    WHERE r.own AND n.name = find_own.node
$$;

COMMENT ON FUNCTION private.find_own IS 'Number of a node of who is signed in; NULL when it is not there or of somebody else';

CREATE FUNCTION private.find_owner(session bytea) RETURNS integer
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.owner_id FROM private.find_session(find_owner.session) s
        JOIN private.access_key k ON k.id = s.key_id
    WHERE s.role = 'owner'
$$;

COMMENT ON FUNCTION private.find_owner IS 'private.owner.id of who is signed in; NULL of everybody else';

-- What is seen.

CREATE FUNCTION public.read_my_nodes(session bytea, node text) RETURNS TABLE (
    name text, kind text, moving boolean, own boolean, label text, lat float8, lon float8,
    placed boolean, added timestamptz, first timestamptz, last timestamptz, license text,
    party text, party_role text, has_login boolean, heard timestamptz, online boolean,
    said_at timestamptz, said text
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.name, n.kind, n.moving, r.own, n.label,
        CASE WHEN r.own THEN n.lat / 1e7::float8 END, CASE WHEN r.own THEN n.lon / 1e7::float8 END,
        n.cell <> 0, n.created_at,
        CASE WHEN r.own OR NOT n.moving THEN (
            SELECT o.time FROM private.observation o WHERE o.node_id = n.id ORDER BY o.time LIMIT 1
        ) END,
        CASE WHEN r.own OR NOT n.moving THEN (
            SELECT o.time FROM private.observation o WHERE o.node_id = n.id
            ORDER BY o.time DESC LIMIT 1
        ) END,
        p.license, p.party, l.role, EXISTS (
            SELECT FROM private.broker_login b WHERE b.node_id = n.id
        ),
        s.heard_at, s.online, s.said_at, CASE WHEN r.own THEN s.said::text END
    FROM private.find_reach(read_my_nodes.session) r
        JOIN private.node n ON n.id = r.node_id
        JOIN public.node p ON p.name = n.name
        LEFT JOIN private.node_status s ON s.node_id = n.id
        LEFT JOIN public.node_license l ON l.node = n.name AND l.until = 'infinity'
    WHERE read_my_nodes.node IS NULL OR n.name = read_my_nodes.node
    ORDER BY n.name
$$;

COMMENT ON FUNCTION public.read_my_nodes IS 'Nodes of which who is signed in may see how they are, of one name or of all; places and own words of own nodes only';

CREATE FUNCTION public.read_my_days(session bytea, node text, since timestamptz) RETURNS TABLE (
    day date, samples bigint, placed bigint, battery float8
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (v.time AT TIME ZONE 'Europe/Amsterdam')::date, count(*),
        count(*) FILTER (WHERE v.cell <> 0), avg(v.battery)
    FROM private.value v
    WHERE v.node_id = private.find_own(read_my_days.session, read_my_days.node)
        AND v.time >= read_my_days.since
    GROUP BY 1 ORDER BY 1
$$;

COMMENT ON FUNCTION public.read_my_days IS 'Days of an own node: samples, those with a place (of one that moves), and the mean voltage of its battery';

CREATE FUNCTION public.read_my_logs(session bytea, node text, most integer)
    RETURNS TABLE (heard timestamptz, said text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.heard_at, l.said FROM private.node_log l
    WHERE l.node_id = private.find_own(read_my_logs.session, read_my_logs.node)
    ORDER BY l.id DESC LIMIT read_my_logs.most
$$;

COMMENT ON FUNCTION public.read_my_logs IS 'Last entries of the log of an own node';

CREATE FUNCTION public.read_my_rejected(session bytea, node text)
    RETURNS TABLE (reason text, messages bigint, last timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT j.reason, sum(j.times)::bigint, max(j.last_received) FROM private.rejected j
    WHERE j.node = read_my_rejected.node
        AND private.find_own(read_my_rejected.session, read_my_rejected.node) IS NOT NULL
    GROUP BY j.reason ORDER BY 3 DESC, 1
$$;

COMMENT ON FUNCTION public.read_my_rejected IS 'Messages in the name of an own node that could not be used, by reason';

CREATE FUNCTION public.read_my_findings(session bytea, node text, since timestamptz) RETURNS TABLE (
    quantity text, first timestamptz, after timestamptz, flag smallint, checks integer
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.quantity, f.first, f.after, f.flag, f.checks FROM private.finding f
    WHERE f.node_id = private.find_own(read_my_findings.session, read_my_findings.node)
        AND f.after > read_my_findings.since
    ORDER BY f.quantity, f.first
$$;

COMMENT ON FUNCTION public.read_my_findings IS 'What the review of hours found of an own node since a moment';

CREATE FUNCTION public.read_my_rides(session bytea, node text, most integer) RETURNS TABLE (
    ride bigint, node text, start timestamptz, stop timestamptz, samples integer,
    distance_m float8, public_start timestamptz, public_stop timestamptz, public_name text,
    due timestamptz
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.id, n.name, d.start, d.stop, d.samples, d.distance_m, d.public_start, d.public_stop,
        (SELECT p.ride::text FROM public.ride p WHERE p.ride = d.public_id), d.due
    FROM private.find_reach(read_my_rides.session) r
        JOIN private.node n ON n.id = r.node_id AND r.own
        JOIN private.ride d ON d.node_id = n.id
    WHERE read_my_rides.node IS NULL OR n.name = read_my_rides.node
    ORDER BY d.start DESC LIMIT read_my_rides.most
$$;

COMMENT ON FUNCTION public.read_my_rides IS 'Rides of own nodes, of one or of all, the newest first; public_name is NULL while the public sees nothing of it';

CREATE FUNCTION public.read_my_track(session bytea, ride bigint) RETURNS TABLE (
    node text, "time" timestamptz, lat float8, lon float8, flags bigint,
    pm1 float8, pm25 float8, pm4 float8, pm10 float8, temperature float8, humidity float8,
    pressure float8, gas_resistance float8, voc_raw float8, nox_raw float8, no2 float8,
    co2 float8, sound_laeq float8, sound_lamax float8, count_in float8, count_out float8,
    battery float8, shock float8, correction float8, pm25_corrected float8,
    pm10_corrected float8, no2_corrected float8, temperature_corrected float8,
    humidity_corrected float8
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.name, v.time,
        CASE WHEN o.cell <> 0 THEN o.lat / 1e7::float8 END,
        CASE WHEN o.cell <> 0 THEN o.lon / 1e7::float8 END, v.flags,
        v.pm1, v.pm25, v.pm4, v.pm10, v.temperature, v.humidity, v.pressure,
        v.gas_resistance, v.voc_raw, v.nox_raw, v.no2, v.co2, v.sound_laeq, v.sound_lamax,
        v.count_in, v.count_out, v.battery, v.shock, v.correction, v.pm25_corrected,
        v.pm10_corrected, v.no2_corrected, v.temperature_corrected, v.humidity_corrected
    FROM private.find_reach(read_my_track.session) r
        JOIN private.node n ON n.id = r.node_id AND r.own
        JOIN private.ride d ON d.node_id = n.id AND d.id = read_my_track.ride
        JOIN private.observation o
            ON o.node_id = d.node_id AND o.time BETWEEN d.start AND d.stop
        JOIN private.value v ON v.node_id = o.node_id AND v.time = o.time
    ORDER BY v.time
$$;

COMMENT ON FUNCTION public.read_my_track IS 'All samples of an own ride, where they were taken; no row for a ride of somebody else';

CREATE FUNCTION public.read_my_zones(session bytea)
    RETURNS TABLE (name text, ring float8[], radius_m float8)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT z.name, z.ring, z.radius_m FROM private.privacy_zone z
    WHERE z.owner_id = private.find_owner(read_my_zones.session) ORDER BY z.name
$$;

COMMENT ON FUNCTION public.read_my_zones IS 'Places of which who is signed in wants nothing to be public';

-- What is changed. Each says what became of it: saved, signed out, or not own.

CREATE FUNCTION private.judge_own(session bytea, node text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM private.find_session(judge_own.session)) THEN 'signed out'
        WHEN private.find_own(judge_own.session, judge_own.node) IS NULL THEN 'not own'
        ELSE 'saved'
    END
$$;

COMMENT ON FUNCTION private.judge_own IS 'Whether who is signed in may change a node: saved, signed out, or not own';

CREATE FUNCTION private.note_mine(session bytea, what text, node integer, detail jsonb)
    RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who integer := (SELECT s.key_id FROM private.find_session(note_mine.session) s);
BEGIN
    INSERT INTO private.event (what, node, owner, detail) VALUES (
        note_mine.what, note_mine.node, private.find_owner(note_mine.session),
        note_mine.detail || jsonb_build_object('key', who)
    );
    UPDATE private.access_key k SET last_used_at = now() WHERE k.id = who;
END
$$;

COMMENT ON FUNCTION private.note_mine IS 'Notes in the log what an owner did on the pages, and with which key';

CREATE FUNCTION public.change_my_node(
    session bytea, node text, label text, lat integer, lon integer, cell bigint
) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    outcome text := private.judge_own(change_my_node.session, change_my_node.node);
    number integer := private.find_own(change_my_node.session, change_my_node.node);
BEGIN
    IF outcome = 'saved' THEN
        UPDATE private.node n SET
            label = coalesce(change_my_node.label, n.label),
            lat = coalesce(change_my_node.lat, n.lat),
            lon = coalesce(change_my_node.lon, n.lon),
            cell = CASE WHEN change_my_node.lat IS NULL THEN n.cell ELSE change_my_node.cell END
        WHERE n.id = number;
        PERFORM private.note_mine(change_my_node.session, 'node changed by its owner', number, '{}');
    END IF;
    RETURN outcome;
END
$$;

COMMENT ON FUNCTION public.change_my_node IS 'Give an own node another name for people or another place; NULL leaves what is there';

CREATE FUNCTION public.say_my_licence(
    session bytea, node text, license text, party text, party_role text
) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    outcome text := private.judge_own(say_my_licence.session, say_my_licence.node);
    number integer := private.find_own(say_my_licence.session, say_my_licence.node);
BEGIN
    IF outcome = 'saved' AND (SELECT n.moving FROM private.node n WHERE n.id = number) THEN
        RETURN 'moving'; -- rides have no name in public, so nobody can be named for them
    END IF;
    IF outcome = 'saved' THEN
        INSERT INTO private.consent (node_id, license, display_name, role) VALUES (
            number, say_my_licence.license, say_my_licence.party, say_my_licence.party_role
        );
        PERFORM private.note_mine(
            say_my_licence.session, 'licence said', number,
            jsonb_build_object('license', say_my_licence.license)
        );
    END IF;
    RETURN outcome;
END
$$;

COMMENT ON FUNCTION public.say_my_licence IS 'Say under which licence an own fixed node measures from now on';

CREATE FUNCTION public.draw_my_zone(session bytea, name text, ring float8[], radius_m float8)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    mine integer := private.find_owner(draw_my_zone.session);
BEGIN
    IF mine IS NULL THEN
        RETURN 'signed out';
    END IF;
    PERFORM pg_advisory_xact_lock(1280114696, mine); -- two at once are counted one after the other
    IF (SELECT count(*) FROM private.privacy_zone z
        WHERE z.owner_id = mine AND z.name <> draw_my_zone.name) >= 50
    THEN
        RETURN 'many';
    END IF;
    INSERT INTO private.privacy_zone (owner_id, name, ring, radius_m)
    VALUES (mine, draw_my_zone.name, draw_my_zone.ring, draw_my_zone.radius_m)
    ON CONFLICT (owner_id, name) DO UPDATE SET ring = EXCLUDED.ring, radius_m = EXCLUDED.radius_m;
    PERFORM private.note_mine(draw_my_zone.session, 'privacy zone drawn', NULL, '{}');
    RETURN 'saved';
END
$$;

COMMENT ON FUNCTION public.draw_my_zone IS 'Draw a place of which who is signed in wants nothing to be public; all own rides are hidden until they are cut by it';

CREATE FUNCTION public.erase_my_zone(session bytea, name text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF private.find_owner(erase_my_zone.session) IS NULL THEN
        RETURN 'signed out';
    END IF;
    DELETE FROM private.privacy_zone z
    WHERE z.owner_id = private.find_owner(erase_my_zone.session) AND z.name = erase_my_zone.name;
    IF NOT FOUND THEN
        RETURN 'not own';
    END IF;
    PERFORM private.note_mine(erase_my_zone.session, 'privacy zone removed', NULL, '{}');
    RETURN 'saved';
END
$$;

COMMENT ON FUNCTION public.erase_my_zone IS 'Forget a zone of who is signed in; all own rides are hidden until they are cut without it';

CREATE FUNCTION public.add_my_node(
    session bytea, name text, kind text, label text, lat integer, lon integer, cell bigint,
    login text
) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    mine integer := private.find_owner(add_my_node.session);
    number integer;
BEGIN
    IF mine IS NULL THEN
        RETURN 'signed out';
    END IF;
    PERFORM pg_advisory_xact_lock(1280114696, mine);
    IF (SELECT count(*) FROM private.node n WHERE n.owner_id = mine) >= 100 THEN
        RETURN 'many';
    END IF;
    -- what a device sent before anybody registered it is not for whoever is first to take its name
    IF EXISTS (SELECT FROM private.rejected j WHERE j.node = add_my_node.name) THEN
        RETURN 'taken';
    END IF;
    INSERT INTO private.node (name, kind, label, lat, lon, cell, owner_id)
    VALUES (
        add_my_node.name, add_my_node.kind, add_my_node.label, add_my_node.lat, add_my_node.lon,
        add_my_node.cell, mine
    )
    ON CONFLICT (name) DO NOTHING RETURNING id INTO number;
    IF number IS NULL THEN
        RETURN 'taken';
    END IF;
    INSERT INTO private.broker_login (node_id, login) VALUES (number, add_my_node.login);
    PERFORM private.note_mine(add_my_node.session, 'node added by its owner', number, '{}');
    RETURN 'saved';
END
$$;

COMMENT ON FUNCTION public.add_my_node IS 'Register a node of who is signed in: saved, signed out, taken for a name that is there or that something sends by, or many';

CREATE FUNCTION public.renew_my_login(session bytea, node text, login text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    outcome text := private.judge_own(renew_my_login.session, renew_my_login.node);
    number integer := private.find_own(renew_my_login.session, renew_my_login.node);
BEGIN
    IF outcome = 'saved' THEN
        INSERT INTO private.broker_login (node_id, login) VALUES (number, renew_my_login.login)
        ON CONFLICT (node_id) DO UPDATE SET login = EXCLUDED.login, made_at = now();
        PERFORM private.note_mine(renew_my_login.session, 'login of a node renewed', number, '{}');
    END IF;
    RETURN outcome;
END
$$;

COMMENT ON FUNCTION public.renew_my_login IS 'Give an own node another password for the broker';

REVOKE ALL ON FUNCTION
    public.read_my_nodes, public.read_my_days, public.read_my_logs, public.read_my_rejected,
    public.read_my_findings, public.read_my_rides, public.read_my_track, public.read_my_zones,
    public.change_my_node, public.say_my_licence, public.draw_my_zone, public.erase_my_zone,
    public.add_my_node, public.renew_my_login
    FROM PUBLIC;
