-- Forecasts: what was said about the future, when, and by which model.

CREATE TABLE private.forecast (
    node_id integer NOT NULL REFERENCES private.node ON DELETE CASCADE,
    quantity text NOT NULL,
    issue_time timestamptz NOT NULL,
    time timestamptz NOT NULL,
    cutoff timestamptz NOT NULL,
    model text NOT NULL,
    levels double precision[] NOT NULL,
    quantiles double precision[] NOT NULL,
    PRIMARY KEY (node_id, quantity, issue_time, time),
    CHECK (cardinality(levels) = cardinality(quantiles))
);

COMMENT ON TABLE private.forecast IS 'One row is one moment of one forecast, as quantiles';
COMMENT ON COLUMN private.forecast.node_id IS 'private.node.id';
COMMENT ON COLUMN private.forecast.quantity IS 'Key of lokaalmeten/quantities.py';
COMMENT ON COLUMN private.forecast.issue_time IS 'When the forecast was made';
COMMENT ON COLUMN private.forecast.time IS 'Moment that it is about: start of the hour';
COMMENT ON COLUMN private.forecast.cutoff IS 'Last moment of the measurements that it used';
COMMENT ON COLUMN private.forecast.model IS 'Name and version of the model';
COMMENT ON COLUMN private.forecast.levels IS 'Probabilities of the quantiles, 0 to 1, rising';
COMMENT ON COLUMN private.forecast.quantiles IS 'Value at each level, in the unit of the quantity';
