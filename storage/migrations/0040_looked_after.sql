-- Nodes that are looked after: what people agreed to, how each node is, and who is told of it.

-- What people agreed to.

ALTER TABLE private.node ADD open boolean NOT NULL DEFAULT true;

COMMENT ON COLUMN private.node.open IS 'Whether the public sees what it measures; kept by private.say_agreement';

CREATE TABLE private.agreement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    owner_id integer REFERENCES private.owner ON DELETE SET NULL,
    purpose text NOT NULL CHECK (purpose IN ('publish', 'rides', 'mail')),
    given boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    how text NOT NULL CHECK (how IN ('before', 'command', 'page'))
);

CREATE INDEX agreement_node ON private.agreement (node_id, purpose, id);

COMMENT ON TABLE private.agreement IS 'One row is one purpose that was agreed to for one node, or withdrawn; rows are only added, the latest counts';
COMMENT ON COLUMN private.agreement.id IS 'Number of the word; the highest counts';
COMMENT ON COLUMN private.agreement.node_id IS 'private.node.id';
COMMENT ON COLUMN private.agreement.owner_id IS 'private.owner.id of who had the node then; NULL when nobody did, or who was removed';
COMMENT ON COLUMN private.agreement.purpose IS 'publish (what a fixed node measures), rides (the trimmed rides of a moving one) or mail (to the owner about the node)';
COMMENT ON COLUMN private.agreement.given IS 'True when it was agreed to, false when it was withdrawn';
COMMENT ON COLUMN private.agreement.at IS 'When it was said';
COMMENT ON COLUMN private.agreement.how IS 'before (it was so before anybody was asked), command or page';

-- What was public stays so, and says that nobody was asked.
INSERT INTO private.agreement (node_id, owner_id, purpose, given, how)
SELECT id, owner_id, CASE WHEN moving THEN 'rides' ELSE 'publish' END, true, 'before'
FROM private.node ORDER BY id;

-- Mail was agreed to by a person: another owner has not.
CREATE VIEW private.agreed AS
SELECT
    n.id AS node_id,
    p.purpose,
    CASE WHEN p.purpose <> 'mail' THEN coalesce(a.given, true)
        ELSE coalesce(a.given AND a.owner_id = n.owner_id, false) END AS given,
    a.at,
    a.how
FROM private.node n
    CROSS JOIN (VALUES ('publish', false), ('rides', true), ('mail', NULL)) AS p (purpose, moving)
    LEFT JOIN LATERAL (
        SELECT g.given, g.at, g.how, g.owner_id FROM private.agreement g
        WHERE g.node_id = n.id AND g.purpose = p.purpose ORDER BY g.id DESC LIMIT 1
    ) AS a ON true
WHERE p.moving IS NULL OR p.moving = n.moving;

COMMENT ON VIEW private.agreed IS 'One row is one purpose of one node, and whether it is agreed to now; what a node measures is public until somebody withdraws it';
COMMENT ON COLUMN private.agreed.node_id IS 'private.node.id';
COMMENT ON COLUMN private.agreed.purpose IS 'As in private.agreement';
COMMENT ON COLUMN private.agreed.given IS 'Whether it holds';
COMMENT ON COLUMN private.agreed.at IS 'When the latest word was said, NULL = never one';
COMMENT ON COLUMN private.agreed.how IS 'As in private.agreement, NULL = never one';

CREATE VIEW private.open_node AS SELECT * FROM private.node WHERE open;

COMMENT ON VIEW private.open_node IS 'The nodes of which the public may know anything: views and functions of schema public read these';
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT o.attname, col_description(o.attrelid, o.attnum) AS said
        FROM pg_attribute o
        WHERE o.attrelid = 'private.node'::regclass AND o.attnum > 0 AND NOT o.attisdropped
    LOOP
        EXECUTE format('COMMENT ON COLUMN private.open_node.%I IS %L', one.attname, one.said);
    END LOOP;
END
$$;

