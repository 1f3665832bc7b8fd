-- Delivery: which pages of a node are committed, so that the node knows what it may forget.
--
-- Written in the transaction of the rows: a page is never claimed that could still be lost.

CREATE TABLE private.delivery (
    node_id integer NOT NULL,
    boot bigint NOT NULL,
    high bigint NOT NULL CHECK (high >= 0),
    gaps int8multirange NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node_id, boot)
) WITH (fillfactor = 50); -- every batch changes the row of every node: room to do so in place

COMMENT ON TABLE private.delivery IS 'One row is one start of a node: which of its pages are committed';
COMMENT ON COLUMN private.delivery.node_id IS 'private.node.id; not a foreign key, so that a node that is removed cannot hold up a batch';
COMMENT ON COLUMN private.delivery.boot IS 'Boot id that the node drew when it started';
COMMENT ON COLUMN private.delivery.high IS 'Highest sequence committed';
COMMENT ON COLUMN private.delivery.gaps IS 'Sequences from 0 to high that are not committed, or no longer known to be';
COMMENT ON COLUMN private.delivery.updated_at IS 'When this row was last written';
