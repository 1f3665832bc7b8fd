import asyncio

import pytest

from firmware.led import LEDS, Led


class Light:
    """A LED and a clock that jumps; ``seen`` are (milliseconds, on) of each change."""

    def __init__(self, **states):
        self.now, self.seen, self.changes = 0, [], {}
        self.holding = dict.fromkeys(LEDS, False) | states
        self.led = Led(
            lambda on: self.seen.append((self.now, on)),
            {name: lambda name=name: self.holding[name] for name in LEDS},
        )

    async def sleep_ms(self, length):
        self.now += length
        for at in [at for at in self.changes if at <= self.now]:
            self.holding |= self.changes.pop(at)

    def show(self):
        asyncio.run(self.led.show(self.led.state(), self.sleep_ms))
        return self.seen


@pytest.mark.parametrize("state", LEDS)
def test_a_pattern_is_shown_as_the_table_has_it(state):
    light = Light(**{state: True})
    seen = light.show()
    lengths = LEDS[state]
    assert seen == [(sum(lengths[:n]), n % 2 == 0) for n in range(len(lengths))]
    assert light.now == sum(lengths)


def test_patterns_can_be_told_apart_and_end_dark():
    patterns = list(LEDS.values())
    assert len(set(patterns)) == len(patterns)
    assert all(len(pattern) % 2 == 0 for pattern in patterns)
    assert all(sum(pattern) <= 10_000 for pattern in patterns)


def test_a_node_that_is_well_hardly_uses_its_light():
    on, off = LEDS["well"]
    assert on / (on + off) < 0.01


def test_the_most_urgent_state_is_shown():
    light = Light(well=True, offline=True, fault=True)
    assert light.led.state() == "fault"
    light.led.locate(5)
    assert light.led.state() == "locate"


def test_locating_ends_by_itself():
    light = Light()
    light.led.locate(2)
    while light.led.state() == "locate":
        light.show()
    assert 2000 <= light.now <= 2200


def test_a_change_of_state_shows_at_once():
    light = Light()
    light.changes = {1000: {"fault": True}}
    light.show()
    assert light.now <= 1040
    assert light.led.state() == "fault"
    assert light.seen[-1][1] is False
