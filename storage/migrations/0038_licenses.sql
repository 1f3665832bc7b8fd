-- Under which licence samples are public, who said so, and who is named for it.
--
-- The names are those of SensorThings API Extension: STAplus (OGC 22-022): License, Party, and
-- Campaign, which here is the project. The last word counts: of who has the node before that of
-- its project, and without any word samples are CC0, as they were before. What was measured under
-- a licence keeps it, so a word holds from a moment on and none is ever changed.

CREATE TABLE private.consent (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id integer REFERENCES private.node ON DELETE CASCADE,
    owner_id integer REFERENCES private.owner ON DELETE CASCADE,
    project_id integer REFERENCES private.project ON DELETE CASCADE,
    license text NOT NULL CHECK (license IN ('CC0-1.0', 'CC-BY-4.0')),
    display_name text NOT NULL DEFAULT '' CHECK (length(display_name) <= 200),
    role text NOT NULL DEFAULT 'individual' CHECK (role IN ('individual', 'institutional')),
    since timestamptz NOT NULL DEFAULT now(),
    noted_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(node_id, owner_id, project_id) = 1),
    CHECK (license <> 'CC-BY-4.0' OR display_name <> '')
);

CREATE INDEX consent_node ON private.consent (node_id) WHERE node_id IS NOT NULL;
CREATE INDEX consent_owner ON private.consent (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX consent_project ON private.consent (project_id) WHERE project_id IS NOT NULL;

COMMENT ON TABLE private.consent IS 'One row is one word on the licence of what a node, an owner or a project measures; rows are only added, and go with what they are about';
COMMENT ON COLUMN private.consent.id IS 'Number of the consent; of two from the same moment the later one counts';
COMMENT ON COLUMN private.consent.node_id IS 'private.node.id when it is about one node';
COMMENT ON COLUMN private.consent.owner_id IS 'private.owner.id when it is about all fixed nodes of an owner';
COMMENT ON COLUMN private.consent.project_id IS 'private.project.id when it is about nodes of a project of which nobody else said anything';
COMMENT ON COLUMN private.consent.license IS 'Name of the licence by SPDX: CC0-1.0 or CC-BY-4.0';
COMMENT ON COLUMN private.consent.display_name IS 'Who is named in public, as chosen for it; empty when nobody';
COMMENT ON COLUMN private.consent.role IS 'individual or institutional, as STAplus has it';
COMMENT ON COLUMN private.consent.since IS 'Samples from here on';
COMMENT ON COLUMN private.consent.noted_at IS 'When it was said';

-- What the public reads.

CREATE VIEW public.license AS
SELECT l.name, l.title, l.definition
FROM (VALUES
    ('CC0-1.0', 'CC0 1.0 Universal', 'https://creativecommons.org/publicdomain/zero/1.0/'),
    (
        'CC-BY-4.0', 'Creative Commons Attribution 4.0 International',
        'https://creativecommons.org/licenses/by/4.0/'
    )
) AS l (name, title, definition);

COMMENT ON VIEW public.license IS 'One row is one licence that samples may have';
COMMENT ON COLUMN public.license.name IS 'Name by SPDX';
COMMENT ON COLUMN public.license.title IS 'Name for people';
COMMENT ON COLUMN public.license.definition IS 'Where its text stands';

-- Nodes that move with a person are not in it: a name would tell whose rides there are.
CREATE VIEW public.node_license WITH (security_barrier) AS
SELECT
    m.name AS node,
    coalesce(s.license, 'CC0-1.0') AS license,
    coalesce(s.display_name, '') AS party,
    coalesce(s.role, 'individual') AS role,
    m.since,
    lead(m.since, 1, 'infinity') OVER (PARTITION BY m.name ORDER BY m.since) AS until
FROM (
    SELECT n.id, n.name, n.owner_id, n.project_id, '-infinity'::timestamptz AS since
    FROM private.node n WHERE NOT n.moving
    UNION
    SELECT n.id, n.name, n.owner_id, n.project_id, c.since
    FROM private.node n JOIN private.consent c ON c.node_id = n.id WHERE NOT n.moving
    UNION
    SELECT n.id, n.name, n.owner_id, n.project_id, c.since
    FROM private.node n JOIN private.consent c ON c.owner_id = n.owner_id WHERE NOT n.moving
    UNION
    SELECT n.id, n.name, n.owner_id, n.project_id, c.since
    FROM private.node n JOIN private.consent c ON c.project_id = n.project_id WHERE NOT n.moving
) AS m
    LEFT JOIN LATERAL (
        SELECT c.license, c.display_name, c.role FROM private.consent c
        WHERE (c.node_id = m.id OR c.owner_id = m.owner_id OR c.project_id = m.project_id)
            AND c.since <= m.since
        ORDER BY c.project_id IS NULL DESC, c.since DESC, c.id DESC LIMIT 1
    ) AS s ON true;

COMMENT ON VIEW public.node_license IS 'One row is one fixed node for as long as its samples have one licence';
COMMENT ON COLUMN public.node_license.node IS 'public.node.name';
COMMENT ON COLUMN public.node_license.license IS 'public.license.name';
COMMENT ON COLUMN public.node_license.party IS 'Who is to be named, empty when nobody asked for it';
COMMENT ON COLUMN public.node_license.role IS 'Of who is named: individual or institutional';
COMMENT ON COLUMN public.node_license.since IS 'First moment of samples with it';
COMMENT ON COLUMN public.node_license.until IS 'First moment of samples without it, infinity = it holds now';

CREATE VIEW public.party WITH (security_barrier) AS
SELECT l.party AS display_name, min(l.role) AS role, count(DISTINCT l.node) AS nodes
FROM public.node_license l WHERE l.party <> '' GROUP BY l.party;

COMMENT ON VIEW public.party IS 'One row is one person or body that is named for what its nodes measured';
COMMENT ON COLUMN public.party.display_name IS 'Name that was chosen for it';
COMMENT ON COLUMN public.party.role IS 'individual or institutional';
COMMENT ON COLUMN public.party.nodes IS 'Number of its fixed nodes';

CREATE OR REPLACE VIEW public.node WITH (security_barrier) AS
SELECT
    n.name,
    n.kind,
    n.moving,
    n.label,
    n.model,
    cell_parent(n.cell, 9) AS cell,
    CASE WHEN NOT n.moving THEN (
        SELECT o.time FROM private.observation o WHERE o.node_id = n.id ORDER BY o.time LIMIT 1
    ) END AS first,
    CASE WHEN NOT n.moving THEN (
        SELECT o.time FROM private.observation o WHERE o.node_id = n.id ORDER BY o.time DESC LIMIT 1
    ) END AS last,
    (SELECT p.name FROM private.project p WHERE p.id = n.project_id) AS project,
    coalesce((
        SELECT c.license FROM private.consent c
        WHERE NOT n.moving AND c.since <= now()
            AND (c.node_id = n.id OR c.owner_id = n.owner_id OR c.project_id = n.project_id)
        ORDER BY c.project_id IS NULL DESC, c.since DESC, c.id DESC LIMIT 1
    ), 'CC0-1.0') AS license,
    coalesce((
        SELECT c.display_name FROM private.consent c
        WHERE NOT n.moving AND c.since <= now()
            AND (c.node_id = n.id OR c.owner_id = n.owner_id OR c.project_id = n.project_id)
        ORDER BY c.project_id IS NULL DESC, c.since DESC, c.id DESC LIMIT 1
    ), '') AS party
FROM private.node n;

COMMENT ON COLUMN public.node.license IS 'public.license.name of what it measures now';
COMMENT ON COLUMN public.node.party IS 'Who is to be named for what it measures now, empty when nobody asked for it';
