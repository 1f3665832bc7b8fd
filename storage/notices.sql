-- name: subscribe
-- Somebody to be told of the alerts of a place; once more changes level and language.
INSERT INTO private.crowd_subscription (place_id, channel, target, level, language)
SELECT id, %(channel)s, %(target)s, %(level)s, %(language)s
FROM private.crowd_place WHERE name = %(place)s
ON CONFLICT (place_id, channel, target) DO UPDATE SET
    level = EXCLUDED.level, language = EXCLUDED.language
RETURNING id

-- name: subscriptions
-- Who is told of the alerts of a place.
SELECT s.id, s.channel, s.target, s.level, s.language
FROM private.crowd_subscription s JOIN private.crowd_place p ON p.id = s.place_id
WHERE p.name = %(place)s
ORDER BY s.id

-- name: unsubscribe
DELETE FROM private.crowd_subscription s USING private.crowd_place p
WHERE p.id = s.place_id AND p.name = %(place)s AND s.id = %(number)s

-- name: queue
-- A notice of a change for each who wants to know of levels as high as it reached.
INSERT INTO private.crowd_notice (event_id, subscription_id, said, due_at)
SELECT e.id, s.id, %(said)s, %(now)s
FROM private.crowd_event e JOIN private.crowd_subscription s ON s.place_id = e.place_id
WHERE e.id = %(event)s AND s.level <= %(reach)s
ON CONFLICT (event_id, subscription_id) DO NOTHING

-- name: mark_unsure
-- Mail that was being handed over when the program stopped: nobody knows whether it went out, and
-- it is not sent a second time.
UPDATE private.crowd_notice n
SET state = 'unsure', done_at = %(now)s, failure = 'stopped while it was handed over'
FROM private.crowd_subscription s JOIN private.crowd_place p ON p.id = s.place_id
WHERE s.id = n.subscription_id AND p.name = %(place)s AND s.channel = %(channel)s
    AND n.state = 'waiting' AND n.handed_at IS NOT NULL AND n.due_at <= %(now)s

-- name: mark_overtaken
-- States that a newer one of the same gauge has taken the place of: MQTT keeps only the latest.
UPDATE private.crowd_notice n
SET state = 'overtaken', done_at = %(now)s
FROM private.crowd_subscription s JOIN private.crowd_place p ON p.id = s.place_id,
    private.crowd_event e
WHERE s.id = n.subscription_id AND e.id = n.event_id AND p.name = %(place)s
    AND s.channel = 'mqtt' AND %(channel)s = 'mqtt' AND n.state = 'waiting'
    AND EXISTS (
        SELECT FROM private.crowd_notice later
            JOIN private.crowd_event o ON o.id = later.event_id
        WHERE later.subscription_id = n.subscription_id AND o.gauge = e.gauge
            AND (o.time, o.id) > (e.time, e.id)
    )

-- name: take
-- The next notice of a channel that is due, for so long for this program alone. Of one gauge the
-- earlier goes first: nobody hears that an alert is over before they heard of it.
UPDATE private.crowd_notice n
SET tries = n.tries + 1, due_at = %(until)s
FROM (
    SELECT w.id, e.time, s.target, s.language
    FROM private.crowd_notice w
        JOIN private.crowd_subscription s ON s.id = w.subscription_id
        JOIN private.crowd_place p ON p.id = s.place_id
        JOIN private.crowd_event e ON e.id = w.event_id
    WHERE p.name = %(place)s AND s.channel = %(channel)s
        AND w.state = 'waiting' AND w.due_at <= %(now)s
        AND NOT EXISTS (
            SELECT FROM private.crowd_notice earlier
                JOIN private.crowd_event o ON o.id = earlier.event_id
            WHERE earlier.subscription_id = w.subscription_id AND o.gauge = e.gauge
                AND earlier.state = 'waiting' AND (o.time, o.id) < (e.time, e.id)
        )
    ORDER BY w.due_at, w.id
    LIMIT 1
    FOR UPDATE OF w SKIP LOCKED
) AS found
WHERE n.id = found.id
RETURNING n.id, found.time, found.target, found.language, n.said, n.tries

-- name: notices
-- What went out of a place, or was to, the latest first.
SELECT e.time, e.what, e.gauge, e.level, s.id, s.channel, n.state, n.tries, n.done_at, n.failure
FROM private.crowd_notice n
    JOIN private.crowd_event e ON e.id = n.event_id
    JOIN private.crowd_subscription s ON s.id = n.subscription_id
    JOIN private.crowd_place p ON p.id = e.place_id
WHERE p.name = %(place)s AND e.time > %(since)s AND e.time <= %(until)s
ORDER BY e.time DESC, n.id DESC
LIMIT %(most)s
