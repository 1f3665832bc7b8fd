"""The configuration of a node: config.json, checked key by key, tried, and taken back.

    config.json       what the owner wants
    config.good.json  the last one with which the node reached its broker
    config.bad.json   one that was taken back, to look at
    config.error      a sentence about it, until another one is accepted

While config.json differs from the good one in what leads to a connection, it is on trial: when no
connection comes in time, the good one is put back. So a node measures on whatever somebody writes.
That is `config_trial.py`.
"""

import json

from firmware.loading import forget

WANTED, GOOD, BAD, ERROR = "config.json", "config.good.json", "config.bad.json", "config.error"
CHECKS = "firmware.config_keys"  # loaded when a configuration is read


class Config:
    """What other parts read; plain attributes, never changed after loading.

    ``error`` is a sentence about what is wrong with config.json, "" when nothing is.
    """

    def __init__(self, found, error=""):
        """``found`` is a checked dictionary; what it lacks gets its default."""
        from firmware.config_keys import to_schema

        self.node = found.get("node", "")
        self.networks = [
            (one["ssid"], one.get("password", "")) for one in found.get("networks", ())
        ]
        self.broker = Broker(found["broker"]) if "broker" in found else None
        self.schema = to_schema(found.get("schema"))  # None: that of the board
        self.interval_s = found.get("interval_s")  # None: as the schema has it
        self.sensors = found.get("sensors")  # None: all that the board has
        self.zones = [tuple(zone) for zone in found.get("zones", ())]
        self.update = found.get("update", "stable")
        self.error = error


class Broker:
    """Where the broker is, and as whom to log in."""

    def __init__(self, found):
        self.host = found["host"]
        self.tls = found.get("tls", True)
        self.port = found.get("port", 8883 if self.tls else 1883)
        self.user = found.get("user", "")
        self.password = found.get("password", "")
        self.ca = found.get("ca", "")  # name of a PEM or DER file on the board


def load(files):
    """Configuration to run by: the wanted one, else the last good one, else the defaults."""
    error = (files.read(ERROR) or b"").decode()
    wanted = files.read(WANTED)
    if wanted is not None:
        found, problems = read(wanted)
        if not problems:
            return Config(found, error)
        error = "config.json: " + "; ".join(problems)
    elif files.exists(WANTED):
        error = "config.json: it cannot be read, or is too long"
    found, problems = read(files.read(GOOD) or b"{}")
    return Config({} if problems else found, error)


def change(files, changed):
    """Put some keys of a dictionary in the place of those that are wanted now; None removes one.

    Returns what is wrong as sentences; with none, config.json is written and counts from the next
    start on.
    """
    from firmware import config_change

    problems = config_change.change(files, changed)
    forget("firmware.config_change", CHECKS)
    return problems


def read(content):
    """(dictionary, [sentence, ...]) of the bytes of a configuration."""
    from firmware.config_keys import check

    try:
        found = json.loads(content)
    except (ValueError, UnicodeError):
        return {}, ["it is not JSON"]
    if type(found) is not dict:
        return {}, ["it is not a JSON object"]
    return found, check(found)