-- Everything that anyone may read, and by which forecasts are named, as it was, of these nodes alone.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT c.oid, c.oid::regclass AS name, c.reloptions IS NOT NULL AS barrier
        FROM pg_class c
        WHERE c.relkind = 'v' AND pg_get_viewdef(c.oid) ~ '\mprivate\.node\M'
            AND (c.relnamespace = 'public'::regnamespace OR c.oid = 'private.forecast_place'::regclass)
        ORDER BY c.oid
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE VIEW %s %s AS %s', one.name,
            CASE WHEN one.barrier THEN 'WITH (security_barrier)' ELSE '' END,
            regexp_replace(pg_get_viewdef(one.oid), '\mprivate\.node\M', 'private.open_node', 'g')
        );
    END LOOP;
    FOR one IN
        SELECT p.oid FROM pg_proc p
        WHERE p.oid IN ('public.read_newest'::regproc, 'public.read_oldest'::regproc)
    LOOP
        EXECUTE regexp_replace(
            pg_get_functiondef(one.oid), '\mprivate\.node\M', 'private.open_node', 'g'
        );
    END LOOP;
END
$$;

-- A forecast of a node that is not open has no place, where one of a zone has.
CREATE OR REPLACE VIEW private.forecast_place AS
SELECT
    s.id, s.kind, coalesce(n.name, o.code, z.name, to_hex(s.cell)) AS place,
    replace(s.quantity, '_corrected', '') AS quantity,
    s.quantity LIKE '%\_corrected' AS corrected
FROM private.forecast_series s
    LEFT JOIN private.open_node n ON n.id = s.node_id
    LEFT JOIN private.official_station o ON o.id = s.station_id
    LEFT JOIN private.zone z ON z.id = s.zone_id
WHERE CASE WHEN s.node_id IS NULL THEN true ELSE n.moving IS FALSE END;

-- Rides are cut as if all of them were hidden, whoever cuts them.
CREATE FUNCTION private.close_ride() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT (SELECT n.open FROM private.node n WHERE n.id = NEW.node_id) THEN
        NEW.public_start := NULL;
        NEW.public_stop := NULL;
        NEW.due := NULL;
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION private.close_ride IS 'Keeps the rides of a node of which nothing is public hidden';

-- before ride_has_cells, by its name
CREATE TRIGGER ride_closes BEFORE INSERT OR UPDATE ON private.ride
    FOR EACH ROW EXECUTE FUNCTION private.close_ride();

-- The sums of places are made again with or without a node; the lock is that of storage/rollups.py,
-- so that no roll-up is at work that saw it otherwise.
CREATE FUNCTION private.open_or_close(node integer, open boolean) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    moves boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(1280114691);
    UPDATE private.node n SET open = open_or_close.open
    WHERE n.id = open_or_close.node AND n.open <> open_or_close.open
    RETURNING n.moving INTO moves;
    IF moves THEN
        PERFORM private.hide_rides(ARRAY[open_or_close.node]);
    ELSIF NOT moves THEN
        INSERT INTO private.touched_place (place, day)
        SELECT DISTINCT place, d.day
        FROM private.rollup_day d
            JOIN private.placement p ON p.node_id = d.node_id
                AND p.since <= d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
                AND p.until > d.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
            CROSS JOIN LATERAL unnest(p.places) AS place
        WHERE d.node_id = open_or_close.node
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;

COMMENT ON FUNCTION private.open_or_close IS 'Makes what a node measured public, or takes it out of everything that is';

