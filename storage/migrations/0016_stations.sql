-- Stations of the official networks, to compare with: what they measured per hour.
--
-- Their places are public knowledge and said as such. An hour that is published again replaces the
-- one before: official values are corrected for months.

CREATE TABLE private.official_station (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code <> ''),
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('traffic', 'background', 'industry')),
    operator text NOT NULL DEFAULT '',
    lat integer NOT NULL CHECK (lat BETWEEN -900000000 AND 900000000),
    lon integer NOT NULL CHECK (lon BETWEEN -1800000000 AND 1800000000),
    cell bigint NOT NULL,
    url text NOT NULL DEFAULT ''
);

COMMENT ON TABLE private.official_station IS 'One row is one station of an official network';
COMMENT ON COLUMN private.official_station.id IS 'Number of the station inside this database';
COMMENT ON COLUMN private.official_station.code IS 'Code that its network gives it, such as NL10636';
COMMENT ON COLUMN private.official_station.name IS 'Name for people';
COMMENT ON COLUMN private.official_station.kind IS 'What it stands for: traffic, background or industry (2008/50/EC, annex III)';
COMMENT ON COLUMN private.official_station.operator IS 'Who runs it';
COMMENT ON COLUMN private.official_station.lat IS 'Latitude, 1e-7 degree, WGS84';
COMMENT ON COLUMN private.official_station.lon IS 'Longitude, 1e-7 degree, WGS84';
COMMENT ON COLUMN private.official_station.cell IS 'H3 cell at resolution 11';
COMMENT ON COLUMN private.official_station.url IS 'Where more is to be read, empty when nowhere';

CREATE TABLE private.official_hour (
    time timestamptz NOT NULL,
    station_id integer NOT NULL REFERENCES private.official_station ON DELETE CASCADE,
    value real,
    flag smallint NOT NULL CHECK (flag IN (1, 2, 3, 4, 9)),
    quantity text NOT NULL,
    PRIMARY KEY (station_id, quantity, time),
    CHECK ((value IS NULL) = (flag = 9)),
    CHECK (time = date_bin('1 hour', time, '2000-01-01 00:00:00+00'))
);

CREATE INDEX official_hour_time ON private.official_hour USING brin (time) WITH (autosummarize = on);

COMMENT ON TABLE private.official_hour IS 'One row is one quantity of one hour of one official station';
COMMENT ON COLUMN private.official_hour.time IS 'Start of the hour';
COMMENT ON COLUMN private.official_hour.station_id IS 'private.official_station.id';
COMMENT ON COLUMN private.official_hour.value IS 'Mean of the hour, in the unit of the quantity; NULL when missing';
COMMENT ON COLUMN private.official_hour.flag IS 'QARTOD flag: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing';
COMMENT ON COLUMN private.official_hour.quantity IS 'Key of lokaalmeten/quantities.py';

CREATE VIEW public.station WITH (security_barrier) AS
SELECT code, name, kind, operator, lat / 1e7::float8 AS latitude, lon / 1e7::float8 AS longitude, cell, url
FROM private.official_station;

COMMENT ON VIEW public.station IS 'One row is one station of an official network';
COMMENT ON COLUMN public.station.code IS 'Code that its network gives it';
COMMENT ON COLUMN public.station.name IS 'Name for people';
COMMENT ON COLUMN public.station.kind IS 'What it stands for: traffic, background or industry';
COMMENT ON COLUMN public.station.operator IS 'Who runs it';
COMMENT ON COLUMN public.station.latitude IS 'Latitude, degrees, WGS84';
COMMENT ON COLUMN public.station.longitude IS 'Longitude, degrees, WGS84';
COMMENT ON COLUMN public.station.cell IS 'H3 cell at resolution 11';
COMMENT ON COLUMN public.station.url IS 'Where more is to be read, empty when nowhere';

CREATE VIEW public.station_hour WITH (security_barrier) AS
SELECT s.code AS station, h.time AS hour, h.quantity, h.value, h.flag
FROM private.official_hour h JOIN private.official_station s ON s.id = h.station_id;

COMMENT ON VIEW public.station_hour IS 'One row is one quantity of one hour of one official station';
COMMENT ON COLUMN public.station_hour.station IS 'public.station.code';
COMMENT ON COLUMN public.station_hour.hour IS 'Start of the hour';
COMMENT ON COLUMN public.station_hour.quantity IS 'public.quantity.quantity';
COMMENT ON COLUMN public.station_hour.value IS 'Mean of the hour, in the unit of the quantity; NULL when missing';
COMMENT ON COLUMN public.station_hour.flag IS 'QARTOD flag: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing';
