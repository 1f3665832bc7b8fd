-- Rounds of forecasts: what was said of all places at one moment, why of some nothing was said, and
-- how good it proved to be.
--
-- A row used to be an hour of a forecast, some 250 bytes of which most said the same again. Now it
-- is a place in a round, with all hours in one array: some 2.8 kB for 72 hours, 40 bytes an hour.

ALTER TABLE private.forecast RENAME TO forecast_before;
ALTER TABLE private.forecast_before RENAME CONSTRAINT forecast_pkey TO forecast_before_pkey;
DROP VIEW public.forecast;

CREATE TABLE private.forecast_series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quantity text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('node', 'station', 'zone', 'cell')),
    node_id integer REFERENCES private.node ON DELETE CASCADE,
    station_id integer REFERENCES private.official_station ON DELETE CASCADE,
    zone_id integer REFERENCES private.zone ON DELETE CASCADE,
    cell bigint,
    CHECK (num_nonnulls(node_id, station_id, zone_id, cell) = 1),
    UNIQUE NULLS NOT DISTINCT (quantity, node_id, station_id, zone_id, cell)
);

CREATE INDEX forecast_series_node ON private.forecast_series (node_id);
CREATE INDEX forecast_series_station ON private.forecast_series (station_id);
CREATE INDEX forecast_series_zone ON private.forecast_series (zone_id);

COMMENT ON TABLE private.forecast_series IS 'One row is one quantity of one place that is forecast';
COMMENT ON COLUMN private.forecast_series.id IS 'Number of the series inside this database';
COMMENT ON COLUMN private.forecast_series.quantity IS 'Key of lokaalmeten/quantities.py or weather.py, or <key>_corrected: what it is corrected to';
COMMENT ON COLUMN private.forecast_series.kind IS 'What the place is: a fixed node, an official station, a zone, or an H3 cell';
COMMENT ON COLUMN private.forecast_series.node_id IS 'private.node.id of a node, else NULL';
COMMENT ON COLUMN private.forecast_series.station_id IS 'private.official_station.id of a station, else NULL';
COMMENT ON COLUMN private.forecast_series.zone_id IS 'private.zone.id of a zone, else NULL';
COMMENT ON COLUMN private.forecast_series.cell IS 'H3 cell at resolution 7 of a cell, else NULL';

CREATE TABLE private.forecast_round (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quantity text NOT NULL,
    cutoff timestamptz NOT NULL,
    issue_time timestamptz NOT NULL,
    newest timestamptz,
    model text NOT NULL,
    levels double precision[] NOT NULL,
    seen uuid,
    UNIQUE (quantity, cutoff)
);

COMMENT ON TABLE private.forecast_round IS 'One row is one round: forecasts of one quantity for all places, from one cutoff';
COMMENT ON COLUMN private.forecast_round.id IS 'Number of the round';
COMMENT ON COLUMN private.forecast_round.quantity IS 'Key of lokaalmeten/quantities.py or weather.py';
COMMENT ON COLUMN private.forecast_round.cutoff IS 'Start of the first hour that is forecast: nothing measured from then on was used';
COMMENT ON COLUMN private.forecast_round.issue_time IS 'When the forecasts were made';
COMMENT ON COLUMN private.forecast_round.newest IS 'Start of the latest measured hour that was used, NULL when not known';
COMMENT ON COLUMN private.forecast_round.model IS 'Name and version of the model';
COMMENT ON COLUMN private.forecast_round.levels IS 'Probabilities of the quantiles, 0 to 1, rising';
COMMENT ON COLUMN private.forecast_round.seen IS 'MD5 of all that was used, NULL when not known: from the same nothing new can come';

CREATE TABLE private.forecast (
    round_id integer NOT NULL REFERENCES private.forecast_round ON DELETE CASCADE,
    series_id integer NOT NULL REFERENCES private.forecast_series ON DELETE CASCADE,
    known real,
    history integer,
    reason text,
    naive real[],
    quantiles real[],
    PRIMARY KEY (round_id, series_id),
    CHECK ((quantiles IS NULL) = (reason IS NOT NULL))
);

-- In its row, not beside it: a score reads an hour of each of 72 rounds.
ALTER TABLE private.forecast ALTER COLUMN quantiles SET STORAGE MAIN;
CREATE INDEX forecast_series_id ON private.forecast (series_id);

