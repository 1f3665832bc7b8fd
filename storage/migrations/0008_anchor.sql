-- Anchors: the time of a boot told afterwards, for pages taken before the node knew it.
--
-- Written in the transaction of the page that told it. Until a page was moved by it the better
-- anchor wins; from then on it stays: a page that comes twice must fall on the same seconds.

CREATE TABLE private.anchor (
    node_id integer NOT NULL,
    boot bigint NOT NULL,
    time timestamptz NOT NULL,
    shift bigint NOT NULL,
    unsure boolean NOT NULL,
    used boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node_id, boot)
);

COMMENT ON TABLE private.anchor IS 'One row is one start of a node that told its time afterwards';
COMMENT ON COLUMN private.anchor.node_id IS 'private.node.id; not a foreign key, so that a node that is removed cannot hold up a batch';
COMMENT ON COLUMN private.anchor.boot IS 'Boot id that the node drew when it started';
COMMENT ON COLUMN private.anchor.time IS 'When the node compared its clock before with the true one';
COMMENT ON COLUMN private.anchor.shift IS 'To be added to the times of pages stamped by the clock before, seconds';
COMMENT ON COLUMN private.anchor.unsure IS 'True when the time is that of the board''s own clock, not of GNSS or NTP';
COMMENT ON COLUMN private.anchor.used IS 'True from when pages are moved by it: it does not change any more';
COMMENT ON COLUMN private.anchor.updated_at IS 'When this row was last written';

CREATE FUNCTION private.page_boot(payload bytea) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN length(payload) >= 8 THEN
        get_byte(payload, 4)::bigint | (get_byte(payload, 5)::bigint << 8)
        | (get_byte(payload, 6)::bigint << 16) | (get_byte(payload, 7)::bigint << 24)
    END;

COMMENT ON FUNCTION private.page_boot IS 'Boot id in the header of a page (lokaalmeten/wire.py), NULL of what is too short to hold one';

COMMENT ON COLUMN private.rejected.reason IS 'Why it was refused, the last time that it came or was tried again';

-- Pages that wait for an anchor, among however many were refused for something else.
CREATE INDEX rejected_held ON private.rejected (node, private.page_boot(payload))
    WHERE reason = 'no time' AND topic = 'lm/1/' || node || '/page';
