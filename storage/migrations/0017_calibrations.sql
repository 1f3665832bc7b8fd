-- Calibrations: how values are corrected, from when to when, and what that was worth.
--
-- One holds for a node, for the nodes of a project or for all. Rows are added, not changed: a
-- better one for the same time has a higher version, so that every correction can be made again.

CREATE TABLE private.calibration (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id integer REFERENCES private.node ON DELETE CASCADE,
    project_id integer REFERENCES private.project ON DELETE CASCADE,
    quantity text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    version integer NOT NULL CHECK (version > 0),
    method text NOT NULL,
    parameters jsonb NOT NULL,
    gain real,
    applied boolean NOT NULL DEFAULT false,
    made_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (node_id, project_id, quantity, version),
    CHECK (node_id IS NULL OR project_id IS NULL),
    CHECK (since < until)
);

COMMENT ON TABLE private.calibration IS 'One row is one way to correct one quantity, for a node, the nodes of a project, or all';
COMMENT ON COLUMN private.calibration.id IS 'Number of the calibration inside this database';
COMMENT ON COLUMN private.calibration.node_id IS 'private.node.id, NULL when it holds for more than one';
COMMENT ON COLUMN private.calibration.project_id IS 'private.project.id, NULL when it holds for one node, or for all';
COMMENT ON COLUMN private.calibration.quantity IS 'Key of lokaalmeten/quantities.py';
COMMENT ON COLUMN private.calibration.since IS 'First moment for which it holds';
COMMENT ON COLUMN private.calibration.until IS 'First moment for which it does not hold any more, NULL = it still does';
COMMENT ON COLUMN private.calibration.version IS 'Of two that hold at a moment the higher one counts';
COMMENT ON COLUMN private.calibration.method IS 'Name of the method';
COMMENT ON COLUMN private.calibration.parameters IS 'What the method needs, by name';
COMMENT ON COLUMN private.calibration.gain IS 'Part of the error that it took away on time held out when it was made, 1; NULL when not tried';
COMMENT ON COLUMN private.calibration.applied IS 'True when values are corrected by it, false while it is only tried';
COMMENT ON COLUMN private.calibration.made_at IS 'When it was made';

CREATE VIEW public.calibration WITH (security_barrier) AS
SELECT
    n.name AS node, c.quantity, c.since, c.until,
    CASE WHEN c.node_id IS NOT NULL THEN 'node' WHEN c.project_id IS NOT NULL THEN 'project' ELSE 'all' END
        AS scope,
    c.version, c.method, c.gain, c.made_at
FROM private.calibration c JOIN private.node n ON
    CASE
        WHEN c.node_id IS NOT NULL THEN n.id = c.node_id
        WHEN c.project_id IS NOT NULL THEN n.project_id = c.project_id
        ELSE true
    END
WHERE c.applied;

COMMENT ON VIEW public.calibration IS 'One row is one calibration that is applied to one node; at a moment that of the node counts before that of its project and of all, then the highest version';
COMMENT ON COLUMN public.calibration.node IS 'public.node.name';
COMMENT ON COLUMN public.calibration.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.calibration.since IS 'First moment for which it holds';
COMMENT ON COLUMN public.calibration.until IS 'First moment for which it does not hold any more, NULL = it still does';
COMMENT ON COLUMN public.calibration.scope IS 'What it was made for: node, project or all';
COMMENT ON COLUMN public.calibration.version IS 'Of two that hold at a moment the higher one counts';
COMMENT ON COLUMN public.calibration.method IS 'Name of the method';
COMMENT ON COLUMN public.calibration.gain IS 'Part of the error that it took away on time held out when it was made, 1; NULL when not tried';
COMMENT ON COLUMN public.calibration.made_at IS 'When it was made';