COMMENT ON TABLE private.forecast IS 'One row is one place in one round: its forecast, or why there is none';
COMMENT ON COLUMN private.forecast.round_id IS 'private.forecast_round.id';
COMMENT ON COLUMN private.forecast.series_id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast.known IS 'Share of the 72 hours before the cutoff that were known, 0 to 1; NULL when not noted';
COMMENT ON COLUMN private.forecast.history IS 'Number of known hours that it rests on; NULL when not noted';
COMMENT ON COLUMN private.forecast.reason IS 'Why there is no forecast: silent (nothing for 72 hours) or young (too little history); NULL when there is one';
COMMENT ON COLUMN private.forecast.naive IS 'What it is compared with: the last known value at each of the 24 hours that follow, repeated each day, in the unit of the quantity';
COMMENT ON COLUMN private.forecast.quantiles IS 'Hour after hour from the cutoff on, the value at each level, in the unit of the quantity';

-- What there is already, where its hours follow each other.
INSERT INTO private.forecast_series (quantity, kind, node_id)
SELECT DISTINCT quantity, 'node', node_id FROM private.forecast_before;

INSERT INTO private.forecast_round (quantity, cutoff, issue_time, model, levels)
SELECT DISTINCT ON (quantity, first) quantity, first, issue_time, model, levels
FROM (
    SELECT quantity, node_id, issue_time, model, levels, min(time) AS first
    FROM private.forecast_before
    GROUP BY quantity, node_id, issue_time, model, levels
    HAVING count(*) = extract(epoch FROM max(time) - min(time)) / 3600 + 1
) AS whole
ORDER BY quantity, first, issue_time DESC;

INSERT INTO private.forecast (round_id, series_id, quantiles)
SELECT r.id, s.id, array_agg(u.value::real ORDER BY b.time, u.place)
FROM private.forecast_before b
    JOIN private.forecast_round r
        ON r.quantity = b.quantity AND r.issue_time = b.issue_time AND r.model = b.model AND r.levels = b.levels
    JOIN private.forecast_series s ON s.quantity = b.quantity AND s.node_id = b.node_id
    CROSS JOIN LATERAL unnest(b.quantiles) WITH ORDINALITY AS u (value, place)
GROUP BY r.id, s.id, r.cutoff
HAVING min(b.time) = r.cutoff
    AND count(DISTINCT b.time) = extract(epoch FROM max(b.time) - min(b.time)) / 3600 + 1;

DROP TABLE private.forecast_before;

-- What was learned, so that a round need not learn it again. In the database and not in a folder:
-- any machine may make the next round, and a backup has all that made the forecasts in it.
CREATE TABLE private.forecast_fit (
    quantity text NOT NULL,
    share text NOT NULL,
    fitted_at timestamptz NOT NULL,
    drifted_at timestamptz,
    model text NOT NULL,
    why text NOT NULL,
    series integer[] NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (quantity, share)
);

COMMENT ON TABLE private.forecast_fit IS 'One row is what was learned of one quantity, of all places of a kind together';
COMMENT ON COLUMN private.forecast_fit.quantity IS 'Key of lokaalmeten/quantities.py or weather.py';
COMMENT ON COLUMN private.forecast_fit.share IS 'Places that learn together: node, station, or place (zones and cells)';
COMMENT ON COLUMN private.forecast_fit.fitted_at IS 'When it was learned';
COMMENT ON COLUMN private.forecast_fit.drifted_at IS 'When its intervals were found to hold too few or too many hours, NULL = not so';
COMMENT ON COLUMN private.forecast_fit.model IS 'Name and version of the model';
COMMENT ON COLUMN private.forecast_fit.why IS 'Why it was learned then: first, old, others, drift or version';
COMMENT ON COLUMN private.forecast_fit.series IS 'private.forecast_series.id, in the order of the state';
COMMENT ON COLUMN private.forecast_fit.state IS 'What was learned: npz with JSON within, predict/store.py';

-- What was learned of a place goes with it.
CREATE FUNCTION private.forget_fit() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM private.forecast_fit WHERE OLD.id = ANY (series);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION private.forget_fit IS 'Deletes what was learned of a place that is gone, with others: the next round learns anew';

CREATE TRIGGER fit_is_forgotten AFTER DELETE ON private.forecast_series
    FOR EACH ROW EXECUTE FUNCTION private.forget_fit();

-- Scores. An hour of a place is scored once for all forecasts that were made of it, and anew when
-- what was measured changes; a day is added up from its hours. Losses are whole thousandths of the
-- unit, so that sums are exact.
CREATE TABLE private.forecast_score (
    hour timestamptz NOT NULL,
    series_id integer NOT NULL REFERENCES private.forecast_series ON DELETE CASCADE,
    value real NOT NULL,
    forecasts integer[] NOT NULL,
    inside50 integer[] NOT NULL,
    inside80 integer[] NOT NULL,
    inside95 integer[] NOT NULL,
    loss integer[] NOT NULL,
    missed integer[] NOT NULL,
    naive integer[] NOT NULL,
    PRIMARY KEY (series_id, hour)
);