CREATE FUNCTION private.say_agreement(node integer, purpose text, given boolean, how text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO private.agreement (node_id, owner_id, purpose, given, how)
    SELECT n.id, n.owner_id, say_agreement.purpose, say_agreement.given, say_agreement.how
    FROM private.node n WHERE n.id = say_agreement.node;
    IF say_agreement.purpose <> 'mail' THEN
        PERFORM private.open_or_close(say_agreement.node, say_agreement.given);
    ELSIF NOT say_agreement.given THEN
        DELETE FROM private.node_notice c
        USING private.node_told t JOIN private.trouble w ON w.id = t.trouble_id
        WHERE t.notice_id = c.id AND w.node_id = say_agreement.node
            AND c.owner_id IS NOT NULL AND c.state = 'waiting';
    END IF;
END
$$;

COMMENT ON FUNCTION private.say_agreement IS 'Notes that a purpose is agreed to or withdrawn for a node, and does what follows from it in the same transaction';

REVOKE ALL ON FUNCTION private.say_agreement, private.open_or_close FROM PUBLIC;

-- How each node is. Of a week the days tell, by the first quantity that a node has: 2,000 nodes have
-- 336,000 hours in it.

-- What a node says is text of a stranger: a number that is none, or has no end, is not known.
CREATE FUNCTION private.read_number(said jsonb, lowest numeric, highest numeric) RETURNS float8
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN jsonb_typeof(said) = 'number'
        AND (said #>> '{}')::numeric BETWEEN lowest AND highest THEN (said #>> '{}')::float8 END;

COMMENT ON FUNCTION private.read_number IS 'A number in JSON between two bounds, NULL for anything else';

CREATE FUNCTION private.read_health(at timestamptz) RETURNS TABLE (
    id integer, name text, kind text, moving boolean, label text, project text, open boolean,
    placed boolean, added timestamptz, last timestamptz, heard timestamptz, online boolean,
    said_at timestamptz, battery_mv float8, kept float8, version text, day float8, week float8,
    refused text
)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.id, n.name, n.kind, n.moving, n.label, p.name, n.open, n.cell <> 0, n.created_at,
        o.time, s.heard_at, s.online, s.said_at,
        private.read_number(s.said -> 'battery_mv', 0, 100000),
        private.read_number(s.said #> '{outbox,kept}', 0, 1000000000),
        CASE WHEN jsonb_typeof(s.said -> 'version') = 'string' THEN left(s.said ->> 'version', 40) END,
        CASE WHEN NOT n.moving THEN coalesce(h.hours, 0) / 24.0 END,
        CASE WHEN NOT n.moving THEN coalesce(d.days, 0) / 7.0 END,
        r.reason
    FROM private.node n
        LEFT JOIN private.project p ON p.id = n.project_id
        LEFT JOIN private.node_status s ON s.node_id = n.id
        LEFT JOIN LATERAL (
            SELECT o.time FROM private.observation o WHERE o.node_id = n.id
            ORDER BY o.time DESC LIMIT 1
        ) AS o ON true
        LEFT JOIN (
            SELECT h.node_id, count(*) AS hours FROM private.rollup_hour h
            WHERE h.ride = 0 AND h.hour >= date_trunc('hour', read_health.at) - INTERVAL '24 hours'
                AND h.hour < date_trunc('hour', read_health.at)
            GROUP BY h.node_id
        ) AS h ON h.node_id = n.id
        LEFT JOIN (
            SELECT d.node_id,
                sum(least(1, d.samples[d.place]::float8 / nullif(24 * d.expected[d.place], 0))) AS days
            FROM (
                SELECT f.node_id, f.samples, f.expected,
                    round(ln((f.there & -f.there)::float8) / ln(2::float8))::integer + 1 AS place
                FROM private.rollup_day f
                WHERE f.day >= (read_health.at AT TIME ZONE 'Europe/Amsterdam')::date - 7
                    AND f.day < (read_health.at AT TIME ZONE 'Europe/Amsterdam')::date
                    AND f.there <> 0
            ) AS d
            GROUP BY d.node_id
        ) AS d ON d.node_id = n.id
        LEFT JOIN (
            SELECT DISTINCT ON (j.node) j.node, j.reason FROM private.rejected j
            WHERE j.last_received > read_health.at - INTERVAL '7 days'
            ORDER BY j.node, j.last_received DESC
        ) AS r ON r.node = n.name
    ORDER BY n.name
$$;

COMMENT ON FUNCTION private.read_health IS 'How every node is at a moment: its newest sample, its own words, the share of the last 24 hours with samples, and how much of the last seven days by the clock of Europe/Amsterdam it measured, by the fullest hour of each';

-- What is wrong with nodes, since when, and who was told.

CREATE TABLE private.trouble (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('silent', 'battery', 'limit')),
    about text NOT NULL DEFAULT '',
    since timestamptz NOT NULL,
    noted_at timestamptz NOT NULL,
    back_at timestamptz,
    over_at timestamptz,
    facts jsonb NOT NULL DEFAULT '{}'
);

CREATE UNIQUE INDEX trouble_once ON private.trouble (node_id, kind, about) WHERE over_at IS NULL;
CREATE INDEX trouble_node ON private.trouble (node_id);

COMMENT ON TABLE private.trouble IS 'One row is something that is wrong with a node, or was, from its beginning to its end';
COMMENT ON COLUMN private.trouble.id IS 'Number of the trouble';
COMMENT ON COLUMN private.trouble.node_id IS 'private.node.id';
COMMENT ON COLUMN private.trouble.kind IS 'silent, battery (low) or limit (passed)';
COMMENT ON COLUMN private.trouble.about IS 'Of a limit its year, norm, quantity and period; else empty';
COMMENT ON COLUMN private.trouble.since IS 'When it began by what was measured';
COMMENT ON COLUMN private.trouble.noted_at IS 'When it was seen';
COMMENT ON COLUMN private.trouble.back_at IS 'When a silent node was seen to measure again; NULL while it does not';
COMMENT ON COLUMN private.trouble.over_at IS 'When it was seen to be over; NULL while it lasts';
COMMENT ON COLUMN private.trouble.facts IS 'What a notice tells of it; no place';

CREATE TABLE private.node_subscription (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
    target text NOT NULL CHECK (length(target) BETWEEN 1 AND 2000),
    language text NOT NULL CHECK (language IN ('nl', 'en')),
    kinds text[] NOT NULL CHECK (kinds <@ '{silent,battery,limit}' AND cardinality(kinds) > 0),
    project_id integer REFERENCES private.project ON DELETE CASCADE,
    zone_id integer REFERENCES private.zone ON DELETE CASCADE,
    added_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (channel, target, project_id, zone_id)
);

COMMENT ON TABLE private.node_subscription IS 'One row is who is told of fixed nodes, beside their owners, and how';
COMMENT ON COLUMN private.node_subscription.id IS 'Number of the subscription';
COMMENT ON COLUMN private.node_subscription.channel IS 'email or webhook';
COMMENT ON COLUMN private.node_subscription.target IS 'Address of mail or web. May hold a secret: never logged';
COMMENT ON COLUMN private.node_subscription.language IS 'Language of the text: nl or en';
COMMENT ON COLUMN private.node_subscription.kinds IS 'Of private.trouble: what is told';
COMMENT ON COLUMN private.node_subscription.project_id IS 'private.project.id whose nodes it is about, NULL = any';
COMMENT ON COLUMN private.node_subscription.zone_id IS 'private.zone.id in which they stand, NULL = anywhere';
COMMENT ON COLUMN private.node_subscription.added_at IS 'When it was added';

ALTER TABLE private.owner ADD language text NOT NULL DEFAULT 'nl' CHECK (language IN ('nl', 'en'));

COMMENT ON COLUMN private.owner.language IS 'Language of mail to the owner: nl or en';

CREATE TABLE private.node_notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id integer REFERENCES private.node_subscription ON DELETE CASCADE,
    owner_id integer REFERENCES private.owner ON DELETE CASCADE,
    at timestamptz NOT NULL,
    what text NOT NULL CHECK (what IN ('begun', 'again', 'over')),
    digest boolean NOT NULL,
    said jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'unsure')),
    tries smallint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    handed_at timestamptz,
    done_at timestamptz,
    failure text NOT NULL DEFAULT '',
    CHECK (num_nonnulls(subscription_id, owner_id) = 1)
);

