"""How config.json is changed: key by key, and only by what can be used as a whole.

Loaded when somebody changes it, and forgotten afterwards (`config.change`).
"""

import json

from firmware.config import ERROR, GOOD, WANTED, read
from firmware.config_keys import check


def change(files, changed):
    """Put some keys of a dictionary in the place of those that are wanted now; None removes one.

    Returns what is wrong as sentences; with none, config.json is written and counts from the next
    start on.
    """
    found, problems = read(files.read(WANTED) or files.read(GOOD) or b"{}")
    if problems:
        found = {}
    for key, value in changed.items():
        if value is None:
            found.pop(key, None)
        elif key == "broker":
            found[key] = join_broker(found.get(key), value)
        else:
            found[key] = value
    problems = check(found)
    if not problems:
        keep_first(files)
        files.write(WANTED, json.dumps(found).encode())
        files.remove(ERROR)
    return problems


def join_broker(old, new):
    """Keys of a broker that change; another host never gets the password of the one before."""
    if type(old) is not dict or type(new) is not dict:
        return new
    if new.get("host", old.get("host")) != old.get("host"):
        return new
    joined = dict(old)
    joined.update(new)
    return joined


def keep_first(files):
    """Keep what is wanted now as the good one, when none is kept yet and it can be used."""
    wanted = files.read(WANTED)
    if files.read(GOOD) is None and wanted is not None and not read(wanted)[1]:
        files.write(GOOD, wanted)
