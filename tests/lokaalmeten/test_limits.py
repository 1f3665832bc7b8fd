"""The table of limits: what may be in it, and that it agrees with itself."""

from lokaalmeten.limits import EU, EU_2030, LIMITS, WHO, find_limits
from lokaalmeten.quantities import BY_KEY


def test_every_limit_is_of_a_quantity_in_its_unit():
    for limit in LIMITS:
        assert BY_KEY[limit.quantity].unit == "ug/m3"
        assert BY_KEY[limit.quantity].low < limit.value <= BY_KEY[limit.quantity].high
        assert limit.period in {"hour", "day", "year"}
        assert 0.75 <= limit.capture <= 1
        assert limit.source
        assert limit.allowed >= 0
        assert limit.period != "year" or limit.allowed == 0


def test_there_is_one_limit_of_a_norm_a_quantity_and_a_period():
    keys = [(limit.norm, limit.quantity, limit.period) for limit in LIMITS]
    assert len(keys) == len(set(keys))
    assert {norm for norm, *_ in keys} == {WHO, EU, EU_2030}


def test_a_longer_period_has_a_lower_limit():
    for norm in (WHO, EU, EU_2030):
        for key in {limit.quantity for limit in LIMITS}:
            own = {x.period: x.value for x in find_limits(key) if x.norm == norm}
            values = [own[period] for period in ("hour", "day", "year") if period in own]
            assert values == sorted(set(values), reverse=True)


def test_later_norms_are_stricter_and_the_advice_on_health_is_strictest():
    def values(norm):
        return {(x.quantity, x.period): (x.value, x.allowed) for x in LIMITS if x.norm == norm}

    who, now, later = values(WHO), values(EU), values(EU_2030)
    for strict, loose in ((later, now), (who, later)):
        for key in strict.keys() & loose.keys():
            assert strict[key][0] <= loose[key][0]
            assert strict[key][1] <= loose[key][1]


def test_a_quantity_without_limits_has_none():
    assert find_limits("co2") == find_limits("nothing") == ()
