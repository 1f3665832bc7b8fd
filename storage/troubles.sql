-- name: lasting
-- Troubles that were not over when somebody looked last.
SELECT w.id AS number, w.node_id, n.name AS node, n.label, w.kind, w.about, w.since, w.noted_at,
    w.back_at, w.over_at, w.facts
FROM private.trouble w JOIN private.node n ON n.id = w.node_id
WHERE w.over_at IS NULL ORDER BY w.id

-- name: begin
INSERT INTO private.trouble (node_id, kind, about, since, noted_at, facts)
VALUES (%(node)s, %(kind)s, %(about)s, %(since)s, %(now)s, %(facts)s)
ON CONFLICT (node_id, kind, about) WHERE over_at IS NULL DO NOTHING

-- name: back
UPDATE private.trouble SET back_at = %(now)s WHERE id = ANY(%(numbers)s)

-- name: gone
UPDATE private.trouble SET back_at = NULL WHERE id = ANY(%(numbers)s)

-- name: over
UPDATE private.trouble SET over_at = %(now)s WHERE id = ANY(%(numbers)s)

-- name: forget
-- What has long been over, and the notices that told of nothing else.
WITH gone AS (
    DELETE FROM private.trouble WHERE over_at < %(before)s
)
DELETE FROM private.node_notice c
WHERE c.at < %(before)s AND NOT EXISTS (
    SELECT FROM private.node_told t JOIN private.trouble w ON w.id = t.trouble_id
    WHERE t.notice_id = c.id AND w.over_at IS NULL
)

-- name: tellings
-- What each who is told now heard of each trouble that lasts or was over lately.
SELECT r.subscription_id, r.owner_id, w.id AS number, w.node_id, n.name AS node, n.label, w.kind,
    w.about, w.since, w.noted_at, w.back_at, w.over_at, w.facts,
    h.begun_at, h.told_over_at, h.last_at, coalesce(h.again, 0) AS again,
    coalesce(h.in_digest, false) AS in_digest
FROM private.trouble w
    JOIN private.node n ON n.id = w.node_id
    JOIN private.node_receiver r ON r.node_id = w.node_id AND w.kind = ANY(r.kinds)
    LEFT JOIN LATERAL (
        SELECT
            min(c.at) FILTER (WHERE c.what = 'begun') AS begun_at,
            max(c.at) FILTER (WHERE c.what = 'over') AS told_over_at,
            max(c.at) FILTER (WHERE c.what <> 'over') AS last_at,
            count(*) FILTER (WHERE c.what = 'again') AS again,
            (array_agg(c.digest ORDER BY c.id DESC))[1] AS in_digest
        FROM private.node_told t JOIN private.node_notice c ON c.id = t.notice_id
        WHERE t.trouble_id = w.id AND c.subscription_id IS NOT DISTINCT FROM r.subscription_id
            AND c.owner_id IS NOT DISTINCT FROM r.owner_id
    ) AS h ON true
ORDER BY r.subscription_id, r.owner_id, w.id

-- name: queue
INSERT INTO private.node_notice (subscription_id, owner_id, at, what, digest, said, due_at)
VALUES (%(subscription)s, %(owner)s, %(now)s, %(what)s, %(digest)s, %(said)s, %(now)s)
RETURNING id

-- name: note_told
INSERT INTO private.node_told (notice_id, trouble_id)
SELECT %(notice)s, unnest(%(numbers)s::bigint[])

-- name: mark_unsure
-- As of crowds (notices.sql): mail that was being handed over is not sent a second time.
UPDATE private.node_notice c
SET state = 'unsure', done_at = %(now)s, failure = 'stopped while it was handed over'
WHERE c.state = 'waiting' AND c.handed_at IS NOT NULL AND c.due_at <= %(now)s
    AND %(channel)s = 'email'

-- name: take
-- The next notice of a channel that is due, for so long for this program alone. To one receiver the
-- earlier goes first: nobody hears that a trouble is over before they heard of it.
UPDATE private.node_notice c
SET tries = c.tries + 1, due_at = %(until)s
FROM (
    SELECT w.id, coalesce(s.target, o.email) AS target, coalesce(s.language, o.language) AS language
    FROM private.node_notice w
        LEFT JOIN private.node_subscription s ON s.id = w.subscription_id
        LEFT JOIN private.owner o ON o.id = w.owner_id AND o.email <> ''
    WHERE coalesce(s.channel, CASE WHEN o.id IS NOT NULL THEN 'email' END) = %(channel)s
        AND w.state = 'waiting' AND w.due_at <= %(now)s
        AND NOT EXISTS (
            SELECT FROM private.node_notice earlier
            WHERE earlier.state = 'waiting' AND earlier.id < w.id
                AND earlier.subscription_id IS NOT DISTINCT FROM w.subscription_id
                AND earlier.owner_id IS NOT DISTINCT FROM w.owner_id
        )
    ORDER BY w.due_at, w.id
    LIMIT 1
    FOR UPDATE OF w SKIP LOCKED
) AS found
WHERE c.id = found.id
RETURNING c.id, c.at, found.target, found.language,
    c.said || jsonb_build_object('owner', c.owner_id IS NOT NULL), c.tries

-- name: subscribe
-- Somebody to be told; once more changes kinds and language.
INSERT INTO private.node_subscription (channel, target, language, kinds, project_id, zone_id)
VALUES (%(channel)s, %(target)s, %(language)s, %(kinds)s, %(project)s, %(zone)s)
ON CONFLICT (channel, target, project_id, zone_id) DO UPDATE SET
    language = EXCLUDED.language, kinds = EXCLUDED.kinds
RETURNING id

-- name: subscriptions
SELECT s.id AS number, s.channel, s.target, s.language, s.kinds, p.name AS project, z.name AS zone
FROM private.node_subscription s
    LEFT JOIN private.project p ON p.id = s.project_id
    LEFT JOIN private.zone z ON z.id = s.zone_id
ORDER BY s.id

-- name: unsubscribe
DELETE FROM private.node_subscription WHERE id = %(number)s

-- name: zone
SELECT id FROM private.zone WHERE name = %(zone)s

-- name: notices
-- What went out, or was to, the latest first.
SELECT c.at, c.what, c.said ->> 'kind' AS kind, (c.said ->> 'count')::integer AS count,
    c.said #>> '{nodes,0,node}' AS node, c.subscription_id AS subscription, c.state, c.tries,
    c.done_at, c.failure
FROM private.node_notice c WHERE c.at > %(since)s ORDER BY c.id DESC LIMIT %(most)s
