-- What a forecast says of days: the chance that each limit is passed, the air quality index, how
-- good chances proved to be, and the weather that was known.

ALTER TABLE private.forecast_round
    ADD COLUMN days date[],
    ADD COLUMN norms text[],
    ADD COLUMN bounds real[],
    ADD COLUMN weather text CHECK (weather IN ('used', 'part', 'old', 'short')),
    ADD COLUMN weather_hours smallint;

COMMENT ON COLUMN private.forecast_round.days IS 'Days by the Dutch clock that chances are told of, NULL when none are';
COMMENT ON COLUMN private.forecast_round.norms IS 'Norm of each daily limit that chances are told of';
COMMENT ON COLUMN private.forecast_round.bounds IS 'Value of each of these limits, in the unit of the quantity';
COMMENT ON COLUMN private.forecast_round.weather IS 'Whether weather known ahead was used: used, part (not of all hours), old (of none any more), short (too little past to learn from); NULL when there was none';
COMMENT ON COLUMN private.forecast_round.weather_hours IS 'Number of hours ahead that were told with the weather';

-- Beside the forecast and not in it: to score a day reads the chances of a hundred rounds.
CREATE TABLE private.forecast_chance (
    round_id integer NOT NULL,
    series_id integer NOT NULL,
    chance smallint[] NOT NULL,
    PRIMARY KEY (series_id, round_id),
    FOREIGN KEY (round_id, series_id) REFERENCES private.forecast ON DELETE CASCADE
);

COMMENT ON TABLE private.forecast_chance IS 'One row is one place in one round: the chance that each day is above each limit';
COMMENT ON COLUMN private.forecast_chance.round_id IS 'private.forecast_round.id';
COMMENT ON COLUMN private.forecast_chance.series_id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast_chance.chance IS 'Day after day of private.forecast_round.days the chance of each limit, ten-thousandths';

-- The series of the index has lki as its quantity.
CREATE TABLE private.forecast_index (
    cutoff timestamptz NOT NULL,
    issue_time timestamptz NOT NULL,
    series_id integer NOT NULL REFERENCES private.forecast_series ON DELETE CASCADE,
    first_day date NOT NULL,
    substances smallint NOT NULL,
    hours smallint[] NOT NULL,
    days smallint[] NOT NULL,
    classes smallint[] NOT NULL,
    PRIMARY KEY (series_id, cutoff)
);

CREATE INDEX forecast_index_cutoff ON private.forecast_index (cutoff);

COMMENT ON TABLE private.forecast_index IS 'One row is the Dutch air quality index (LKI) that is expected at one place from one cutoff on';
COMMENT ON COLUMN private.forecast_index.cutoff IS 'Start of the first hour that is forecast';
COMMENT ON COLUMN private.forecast_index.issue_time IS 'When the forecast was made';
COMMENT ON COLUMN private.forecast_index.series_id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast_index.first_day IS 'First day, by the Dutch clock';
COMMENT ON COLUMN private.forecast_index.substances IS 'What it is made of, as bits: 1 pm25, 2 pm10, 4 no2, 8 o3';
COMMENT ON COLUMN private.forecast_index.hours IS 'Hour after hour from the cutoff on the numbers at 0.1, 0.5 and 0.9, 1 to 11';
COMMENT ON COLUMN private.forecast_index.days IS 'Day after day the same of the highest hour that is ahead';
COMMENT ON COLUMN private.forecast_index.classes IS 'Day after day the chance that this is of each class, good to very poor, ten-thousandths';

CREATE TABLE private.forecast_brier (
    day date NOT NULL,
    series_id integer NOT NULL REFERENCES private.forecast_series ON DELETE CASCADE,
    norm text NOT NULL,
    bound real NOT NULL,
    value real NOT NULL,
    above boolean NOT NULL,
    forecasts integer[] NOT NULL,
    missed bigint[] NOT NULL,
    usual bigint[] NOT NULL,
    PRIMARY KEY (series_id, day, norm)
);

CREATE INDEX forecast_brier_day ON private.forecast_brier (day);

COMMENT ON TABLE private.forecast_brier IS 'One row is one measured day of one place beside the chances of one limit that were told of it; kept for good';
COMMENT ON COLUMN private.forecast_brier.day IS 'Day by the Dutch clock';
COMMENT ON COLUMN private.forecast_brier.series_id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast_brier.norm IS 'Norm of the limit';
COMMENT ON COLUMN private.forecast_brier.bound IS 'Value of the limit, in the unit of the quantity';
COMMENT ON COLUMN private.forecast_brier.value IS 'What was measured of the day, by which it was scored';
COMMENT ON COLUMN private.forecast_brier.above IS 'Whether that is above the limit';
COMMENT ON COLUMN private.forecast_brier.forecasts IS 'Number of chances told on the day itself, the day before, two and three days before';
COMMENT ON COLUMN private.forecast_brier.missed IS 'Sum of their squared errors (Brier), millionths, likewise';
COMMENT ON COLUMN private.forecast_brier.usual IS 'The same of always telling the share of the days of the year before that were above, likewise';

-- Weather as it was known: what came later never changes what was there.
CREATE TABLE private.forecast_weather (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    known_at timestamptz NOT NULL,
    start timestamptz NOT NULL,
    hours integer NOT NULL,
    source text NOT NULL,
    names text[] NOT NULL,
    value real[] NOT NULL,
    CHECK (cardinality(value) = hours * cardinality(names))
);

