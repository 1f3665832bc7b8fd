"""What a command says; loaded when one comes, and forgotten (`commands.py`)."""

import json
from binascii import crc32

from micropython import const

from firmware.commands import ACTIONS, MOST_BYTES

_MOST_ID = const(40)


def read_command(payload):
    """(command, "") of a payload, or one with a name of its own and a sentence that refuses it."""
    nameless = {"id": "crc-%08x" % (crc32(payload) & 0xFFFFFFFF), "do": "?"}
    if len(payload) > MOST_BYTES:
        return nameless, "it has %d bytes, %d is the most" % (len(payload), MOST_BYTES)
    try:
        command = json.loads(bytes(payload).decode())
    except (ValueError, UnicodeError, RuntimeError):  # of brackets without end: the stack
        return nameless, "it is not JSON"
    if type(command) is not dict:
        return nameless, "it is not a JSON object"
    name, do = command.get("id"), command.get("do")
    if type(name) is not str or not 0 < len(name) <= _MOST_ID:
        return nameless, "it has no id of 1 to %d letters" % _MOST_ID
    if type(do) is not str or do not in ACTIONS:
        return {"id": name, "do": "?"}, "there is no such command"
    for key in command:
        if key not in ("id", "do") and key not in ACTIONS[do]:
            return {"id": name, "do": do}, "%s takes no %s" % (do, key[:_MOST_ID])
    for key, needed in ACTIONS[do].items():
        if needed and key not in command:
            return {"id": name, "do": do}, "%s needs %s" % (do, key)
    return command, ""
