"""Joining one of several networks, in virtual time."""

import asyncio
import random

import pytest

from firmware.link.backoff import Backoff
from firmware.link.wifi import Wifi
from firmware.simulated import network


class Time:
    now = 0

    def ticks_ms(self):
        return self.now

    def ticks_add(self, ticks, delta):
        return ticks + delta

    def ticks_diff(self, end, start):
        return end - start


class OverError(Exception):
    pass


@pytest.fixture
def live(monkeypatch):
    """`live(points, networks, seconds, events)` -> [(second, what was said)], the station."""

    def run(points, networks, seconds, events=()):
        time, air, said, events_left = Time(), network.Air(), [], list(events)
        monkeypatch.setattr(network, "time", time)
        monkeypatch.setattr(network, "air", air)
        air.points = points
        wlan = network.WLAN()

        async def sleep_ms(ms):
            time.now += ms
            while events_left and events_left[0][0] * 1000 <= time.now:
                air.go(events_left.pop(0)[1])
            if time.now > seconds * 1000:
                raise OverError

        def log(text):
            said.append((time.now // 1000, text))

        pause = Backoff(random.Random(1).randrange)
        wifi = Wifi(wlan, networks, pause, sleep_ms, log)
        with pytest.raises(OverError):
            asyncio.run(wifi.run())
        return said, wifi

    return run


def test_radio_is_switched_on_for_the_network_that_somebody_types(monkeypatch):
    air, time = network.Air(), Time()
    monkeypatch.setattr(network, "time", time)
    monkeypatch.setattr(network, "air", air)
    air.points = {"home": ("secret", -60, 0)}

    async def sleep_ms(ms):
        time.now += ms

    wifi = Wifi(network.WLAN(), [], Backoff(random.Random(1).randrange), sleep_ms, print)
    assert asyncio.run(wifi.join("home", "secret"))
    assert not asyncio.run(wifi.join("home", "wrong"))


def test_strongest_of_the_owners_networks_is_joined(live):
    points = {"a": ("x", -80, 100), "b": ("y", -50, 100), "loud": ("z", -20, 100)}
    said, wifi = live(points, [("a", "x"), ("b", "y")], 60)
    assert [text for _, text in said] == ["wifi: joined b"]
    assert wifi.online


def test_wrong_password_does_not_keep_it_from_the_next_network(live):
    points = {"a": ("x", -40, 100), "b": ("y", -80, 100)}
    said, _ = live(points, [("a", "wrong"), ("b", "y")], 60)
    assert said[-1][1] == "wifi: joined b"


def test_slow_router_is_waited_for(live):
    said, _ = live({"a": ("x", -80, 15_000)}, [("a", "x")], 60)
    assert said == [(15, "wifi: joined a")]


def test_network_that_goes_is_joined_again_when_it_is_back(live):
    events = [(100, True), (4000, False)]
    said, wifi = live({"a": ("x", -60, 100)}, [("a", "x")], 5000, events)
    texts = [text for _, text in said]
    assert texts[:2] == ["wifi: joined a", "wifi: the network is gone"]
    assert texts[-1] == "wifi: joined a"
    assert 4000 <= said[-1][0] <= 4000 + 300 + 25
    assert wifi.online


def test_without_any_network_it_goes_on_trying_for_ever_and_ever_more_seldom(live):
    said, _ = live({}, [("a", "x")], 7 * 86_400)
    waits = [int(text.rsplit(" ", 2)[1]) for _, text in said]
    assert max(waits) <= 300
    assert len(waits) > 7 * 86_400 / 330
    assert len(waits) < 7 * 86_400 / 165
