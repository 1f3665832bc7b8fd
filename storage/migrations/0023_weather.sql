-- Weather stations beside those that measure the air, and days beside hours.
--
-- The weather has quantities that no node sends (lokaalmeten/weather.py), and its days are published
-- as days, with values that no mean of the hours gives back.

ALTER TABLE private.official_station
    DROP CONSTRAINT official_station_kind_check,
    ADD CONSTRAINT official_station_kind_check
        CHECK (kind IN ('traffic', 'background', 'industry', 'weather'));

COMMENT ON COLUMN private.official_station.kind IS 'What it stands for: traffic, background or industry (2008/50/EC, annex III), or weather';
COMMENT ON COLUMN public.station.kind IS 'What it stands for: traffic, background, industry or weather';
COMMENT ON COLUMN private.official_hour.value IS 'Mean of the hour (rain and sunshine: sum), in the unit of the quantity; NULL when missing';
COMMENT ON COLUMN private.official_hour.quantity IS 'Key of lokaalmeten/quantities.py or lokaalmeten/weather.py';
COMMENT ON COLUMN public.station_hour.value IS 'Mean of the hour (rain and sunshine: sum), in the unit of the quantity; NULL when missing';
COMMENT ON COLUMN public.station_hour.quantity IS 'public.quantity.quantity, or what only official stations measure (the weather and some gases)';

CREATE TABLE private.official_day (
    day date NOT NULL,
    station_id integer NOT NULL REFERENCES private.official_station ON DELETE CASCADE,
    value real,
    flag smallint NOT NULL CHECK (flag IN (1, 2, 3, 4, 9)),
    quantity text NOT NULL,
    PRIMARY KEY (station_id, quantity, day),
    CHECK ((value IS NULL) = (flag = 9))
);

COMMENT ON TABLE private.official_day IS 'One row is one quantity of one day of one official station, as its network published it';
COMMENT ON COLUMN private.official_day.day IS 'Day from 0 to 24 h UTC';
COMMENT ON COLUMN private.official_day.station_id IS 'private.official_station.id';
COMMENT ON COLUMN private.official_day.value IS 'Mean of the day (rain and sunshine: sum), in the unit of the quantity; NULL when missing';
COMMENT ON COLUMN private.official_day.flag IS 'QARTOD flag: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing';
COMMENT ON COLUMN private.official_day.quantity IS 'Key of lokaalmeten/quantities.py or lokaalmeten/weather.py';

CREATE VIEW public.station_day WITH (security_barrier) AS
SELECT s.code AS station, d.day, d.quantity, d.value, d.flag
FROM private.official_day d JOIN private.official_station s ON s.id = d.station_id;

COMMENT ON VIEW public.station_day IS 'One row is one quantity of one day of one official station, as its network published it';
COMMENT ON COLUMN public.station_day.station IS 'public.station.code';
COMMENT ON COLUMN public.station_day.day IS 'Day from 0 to 24 h UTC';
COMMENT ON COLUMN public.station_day.quantity IS 'public.quantity.quantity, or what only official stations measure (the weather and some gases)';
COMMENT ON COLUMN public.station_day.value IS 'Mean of the day (rain and sunshine: sum), in the unit of the quantity; NULL when missing';
COMMENT ON COLUMN public.station_day.flag IS 'QARTOD flag: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing';
