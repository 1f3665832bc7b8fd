-- What the database holds of one owner, a query for each file of the export (owner_export.py).
--
-- %(owner)s is private.owner.id, %(nodes)s are private.node.id of all its nodes, %(node)s is one of
-- them. Hashes, logins and the secrets by which rides are cut are named nowhere here. A number that
-- may be NULL is text, where a column of numbers would not hold it.

-- name: owner
-- Who the owner is, what was said of licences, and the keys, each with what still stands open by it.
SELECT jsonb_build_object(
    'name', o.name, 'label', o.label, 'email', o.email, 'language', o.language,
    'created_at', o.created_at,
    'agreements', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'node', n.name, 'purpose', g.purpose, 'given', g.given, 'at', g.at, 'how', g.how
        ) ORDER BY g.id), '[]')
        FROM private.agreement g JOIN private.node n ON n.id = g.node_id
        WHERE g.node_id = ANY(%(nodes)s)
            AND (g.owner_id = o.id OR g.owner_id IS NULL OR g.purpose <> 'mail')
    ),
    'consents', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'about', coalesce('node ' || n.name, 'all nodes'), 'license', c.license,
            'party', c.display_name, 'role', c.role, 'since', c.since, 'noted_at', c.noted_at
        ) ORDER BY c.since, c.id), '[]')
        FROM private.consent c LEFT JOIN private.node n ON n.id = c.node_id
        WHERE c.owner_id = o.id OR c.node_id = ANY(%(nodes)s)
    ),
    'keys', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'prefix', k.prefix, 'label', k.label, 'role', k.role, 'area', k.area,
            'email', k.email, 'issuer', k.issuer, 'subject', k.subject,
            'added_at', k.added_at, 'expires_at', k.expires_at, 'last_used_at', k.last_used_at,
            'revoked_at', k.revoked_at,
            'sessions_until', (
                SELECT coalesce(jsonb_agg(s.expires_at ORDER BY s.expires_at), '[]')
                FROM private.session s WHERE s.key_id = k.id
            )
        ) ORDER BY k.added_at, k.id), '[]')
        FROM private.access_key k WHERE k.owner_id = o.id
    )
)
FROM private.owner o WHERE o.id = %(owner)s;

-- name: status
-- How each node said last that it is, by name.
SELECT coalesce(jsonb_object_agg(n.name, jsonb_build_object(
    'heard_at', s.heard_at, 'online', s.online, 'said_at', s.said_at, 'said', s.said
)), '{}')
FROM private.node n JOIN private.node_status s ON s.node_id = n.id
WHERE n.id = ANY(%(nodes)s);

-- name: nodes
SELECT
    n.name, n.kind, n.moving, n.label, n.model, n.hardware,
    n.lat / 1e7::float8 AS lat, n.lon / 1e7::float8 AS lon,
    to_hex(nullif(n.cell, 0)) AS cell, p.name AS project, n.created_at, n.kept_from, n.open,
    l.made_at AS login_made_at,
    (
        SELECT string_agg(r.quantity, ' ' ORDER BY r.place)
        FROM private.rolled r WHERE (k.there >> (r.place - 1)) & 1 = 1
    ) AS quantities
FROM private.node n
    LEFT JOIN private.project p ON p.id = n.project_id
    LEFT JOIN private.broker_login l ON l.node_id = n.id
    LEFT JOIN private.node_quantity k ON k.node_id = n.id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name;

-- name: placements
SELECT
    n.name AS node, nullif(p.since, '-infinity') AS since, nullif(p.until, 'infinity') AS until,
    p.lat / 1e7::float8 AS lat, p.lon / 1e7::float8 AS lon, to_hex(nullif(p.cell, 0)) AS cell
FROM private.placement p JOIN private.node n ON n.id = p.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, p.since;

-- name: sensors
SELECT
    n.name AS node, s.model, s.serial, array_to_string(s.quantities, ' ') AS quantities,
    s.since, s.until
FROM private.sensor s JOIN private.node n ON n.id = s.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, s.since, s.id;

-- name: privacy_zones
SELECT name, array_to_string(ring, ' ') AS corners, radius_m, created_at
FROM private.privacy_zone WHERE owner_id = %(owner)s ORDER BY name;

-- name: rides
SELECT
    n.name AS node, r.id AS ride, r.start, r.stop, r.public_start, r.public_stop,
    r.public_id::text AS public_name, r.samples::text AS samples, r.distance_m,
    r.duration_s::text AS duration_s, r.due
FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, r.start;

-- name: ride_cells
SELECT n.name AS node, to_hex(c.cell) AS cell, c.rides
FROM private.ride_cell c JOIN private.node n ON n.id = c.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, c.cell;

-- name: calibrations
SELECT
    n.name AS node, c.quantity, c.since, c.until, c.version, c.method,
    c.parameters::text AS parameters, c.gain, c.applied, c.made_at
FROM private.calibration c JOIN private.node n ON n.id = c.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, c.quantity, c.version;

-- name: corrections
-- What the numbers in the column `correction` stand for; none that a node of somebody else has.
SELECT
    s.id AS correction, c.quantity, c.version, c.method,
    coalesce('node ' || n.name, 'project ' || p.name, 'all nodes') AS made_for
FROM private.correction s
    JOIN private.calibration c ON c.id = s.calibration_id
    LEFT JOIN private.node n ON n.id = c.node_id
    LEFT JOIN private.project p ON p.id = c.project_id
