-- Findings: what a review of hours says of samples that are stored already, and what they were before.
--
-- A review raises flags where they are (`review.py`), so that whoever reads needs to know of one
-- place only. What a flag was is kept beside it, and what raised it in a table of its own: a review
-- that finds something else later starts from what came in, and never from what another one made.

ALTER TABLE private.observation ADD COLUMN flags_given bigint;

COMMENT ON COLUMN private.observation.flags_given IS 'Flags as they came in, of rows of which a review raised some; NULL = no review did';

CREATE TABLE private.finding (
    node_id integer NOT NULL,
    quantity text NOT NULL,
    first timestamptz NOT NULL,
    after timestamptz NOT NULL,
    flag smallint NOT NULL CHECK (flag IN (3, 4)),
    checks integer NOT NULL CHECK (checks > 0),
    version integer NOT NULL,
    PRIMARY KEY (node_id, quantity, first),
    CHECK (first < after)
);

CREATE INDEX finding_first ON private.finding USING brin (first);

COMMENT ON TABLE private.finding IS 'One row is hours that follow each other of one quantity of one fixed node, that a review found suspect or wrong; no longer than a week';
COMMENT ON COLUMN private.finding.node_id IS 'private.node.id; not a foreign key, so that a node that is removed cannot hold up a review';
COMMENT ON COLUMN private.finding.quantity IS 'Key of lokaalmeten/quantities.py';
COMMENT ON COLUMN private.finding.first IS 'Start of the first hour';
COMMENT ON COLUMN private.finding.after IS 'End of the last hour';
COMMENT ON COLUMN private.finding.flag IS 'Flag that its values have at least: 3 suspect, 4 fail';
COMMENT ON COLUMN private.finding.checks IS 'Which checks made it, one bit each: 1 flat, 2 zero, 4 spike, 8 range, 16 neighbours, 32 persistent';
COMMENT ON COLUMN private.finding.version IS 'Version of checks and thresholds, lokaalmeten/findings.py';

-- Three bits a quantity: where a flag is there (not 0) and found says 3 or 4, the higher of the two.
CREATE FUNCTION private.raise_flags(flags bigint, found bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        -- operators on bits have no precedence among them
        SELECT (flags & (~((fail | suspect) * 7))) | (fail * 4) | (suspect * 3)
        FROM (
            SELECT
                there & (found >> 2) AS fail,
                there & found & (found >> 1) & (~(flags >> 2)) AS suspect
            FROM (SELECT (flags | (flags >> 1) | (flags >> 2)) & 1317624576693539401 AS there) AS given
        ) AS higher;
    END;

COMMENT ON FUNCTION private.raise_flags IS 'Packed flags, those that are there raised to what was found: 3 suspect, 4 fail, 0 nothing';