CREATE INDEX node_notice_waiting ON private.node_notice (due_at) WHERE state = 'waiting';

COMMENT ON TABLE private.node_notice IS 'One row is one message about troubles of nodes to one subscription or owner';
COMMENT ON COLUMN private.node_notice.id IS 'Number of the notice; receivers know a repeated one by it';
COMMENT ON COLUMN private.node_notice.subscription_id IS 'private.node_subscription.id; NULL of one to an owner';
COMMENT ON COLUMN private.node_notice.owner_id IS 'private.owner.id; NULL of one to a subscription';
COMMENT ON COLUMN private.node_notice.at IS 'When it was queued';
COMMENT ON COLUMN private.node_notice.what IS 'begun, again (it lasts) or over';
COMMENT ON COLUMN private.node_notice.digest IS 'Whether it tells of many nodes at once';
COMMENT ON COLUMN private.node_notice.said IS 'The facts that it tells; no place';
COMMENT ON COLUMN private.node_notice.state IS 'waiting, sent, failed, or unsure whether it went out';
COMMENT ON COLUMN private.node_notice.tries IS 'How often it was tried';
COMMENT ON COLUMN private.node_notice.due_at IS 'When it is tried next';
COMMENT ON COLUMN private.node_notice.handed_at IS 'When its text was handed to a mail server; NULL before';
COMMENT ON COLUMN private.node_notice.done_at IS 'When it was sent or given up; NULL while it waits';
COMMENT ON COLUMN private.node_notice.failure IS 'Why the latest try failed; holds no secret';

