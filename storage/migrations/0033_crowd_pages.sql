-- What the pages of an open place show beside how full it is: what was expected, alerts, measures.

CREATE VIEW public.crowd_situation WITH (security_barrier) AS
SELECT
    p.name AS place, s.time, s.gauges, s.people, s.value, s.signal, s.counters, s.judged,
    s.ahead_s, s.levels, s.quantiles, s.chance, s.alerts
FROM private.crowd_state s JOIN private.crowd_place p ON p.id = s.place_id
WHERE p.open;

COMMENT ON VIEW public.crowd_situation IS 'One row is how full an open place was at one moment, and what was expected then';
COMMENT ON COLUMN public.crowd_situation.place IS 'Name of the place';
COMMENT ON COLUMN public.crowd_situation.time IS 'End of the newest interval that was counted';
COMMENT ON COLUMN public.crowd_situation.gauges IS 'What has limits: zone/ID of each zone, then passage/ID of each passage';
COMMENT ON COLUMN public.crowd_situation.people IS 'People in each gauge, NaN where not known and for passages';
COMMENT ON COLUMN public.crowd_situation.value IS 'People per square metre of each zone, per metre and minute of each passage; NaN = not known';
COMMENT ON COLUMN public.crowd_situation.signal IS '0 green, 1 yellow, 2 orange, 3 red, -1 not known, of each gauge';
COMMENT ON COLUMN public.crowd_situation.counters IS 'ID of each counter';
COMMENT ON COLUMN public.crowd_situation.judged IS '0 well, 1 silent, 2 stuck, of each counter';
COMMENT ON COLUMN public.crowd_situation.ahead_s IS 'How far ahead each expectation is, s';
COMMENT ON COLUMN public.crowd_situation.levels IS 'Probabilities of the quantiles, 0 to 1, rising';
COMMENT ON COLUMN public.crowd_situation.quantiles IS 'By time ahead, gauge and level, in the unit of value; NaN = not known';
COMMENT ON COLUMN public.crowd_situation.chance IS 'By gauge, limit (yellow, orange, red) and time ahead: of passing it until then, 0 to 1';
COMMENT ON COLUMN public.crowd_situation.alerts IS 'Alert of each gauge: level, raised (Unix seconds), whether seen and escalated, and more';

-- Who acknowledged an alert writes for colleagues; a measure is for everybody to know.
CREATE VIEW public.crowd_happened WITH (security_barrier) AS
SELECT
    e.id AS number, p.name AS place, e.time, e.what, e.gauge, e.level,
    CASE WHEN e.what = 'measure' THEN e.note ELSE '' END AS note
FROM private.crowd_event e JOIN private.crowd_place p ON p.id = e.place_id
WHERE p.open;

COMMENT ON VIEW public.crowd_happened IS 'One row is an alert of an open place that was raised, lowered, escalated or seen, or a measure that was taken';
COMMENT ON COLUMN public.crowd_happened.number IS 'Number of the event';
COMMENT ON COLUMN public.crowd_happened.place IS 'Name of the place';
COMMENT ON COLUMN public.crowd_happened.time IS 'When it was';
COMMENT ON COLUMN public.crowd_happened.what IS 'raised, lowered, escalated, seen or measure';
COMMENT ON COLUMN public.crowd_happened.gauge IS 'zone/ID or passage/ID; NULL for a measure of the whole place';
COMMENT ON COLUMN public.crowd_happened.level IS '0 green to 3 red after it; NULL where it says nothing of that';
COMMENT ON COLUMN public.crowd_happened.note IS 'What was done, of a measure; empty of all else';

CREATE VIEW public.crowd_planned WITH (security_barrier) AS
SELECT e.id AS number, p.name AS place, e.name, e.kind, e.starts, e.ends, e.attendance
FROM private.crowd_planned e JOIN private.crowd_place p ON p.id = e.place_id
WHERE p.open;

COMMENT ON VIEW public.crowd_planned IS 'One row is an event that is planned, or was, at an open place';
COMMENT ON COLUMN public.crowd_planned.number IS 'Number of the event';
COMMENT ON COLUMN public.crowd_planned.place IS 'Name of the place';
COMMENT ON COLUMN public.crowd_planned.name IS 'What it is called';
COMMENT ON COLUMN public.crowd_planned.kind IS 'Events of one kind draw people alike';
COMMENT ON COLUMN public.crowd_planned.starts IS 'When it begins';
COMMENT ON COLUMN public.crowd_planned.ends IS 'When it is over';
COMMENT ON COLUMN public.crowd_planned.attendance IS 'People that are expected';

CREATE VIEW public.crowd_ahead WITH (security_barrier) AS
SELECT
    p.name AS place, a.issued, a.starts, a.gauges, a.basis, a.known_days, a.levels, a.quantiles,
    a.people, a.chance
FROM private.crowd_ahead a JOIN private.crowd_place p ON p.id = a.place_id
WHERE p.open;

COMMENT ON VIEW public.crowd_ahead IS 'One row is what was expected of the hours of the days ahead of an open place at one moment';
COMMENT ON COLUMN public.crowd_ahead.place IS 'Name of the place';
COMMENT ON COLUMN public.crowd_ahead.issued IS 'When it was said; nothing counted later was used';
COMMENT ON COLUMN public.crowd_ahead.starts IS 'Beginning of the first hour';
COMMENT ON COLUMN public.crowd_ahead.gauges IS 'zone/ID of each zone, then passage/ID of each passage';
COMMENT ON COLUMN public.crowd_ahead.basis IS 'By hour: core, or like days';
COMMENT ON COLUMN public.crowd_ahead.known_days IS 'Days with counts that it rests on';
COMMENT ON COLUMN public.crowd_ahead.levels IS 'Probabilities of the quantiles, 0 to 1, rising';
COMMENT ON COLUMN public.crowd_ahead.quantiles IS 'By hour, gauge and level: mean of the hour, people in a zone, people a minute in a passage; NaN = not known';
COMMENT ON COLUMN public.crowd_ahead.people IS 'By hour and level: people in all zones together; NaN = not known';
COMMENT ON COLUMN public.crowd_ahead.chance IS 'By gauge, limit (yellow, orange, red) and hour: of the mean of the hour above it, 0 to 1';