CREATE INDEX forecast_score_hour ON private.forecast_score (hour);

CREATE TABLE private.forecast_day (
    day date NOT NULL,
    series_id integer NOT NULL REFERENCES private.forecast_series ON DELETE CASCADE,
    hours integer NOT NULL,
    total double precision NOT NULL,
    forecasts integer[] NOT NULL,
    inside50 integer[] NOT NULL,
    inside80 integer[] NOT NULL,
    inside95 integer[] NOT NULL,
    size bigint[] NOT NULL,
    loss bigint[] NOT NULL,
    missed bigint[] NOT NULL,
    naive bigint[] NOT NULL,
    PRIMARY KEY (series_id, day)
);

CREATE INDEX forecast_day_day ON private.forecast_day (day);

COMMENT ON TABLE private.forecast_score IS 'One row is one measured hour of one place, beside all forecasts of it; kept as long as it may change';
COMMENT ON COLUMN private.forecast_score.hour IS 'Start of the hour';
COMMENT ON COLUMN private.forecast_score.series_id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast_score.value IS 'Mean of the hour by which they were scored, in the unit of the quantity';
COMMENT ON TABLE private.forecast_day IS 'One row is one day of one place: its scored hours added up; kept for good';
COMMENT ON COLUMN private.forecast_day.day IS 'Day from 0 to 24 h UTC of the hours that were forecast';
COMMENT ON COLUMN private.forecast_day.series_id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast_day.hours IS 'Number of hours that were scored';
COMMENT ON COLUMN private.forecast_day.total IS 'Sum of their means, in the unit of the quantity';
COMMENT ON COLUMN private.forecast_day.size IS 'Sum of what was measured, once for each forecast of it, thousandths of the unit';

DO $$
DECLARE
    name text;
    said text;
BEGIN
    FOR name, said IN VALUES
        ('forecasts', 'Number of forecasts, 1 to 6 hours ahead, 7 to 12, and so on up to 72'),
        ('inside50', 'Number of those with the hour in their interval of 50 %, likewise'),
        ('inside80', 'Number of those with the hour in their interval of 80 %, likewise'),
        ('inside95', 'Number of those with the hour in their interval of 95 %, likewise'),
        ('loss', 'Sum of twice the mean pinball loss over the levels, thousandths of the unit, likewise'),
        ('missed', 'Sum of how far the median was off, thousandths of the unit, likewise'),
        ('naive', 'Sum of how far private.forecast.naive was off, thousandths of the unit, likewise')
    LOOP
        EXECUTE format('COMMENT ON COLUMN private.forecast_score.%I IS %L', name, said);
        EXECUTE format('COMMENT ON COLUMN private.forecast_day.%I IS %L', name, said);
    END LOOP;
END
$$;

-- What the public reads.

CREATE VIEW private.forecast_place AS
SELECT
    s.id,
    s.kind,
    coalesce(n.name, o.code, z.name, to_hex(s.cell)) AS place,
    replace(s.quantity, '_corrected', '') AS quantity,
    s.quantity LIKE '%\_corrected' AS corrected
FROM private.forecast_series s
    LEFT JOIN private.node n ON n.id = s.node_id
    LEFT JOIN private.official_station o ON o.id = s.station_id
    LEFT JOIN private.zone z ON z.id = s.zone_id
WHERE n.moving IS NOT TRUE;

COMMENT ON VIEW private.forecast_place IS 'One row is a private.forecast_series by the name that the public knows';
COMMENT ON COLUMN private.forecast_place.id IS 'private.forecast_series.id';
COMMENT ON COLUMN private.forecast_place.kind IS 'node, station, zone or cell';
COMMENT ON COLUMN private.forecast_place.place IS 'Name of the node, code of the station, name of the zone, H3 cell as hexadecimal text';
COMMENT ON COLUMN private.forecast_place.quantity IS 'Key of the quantity';
COMMENT ON COLUMN private.forecast_place.corrected IS 'True when it is what calibration corrects the values to';

CREATE VIEW public.forecast_round WITH (security_barrier) AS
SELECT id AS round, quantity, cutoff, issue_time, newest, model, levels FROM private.forecast_round;

COMMENT ON VIEW public.forecast_round IS 'One row is one round: forecasts of one quantity for all places, from one cutoff';
COMMENT ON COLUMN public.forecast_round.round IS 'Number of the round';

CREATE VIEW public.forecast_issue WITH (security_barrier) AS
SELECT f.round_id AS round, s.kind, s.place, s.quantity, s.corrected, f.known, f.history, f.reason, f.quantiles
FROM private.forecast f JOIN private.forecast_place s ON s.id = f.series_id;

COMMENT ON VIEW public.forecast_issue IS 'One row is one place in one round: its forecast, or why there is none';
COMMENT ON COLUMN public.forecast_issue.round IS 'public.forecast_round.round';