CREATE TABLE private.node_told (
    notice_id bigint NOT NULL REFERENCES private.node_notice ON DELETE CASCADE,
    trouble_id bigint NOT NULL REFERENCES private.trouble ON DELETE CASCADE,
    PRIMARY KEY (notice_id, trouble_id)
);

CREATE INDEX node_told_trouble ON private.node_told (trouble_id);

COMMENT ON TABLE private.node_told IS 'One row is one trouble that one notice tells of';
COMMENT ON COLUMN private.node_told.notice_id IS 'private.node_notice.id';
COMMENT ON COLUMN private.node_told.trouble_id IS 'private.trouble.id';

-- What was told of a node goes with it: of many the others stay, so that they are not told again.
CREATE FUNCTION private.untell_node() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE private.node_notice c SET said = jsonb_set(c.said, '{nodes}', (
        SELECT coalesce(jsonb_agg(e.facts), '[]') FROM jsonb_array_elements(c.said -> 'nodes') AS e (facts)
        WHERE e.facts ->> 'node' <> OLD.name
    ))
    WHERE c.id IN (
        SELECT t.notice_id FROM private.node_told t JOIN private.trouble w ON w.id = t.trouble_id
        WHERE w.node_id = OLD.id
    );
    DELETE FROM private.node_notice c WHERE c.said -> 'nodes' = '[]';
    RETURN OLD;
END
$$;

COMMENT ON FUNCTION private.untell_node IS 'Takes a node that is removed out of the notices that told of it';

CREATE TRIGGER node_is_untold BEFORE DELETE ON private.node
    FOR EACH ROW EXECUTE FUNCTION private.untell_node();

-- Who is told of which node now. Bikes are their riders' own: when one fell silent says when it rode. So
-- are nodes of which nothing is public.
CREATE VIEW private.node_receiver AS
SELECT s.id AS subscription_id, NULL::integer AS owner_id, n.id AS node_id, s.kinds
FROM private.node_subscription s
    JOIN private.open_node n ON NOT n.moving AND (s.project_id IS NULL OR n.project_id = s.project_id)
WHERE s.zone_id IS NULL OR EXISTS (
    SELECT FROM private.placement p
    WHERE p.node_id = n.id AND p.until = 'infinity' AND s.zone_id = ANY (p.places)
)
UNION ALL
SELECT NULL, o.id, n.id, '{silent,battery,limit}'
FROM private.owner o
    JOIN private.node n ON n.owner_id = o.id
    JOIN private.agreed a ON a.node_id = n.id AND a.purpose = 'mail' AND a.given
WHERE o.email <> '';

COMMENT ON VIEW private.node_receiver IS 'One row is one node of which a subscription or an owner is told now';
COMMENT ON COLUMN private.node_receiver.subscription_id IS 'private.node_subscription.id; NULL of an owner';
COMMENT ON COLUMN private.node_receiver.owner_id IS 'private.owner.id; NULL of a subscription';
COMMENT ON COLUMN private.node_receiver.node_id IS 'private.node.id';
COMMENT ON COLUMN private.node_receiver.kinds IS 'Of private.trouble: what is told';

-- What who is signed in sees of it, and says; whose a node is that is not open: migration 0041.

DROP FUNCTION public.read_my_nodes;