WHERE (c.project_id IS NULL OR c.project_id IN (
    SELECT m.project_id FROM private.node m WHERE m.id = ANY(%(nodes)s)
)) AND NOT EXISTS (
    SELECT FROM private.correction other
        JOIN private.calibration o ON o.id = other.calibration_id
    WHERE other.id = s.id AND o.node_id <> ALL(%(nodes)s)
)
ORDER BY s.id, c.quantity;

-- name: findings
SELECT
    n.name AS node, f.quantity, f.first, f.after,
    CASE f.flag WHEN 3 THEN 'suspect' ELSE 'fail' END AS flag, f.checks, f.version
FROM private.finding f JOIN private.node n ON n.id = f.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, f.quantity, f.first;

-- name: boots
SELECT n.name AS node, a.boot, a.time, a.shift::text AS shift, a.unsure, a.used, a.updated_at
FROM private.anchor a JOIN private.node n ON n.id = a.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, a.updated_at, a.boot;

-- name: deliveries
SELECT n.name AS node, d.boot, d.high::text AS high, d.gaps::text AS gaps, d.updated_at
FROM private.delivery d JOIN private.node n ON n.id = d.node_id
WHERE n.id = ANY(%(nodes)s) ORDER BY n.name, d.updated_at, d.boot;

-- name: notices
-- What was wrong with nodes, and what the owner was told of it, to which address the owner knows.
SELECT n.name AS node, w.kind, w.about, w.since, w.noted_at, w.over_at, w.facts::text AS facts,
    c.at AS told_at, c.what AS told, c.state, c.done_at
FROM private.trouble w
    JOIN private.node n ON n.id = w.node_id
    LEFT JOIN private.node_told t ON t.trouble_id = w.id
        AND t.notice_id IN (SELECT m.id FROM private.node_notice m WHERE m.owner_id = %(owner)s)
    LEFT JOIN private.node_notice c ON c.id = t.notice_id
WHERE w.node_id = ANY(%(nodes)s) ORDER BY n.name, w.since, w.id, c.id;

-- name: log
-- What was done and what nodes said when they fell over. Who did it is left out: another person.
-- An entry that names another owner is about a time when the node was theirs.
SELECT e.at, n.name AS node, e.what, e.detail::text AS detail
FROM private.event e LEFT JOIN private.node n ON n.id = e.node AND n.id = ANY(%(nodes)s)
WHERE e.owner = %(owner)s OR (e.owner IS NULL AND (
    e.node = ANY(%(nodes)s)
    OR coalesce(e.key_id::text, e.detail ->> 'key') IN (
        SELECT k.id::text FROM private.access_key k WHERE k.owner_id = %(owner)s
    )
))
UNION ALL
SELECT l.heard_at, n.name, 'said by the node', l.said
FROM private.node_log l JOIN private.node n ON n.id = l.node_id
WHERE n.id = ANY(%(nodes)s)
ORDER BY 1, 2, 3, 4;

-- name: rejected
-- As a removal finds them (deletion.py); none that says it is of a node of somebody else.
SELECT
    r.id, r.node, r.topic, r.reason, r.times, r.received_at, r.last_received,
    octet_length(r.payload) AS bytes, 'rejected/' || r.id || '.bin' AS file
FROM private.rejected r
WHERE EXISTS (
    SELECT FROM private.node n
    WHERE n.id = ANY(%(nodes)s) AND (
        r.node = n.name OR n.name = ANY(string_to_array(r.topic, '/'))
        OR position(convert_to(nullif(n.hardware, ''), 'UTF8') IN r.payload) > 0
    )
) AND NOT EXISTS (
    SELECT FROM private.node other WHERE other.name = r.node AND other.id <> ALL(%(nodes)s)
)
ORDER BY r.id;

-- name: observations
-- NULL of flags is: every value that is there is good (migration 0012).
SELECT
    time, lat, lon, coalesce(cell, 0) AS cell, horizontal_mm, vertical_mm, period_s,
    coalesce(bits, 0) AS bits, coalesce(flags, 1317624576693539401) AS flags, flags_given,
    correction, {columns}
FROM private.observation WHERE node_id = %(node)s ORDER BY time;

-- name: hours
SELECT
    h.hour, h.ride, coalesce(h.cell, 0) AS cell, q.place::smallint AS quantity,
    h.samples[q.place] AS samples, h.good[q.place] AS good,
    h.total[q.place]::float8 / nullif(h.good[q.place], 0) / q.per AS mean,
    CASE WHEN h.good[q.place] > 0 THEN h.low[q.place] END::float8 / q.per AS low,
    CASE WHEN h.good[q.place] > 0 THEN h.high[q.place] END::float8 / q.per AS high
FROM private.rollup_hour h CROSS JOIN private.rolled q
WHERE h.node_id = %(node)s AND h.samples[q.place] > 0
ORDER BY h.hour, h.ride, h.cell, q.place;

-- name: days
SELECT
    d.day::timestamp AT TIME ZONE 'UTC' AS day, q.place::smallint AS quantity,
    d.samples[q.place] AS samples, d.good[q.place] AS good,
    d.total[q.place]::float8 / nullif(d.good[q.place], 0) / q.per AS mean,
    CASE WHEN d.good[q.place] > 0 THEN d.low[q.place] END::float8 / q.per AS low,
    CASE WHEN d.good[q.place] > 0 THEN d.high[q.place] END::float8 / q.per AS high,
    d.expected[q.place] AS expected, d.hours[q.place] AS hours
FROM private.rollup_day d CROSS JOIN private.rolled q
WHERE d.node_id = %(node)s AND d.samples[q.place] > 0
ORDER BY d.day, q.place;
