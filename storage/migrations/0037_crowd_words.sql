-- What words of crowd safety mean. A counter can also be wrong: it counted fewer than nobody, or
-- its clock was set back.

COMMENT ON COLUMN private.crowd_state.judged IS
    '0 well, 1 silent, 2 stuck, 3 wrong (counted what cannot be), of each counter';
COMMENT ON COLUMN public.crowd_situation.judged IS
    '0 well, 1 silent, 2 stuck, 3 wrong (counted what cannot be), of each counter';

-- The hours ahead whose weather is known are forecast with it.

COMMENT ON COLUMN private.crowd_ahead.basis IS 'By hour: core, core with weather, or like days';
COMMENT ON COLUMN public.crowd_ahead.basis IS 'By hour: core, core with weather, or like days';