CREATE VIEW public.forecast WITH (security_barrier) AS
SELECT
    f.kind, f.place, f.quantity, f.corrected, r.issue_time, r.cutoff,
    r.cutoff + (hour - 1) * INTERVAL '1 hour' AS time,
    r.model, r.levels,
    f.quantiles[(hour - 1) * cardinality(r.levels) + 1 : hour * cardinality(r.levels)] AS quantiles,
    f.known, f.history
FROM public.forecast_issue f
    JOIN public.forecast_round r ON r.round = f.round
    CROSS JOIN LATERAL generate_series(1, cardinality(f.quantiles) / cardinality(r.levels)) AS hour;

COMMENT ON VIEW public.forecast IS 'One row is one hour of one forecast for one place';
COMMENT ON COLUMN public.forecast.time IS 'Start of the hour that it is about';
COMMENT ON COLUMN public.forecast.quantiles IS 'Value at each level, in the unit of the quantity';

CREATE VIEW public.forecast_score WITH (security_barrier) AS
SELECT
    s.kind, s.place, s.quantity, s.corrected, d.day,
    6 * part - 5 AS ahead_from, 6 * part AS ahead_to,
    d.forecasts[part] AS forecasts,
    d.inside50[part] AS inside50, d.inside80[part] AS inside80, d.inside95[part] AS inside95,
    d.size[part] / 1000::float8 AS size,
    d.loss[part] / 1000::float8 AS loss,
    d.missed[part] / 1000::float8 AS missed,
    d.naive[part] / 1000::float8 AS naive
FROM private.forecast_day d
    JOIN private.forecast_place s ON s.id = d.series_id
    CROSS JOIN generate_series(1, 12) AS part
WHERE d.forecasts[part] > 0;

COMMENT ON VIEW public.forecast_score IS 'One row is how good forecasts of one day of one place were, so many hours ahead; divide sums by forecasts, loss also by size';
COMMENT ON COLUMN public.forecast_score.day IS 'Day from 0 to 24 h UTC of the hours that were forecast';
COMMENT ON COLUMN public.forecast_score.ahead_from IS 'Least number of hours ahead; 1 is the hour that begins at the cutoff';
COMMENT ON COLUMN public.forecast_score.ahead_to IS 'Largest number of hours ahead';
COMMENT ON COLUMN public.forecast_score.forecasts IS 'Number of forecasts that were scored';
COMMENT ON COLUMN public.forecast_score.inside50 IS 'Number of those with the hour in their interval of 50 %';
COMMENT ON COLUMN public.forecast_score.inside80 IS 'Number of those with the hour in their interval of 80 %';
COMMENT ON COLUMN public.forecast_score.inside95 IS 'Number of those with the hour in their interval of 95 %';
COMMENT ON COLUMN public.forecast_score.size IS 'Sum of what was measured, once for each forecast of it, in the unit';
COMMENT ON COLUMN public.forecast_score.loss IS 'Sum of twice the mean pinball loss over the levels, in the unit; over size it is the weighted quantile loss';
COMMENT ON COLUMN public.forecast_score.missed IS 'Sum of how far the median was off, in the unit';
COMMENT ON COLUMN public.forecast_score.naive IS 'Sum of how far the last known value of the same hour was off, in the unit';

-- The same as arrays: to add up a city over weeks takes a tenth of the time.
CREATE VIEW public.forecast_day WITH (security_barrier) AS
SELECT
    s.kind, s.place, s.quantity, s.corrected, d.day, d.hours,
    d.forecasts, d.inside50, d.inside80, d.inside95, d.size, d.loss, d.missed, d.naive
FROM private.forecast_day d JOIN private.forecast_place s ON s.id = d.series_id;

COMMENT ON VIEW public.forecast_day IS 'One row is how good forecasts of one day of one place were, by hours ahead; forecast_score has it in units';

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
                AND s.relname IN ('forecast_place', 'forecast_round', 'forecast', 'forecast_day')
            JOIN pg_attribute b ON b.attrelid = s.oid AND b.attname = a.attname
        WHERE c.relnamespace = 'public'::regnamespace
            AND c.relname IN ('forecast_round', 'forecast_issue', 'forecast', 'forecast_score', 'forecast_day')
            AND col_description(c.oid, a.attnum) IS NULL
            AND col_description(s.oid, b.attnum) IS NOT NULL
        ORDER BY c.relname, a.attname, s.relname <> c.relname, s.relname = 'forecast_place' DESC
    LOOP
        EXECUTE format('COMMENT ON COLUMN public.%I.%I IS %L', shown.relname, shown.attname, shown.said);
    END LOOP;
END
$$;