CREATE INDEX forecast_weather_known ON private.forecast_weather (known_at);

COMMENT ON TABLE private.forecast_weather IS 'One row is hours of weather of one file, measured or forecast, as they were known at one moment';
COMMENT ON COLUMN private.forecast_weather.id IS 'Number of the file';
COMMENT ON COLUMN private.forecast_weather.known_at IS 'When it was added: a forecast made before did not know it';
COMMENT ON COLUMN private.forecast_weather.start IS 'Start of its first hour';
COMMENT ON COLUMN private.forecast_weather.hours IS 'Number of its hours';
COMMENT ON COLUMN private.forecast_weather.source IS 'Name of the file';
COMMENT ON COLUMN private.forecast_weather.names IS 'Columns: keys of lokaalmeten/weather.py and quantities.py, and boundary_layer in m';
COMMENT ON COLUMN private.forecast_weather.value IS 'Hour after hour the value of each column, NaN where unknown';

-- What the public reads.

CREATE OR REPLACE VIEW public.forecast_round WITH (security_barrier) AS
SELECT
    id AS round, quantity, cutoff, issue_time, newest, model, levels, days, norms, bounds, weather, weather_hours
FROM private.forecast_round;

CREATE VIEW public.forecast_chance WITH (security_barrier) AS
SELECT
    c.round_id AS round, s.kind, s.place, s.quantity, s.corrected, r.issue_time, r.cutoff,
    d.day, n.norm, r.bounds[n.number] AS bound,
    c.chance[(d.number - 1) * cardinality(r.norms) + n.number] / 10000::float8 AS chance
FROM private.forecast_chance c
    JOIN private.forecast_round r ON r.id = c.round_id
    JOIN private.forecast_place s ON s.id = c.series_id
    CROSS JOIN LATERAL unnest(r.days) WITH ORDINALITY AS d (day, number)
    CROSS JOIN LATERAL unnest(r.norms) WITH ORDINALITY AS n (norm, number);

COMMENT ON VIEW public.forecast_chance IS 'One row is the chance that one day of one place is above one limit, as one round told it';
COMMENT ON COLUMN public.forecast_chance.day IS 'Day by the Dutch clock';
COMMENT ON COLUMN public.forecast_chance.norm IS 'Norm of the limit';
COMMENT ON COLUMN public.forecast_chance.bound IS 'Value of the limit, in the unit of the quantity';
COMMENT ON COLUMN public.forecast_chance.chance IS 'That the mean of the day (of ozone its highest 8 hours) is above it, 0 to 1';

CREATE VIEW public.forecast_index WITH (security_barrier) AS
SELECT
    s.kind, s.place, i.issue_time, i.cutoff, i.first_day, i.substances, i.hours, i.days, i.classes
FROM private.forecast_index i JOIN private.forecast_place s ON s.id = i.series_id;

COMMENT ON VIEW public.forecast_index IS 'One row is the Dutch air quality index (LKI) that is expected at one place from one cutoff on';

CREATE VIEW public.forecast_brier WITH (security_barrier) AS
SELECT
    s.kind, s.place, s.quantity, s.corrected, b.day, b.norm, b.bound, b.value, b.above,
    part - 1 AS days_ahead,
    b.forecasts[part] AS forecasts,
    b.missed[part] / 1000000::float8 AS missed,
    b.usual[part] / 1000000::float8 AS usual
FROM private.forecast_brier b
    JOIN private.forecast_place s ON s.id = b.series_id
    CROSS JOIN generate_series(1, 4) AS part
WHERE b.forecasts[part] > 0;

COMMENT ON VIEW public.forecast_brier IS 'One row is how good the chances of one limit were, of one day of one place, told so many days before; divide sums by forecasts';
COMMENT ON COLUMN public.forecast_brier.days_ahead IS 'Days before that day on which they were told, 0 to 3';
COMMENT ON COLUMN public.forecast_brier.forecasts IS 'Number of chances that were told';
COMMENT ON COLUMN public.forecast_brier.missed IS 'Sum of their squared errors (Brier)';
COMMENT ON COLUMN public.forecast_brier.usual IS 'The same of always telling the share of days of the year before that were above';

-- What is said of a column once holds wherever it is shown.
DO $$
DECLARE
    shown record;
BEGIN
    FOR shown IN
        SELECT DISTINCT ON (c.relname, a.attname)
            c.relname, a.attname, col_description(s.oid, b.attnum) AS said
        FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            JOIN pg_class s ON s.relnamespace = 'private'::regnamespace
                AND s.relname IN ('forecast_place', 'forecast_round', 'forecast_index', 'forecast_brier')
            JOIN pg_attribute b ON b.attrelid = s.oid AND b.attname = a.attname
        WHERE c.relnamespace = 'public'::regnamespace
            AND c.relname IN ('forecast_round', 'forecast_chance', 'forecast_index', 'forecast_brier')
            AND col_description(c.oid, a.attnum) IS NULL
            AND col_description(s.oid, b.attnum) IS NOT NULL
        ORDER BY c.relname, a.attname, s.relname <> c.relname, s.relname = 'forecast_place' DESC
    LOOP
        EXECUTE format('COMMENT ON COLUMN public.%I.%I IS %L', shown.relname, shown.attname, shown.said);
    END LOOP;
    COMMENT ON COLUMN public.forecast_chance.round IS 'public.forecast_round.round';
END
$$;