CREATE FUNCTION public.read_my_nodes(session bytea, node text) RETURNS TABLE (
    name text, kind text, moving boolean, own boolean, label text, lat float8, lon float8,
    placed boolean, added timestamptz, first timestamptz, last timestamptz, license text,
    party text, party_role text, has_login boolean, heard timestamptz, online boolean,
    said_at timestamptz, open boolean, said text
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
        coalesce(c.license, 'CC0-1.0'), coalesce(c.display_name, ''), c.role, EXISTS (
            SELECT FROM private.broker_login b WHERE b.node_id = n.id
        ),
        s.heard_at, s.online, s.said_at, n.open, CASE WHEN r.own THEN s.said::text END
    FROM private.find_reach(read_my_nodes.session) r
        JOIN private.node n ON n.id = r.node_id
        LEFT JOIN private.node_status s ON s.node_id = n.id
        LEFT JOIN LATERAL (
            SELECT c.license, c.display_name, c.role FROM private.consent c
            WHERE NOT n.moving AND c.since <= now()
                AND (c.node_id = n.id OR c.owner_id = n.owner_id OR c.project_id = n.project_id)
            ORDER BY c.project_id IS NULL DESC, c.since DESC, c.id DESC LIMIT 1
        ) AS c ON true
    WHERE read_my_nodes.node IS NULL OR n.name = read_my_nodes.node
    ORDER BY n.name
$$;

COMMENT ON FUNCTION public.read_my_nodes IS 'Nodes of which who is signed in may see how they are, of one name or of all; places and own words of own nodes only';

CREATE FUNCTION public.read_my_health(session bytea) RETURNS TABLE (
    id integer, name text, kind text, moving boolean, label text, project text, open boolean,
    placed boolean, added timestamptz, last timestamptz, heard timestamptz, online boolean,
    said_at timestamptz, battery_mv float8, kept float8, version text, day float8, week float8,
    refused text, zones text[]
)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT h.id, h.name, h.kind, h.moving, h.label, h.project, h.open, h.placed, h.added,
        CASE WHEN r.own OR NOT h.moving THEN h.last END, h.heard, h.online, h.said_at,
        CASE WHEN r.own OR NOT h.moving THEN h.battery_mv END,
        CASE WHEN r.own OR NOT h.moving THEN h.kept END, h.version, h.day, h.week, h.refused,
        ARRAY(
            SELECT z.name FROM private.placement p JOIN private.zone z ON z.id = ANY (p.places)
            WHERE p.node_id = h.id AND p.until = 'infinity' ORDER BY z.name
        )
    FROM private.find_reach(read_my_health.session) r JOIN private.read_health(now()) h ON h.id = r.node_id
    ORDER BY h.name
$$;

COMMENT ON FUNCTION public.read_my_health IS 'How the nodes are in the reach of who is signed in: private.read_health, and the zones in which they stand; of bikes of somebody else not when they rode';

CREATE FUNCTION public.read_my_agreements(session bytea, node text)
    RETURNS TABLE (purpose text, given boolean, at timestamptz, how text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.purpose, a.given, a.at, a.how FROM private.agreed a
    WHERE a.node_id = private.find_own(read_my_agreements.session, read_my_agreements.node)
    ORDER BY a.purpose DESC
$$;

COMMENT ON FUNCTION public.read_my_agreements IS 'What is agreed to for an own node';

CREATE FUNCTION public.read_my_email(session bytea) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT o.email FROM private.owner o
    WHERE o.id = private.find_owner(read_my_email.session)
$$;

COMMENT ON FUNCTION public.read_my_email IS 'Where who is signed in is mailed to, empty when that is not known';

CREATE FUNCTION public.say_my_agreement(
    session bytea, node text, purpose text, given boolean, email text, language text
) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    outcome text := private.judge_own(say_my_agreement.session, say_my_agreement.node);
    number integer := private.find_own(say_my_agreement.session, say_my_agreement.node);
BEGIN
    IF outcome <> 'saved' THEN
        RETURN outcome;
    END IF;
    IF NOT EXISTS (
        SELECT FROM private.agreed a WHERE a.node_id = number AND a.purpose = say_my_agreement.purpose
    ) THEN
        RETURN 'not own'; -- a purpose that such a node does not have
    END IF;
    IF say_my_agreement.email IS NOT NULL THEN
        UPDATE private.owner o SET email = say_my_agreement.email, language = say_my_agreement.language
        WHERE o.id = private.find_owner(say_my_agreement.session);
    END IF;
    PERFORM private.say_agreement(number, say_my_agreement.purpose, say_my_agreement.given, 'page');
    PERFORM private.note_mine(
        say_my_agreement.session,
        CASE WHEN say_my_agreement.given THEN 'purpose agreed to' ELSE 'purpose withdrawn' END, number,
        jsonb_build_object('purpose', say_my_agreement.purpose)
    );
    RETURN outcome;
END
$$;

COMMENT ON FUNCTION public.say_my_agreement IS 'Agree to a purpose for an own node, or withdraw it; of mail with the address that it goes to, NULL leaves what is there';

REVOKE ALL ON FUNCTION
    public.read_my_nodes, public.read_my_health, public.read_my_agreements, public.read_my_email,
    public.say_my_agreement
    FROM PUBLIC;
