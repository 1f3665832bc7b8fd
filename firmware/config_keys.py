"""The keys of config.json: what each may hold. A check returns a sentence, or "" for what is good.

Runs unchanged under MicroPython, where True is no int, and CPython, where it is one.
"""

import json

from micropython import const

from firmware.version import to_number
from lokaalmeten.wire import ANCHOR, SCHEMAS

CHANNELS = ("stable", "test", "off")
BROKER = ("host", "port", "tls", "user", "password", "ca")
SENSORS = "abcdefghijklmnopqrstuvwxyz0123456789_"
NAME = "abcdefghijklmnopqrstuvwxyz0123456789-"
_MOST_INTERVAL_S = const(3600)


def check(found):
    """Say what is wrong with a configuration, a sentence a key."""
    problems = []
    for key, value in found.items():
        if key not in CHECKS:
            problems.append("there is no key %s" % short(key))
        else:
            said = CHECKS[key](value)
            if said:
                problems.append("%s: %s" % (key, said))
    return sorted(problems)


def short(value):
    """A value as JSON, cut to what a message needs."""
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def is_text(value, least, most):
    """Tell whether it is a text of so many bytes, without control characters."""
    if type(value) is not str or not least <= len(value.encode()) <= most:
        return False
    return all(letter >= " " and letter != "\x7f" for letter in value)


def is_whole(value, least, most):
    """Tell whether it is a whole number in a span; True is none."""
    return type(value) is int and least <= value <= most


def check_node(value):
    """Name in the topics."""
    if is_text(value, 1, 63) and all(letter in NAME for letter in value) and value[0] != "-":
        return ""
    return "a name has a-z, 0-9 and -, at most 63 characters, not %s" % short(value)


def check_networks(value):
    """Wi-Fi networks, tried in this order."""
    if type(value) is not list or len(value) > 8:
        return "it is a list of at most 8 networks"
    for one in value:
        if type(one) is not dict or not is_text(one.get("ssid"), 1, 32):
            return "a network has an ssid of 1 to 32 bytes"  # IEEE 802.11, section 9.4.2.2
        if set(one) - {"ssid", "password"}:
            return "a network has an ssid and a password, and nothing else"
        password = one.get("password", "")
        if password != "" and not is_text(password, 8, 64):  # IEEE 802.11, annex J.4.1
            return "the password of %s does not have 8 to 63 characters" % short(one["ssid"])
    return ""


def check_broker(value):
    """Where to publish, and as whom."""
    if type(value) is not dict or not is_text(value.get("host"), 1, 253):
        return "it names no host"
    if any(letter in value["host"] for letter in " /:@"):
        return "%s is not the name of a host" % short(value["host"])
    for key in value:
        if key not in BROKER:
            return "there is no key %s" % short(key)
    if not is_whole(value.get("port", 1), 1, 65535):
        return "%s is not a port" % short(value["port"])
    if type(value.get("tls", True)) is not bool:
        return "tls is true or false"
    for key in ("user", "password", "ca"):
        if not is_text(value.get(key, ""), 0, 128):
            return "%s is not a text of at most 128 bytes" % key
    return ""


def check_schema(value):
    """What kind of node it is."""
    if type(value) is str and to_schema(value):
        return ""
    names = [SCHEMAS[schema][0] for schema in sorted(SCHEMAS) if schema != ANCHOR]
    return "it is one of %s, not %s" % (", ".join(names), short(value))


def to_schema(name):
    """Number of a schema of the wire; None of what is none."""
    for number in SCHEMAS:
        if number != ANCHOR and SCHEMAS[number][0] == name:
            return number
    return None


def check_interval(value):
    """Seconds from sample to sample."""
    if is_whole(value, 1, _MOST_INTERVAL_S):
        return ""
    return "it is 1 to %d seconds, not %s" % (_MOST_INTERVAL_S, short(value))


def check_sensors(value):
    """Sensors that are built in."""
    if type(value) is not list or len(value) > 16:
        return "it is a list of at most 16 names"
    for name in value:
        if not is_text(name, 1, 32) or not all(letter in SENSORS for letter in name):
            return "%s is not the name of a sensor" % short(name)
    return ""


def check_zones(value):
    """Places where a bike measures nothing."""
    if type(value) is not list or len(value) > 16:
        return "it is a list of at most 16 zones"
    for zone in value:
        if type(zone) is not list or len(zone) != 3:
            return "a zone is [latitude, longitude, radius]"
        if not is_whole(zone[0], -900000000, 900000000):
            return "a latitude is in whole steps of 1e-7 degree, not %s" % short(zone[0])
        if not is_whole(zone[1], -1800000000, 1800000000):
            return "a longitude is in whole steps of 1e-7 degree, not %s" % short(zone[1])
        if not is_whole(zone[2], 50, 5000):
            return "a radius is 50 to 5000 whole metres, not %s" % short(zone[2])
    return ""


def check_update(value):
    """Which releases it takes."""
    if value in CHANNELS or to_number(value) is not None:
        return ""
    return "it is stable, test, off or a version to stay at, not %s" % short(value)


CHECKS = {
    "node": check_node,
    "networks": check_networks,
    "broker": check_broker,
    "schema": check_schema,
    "interval_s": check_interval,
    "sensors": check_sensors,
    "zones": check_zones,
    "update": check_update,
}
