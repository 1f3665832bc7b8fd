-- Maps of the air of an hour, between sensors too: some 20 bytes a cell, two days of them.

CREATE TABLE private.air_map (
    quantity text NOT NULL,
    hour timestamptz NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    corrected boolean NOT NULL,
    sensors integer NOT NULL,
    error real NOT NULL,
    error_of_mean real NOT NULL,
    inside80 real NOT NULL,
    nugget_share real NOT NULL,
    cells bigint[] NOT NULL,
    low real[] NOT NULL,
    median real[] NOT NULL,
    high real[] NOT NULL,
    measured smallint[] NOT NULL,
    PRIMARY KEY (quantity, hour)
);

COMMENT ON TABLE private.air_map IS 'One row is a map of one quantity in one hour, estimated between sensors; of the last two days';
COMMENT ON COLUMN private.air_map.quantity IS 'Key of lokaalmeten/quantities.py or weather.py';
COMMENT ON COLUMN private.air_map.hour IS 'Start of the hour';
COMMENT ON COLUMN private.air_map.made_at IS 'When it was drawn';
COMMENT ON COLUMN private.air_map.corrected IS 'Drawn from corrected nodes and official stations, or from raw nodes alone';
COMMENT ON COLUMN private.air_map.sensors IS 'Number of sensors that it was drawn from';
COMMENT ON COLUMN private.air_map.error IS 'Mean absolute error of sensors that were each told from the others, over a day, in the unit of the quantity';
COMMENT ON COLUMN private.air_map.error_of_mean IS 'The same when each is told by the mean of the others';
COMMENT ON COLUMN private.air_map.inside80 IS 'Share of those values that their interval of 80 % held, 0 to 1';
COMMENT ON COLUMN private.air_map.nugget_share IS 'Share of differences that no neighbour tells, 0 to 1: near 1 the map is little more than a mean';
COMMENT ON COLUMN private.air_map.cells IS 'H3 cells at resolution 8';
COMMENT ON COLUMN private.air_map.low IS 'Per cell the value that a further sensor there is above with 90 % chance, in the unit of the quantity';
COMMENT ON COLUMN private.air_map.median IS 'Per cell the middle value';
COMMENT ON COLUMN private.air_map.high IS 'Per cell the value that it is below with 90 % chance';
COMMENT ON COLUMN private.air_map.measured IS 'Per cell the number of sensors in it; 0 where it is estimated from others';

CREATE VIEW public.air_map WITH (security_barrier) AS
SELECT
    quantity, hour, made_at, corrected, sensors, error, error_of_mean, inside80, nugget_share,
    cells, low, median, high, measured
FROM private.air_map;

COMMENT ON VIEW public.air_map IS 'One row is a map of one quantity in one hour, estimated between sensors';
COMMENT ON COLUMN public.air_map.quantity IS 'Key of the quantity';
COMMENT ON COLUMN public.air_map.hour IS 'Start of the hour';
COMMENT ON COLUMN public.air_map.made_at IS 'When it was drawn';
COMMENT ON COLUMN public.air_map.corrected IS 'Drawn from corrected nodes and official stations, or from raw nodes alone';
COMMENT ON COLUMN public.air_map.sensors IS 'Number of sensors that it was drawn from';
COMMENT ON COLUMN public.air_map.error IS 'Mean absolute error of sensors that were each told from the others, over a day, in the unit of the quantity';
COMMENT ON COLUMN public.air_map.error_of_mean IS 'The same when each is told by the mean of the others';
COMMENT ON COLUMN public.air_map.inside80 IS 'Share of those values that their interval of 80 % held, 0 to 1';
COMMENT ON COLUMN public.air_map.nugget_share IS 'Share of differences that no neighbour tells, 0 to 1';
COMMENT ON COLUMN public.air_map.cells IS 'H3 cells at resolution 8';
COMMENT ON COLUMN public.air_map.low IS 'Per cell the value that a further sensor there is above with 90 % chance, in the unit of the quantity';
COMMENT ON COLUMN public.air_map.median IS 'Per cell the middle value';
COMMENT ON COLUMN public.air_map.high IS 'Per cell the value that it is below with 90 % chance';
COMMENT ON COLUMN public.air_map.measured IS 'Per cell the number of sensors in it; 0 where it is estimated from others';
