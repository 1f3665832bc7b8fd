"""What opens a connection: CONNECT, its answer, SUBSCRIBE; forgotten as soon as it stands.

Drawn as in `packets.py`; chapters are those of the standard.
"""

import struct

from firmware.link.packets import to_length, to_string

REFUSALS = (
    "",
    "the broker does not speak MQTT 3.1.1",
    "the broker refuses the name of this node",
    "the broker is not ready",
    "wrong user name or password",
    "this node may not use the broker",
)


def connect(client, keepalive_s, will_topic, will, user=None, password=None):
    """CONNECT that goes on with the session; the will is retained, at QoS 1 (3.1)."""
    flags = 0x2C  # will, will QoS 1, will retain; clean session stays off
    rest = to_string(client) + to_string(will_topic) + to_string(will)
    if user is not None:
        flags |= 0x80
        rest += to_string(user)
        if password is not None:
            flags |= 0x40
            rest += to_string(password)
    body = to_string("MQTT") + struct.pack(">BBH", 4, flags, keepalive_s) + rest
    return b"\x10" + bytes(to_length(len(body))) + body


def subscribe(packet_id, topics):
    """SUBSCRIBE to all topics at QoS 1 (3.8)."""
    body = struct.pack(">H", packet_id)
    for topic in topics:
        body += to_string(topic) + b"\x01"
    return b"\x82" + bytes(to_length(len(body))) + body


def read_connack(flags, body):
    """Whether the broker still has the session; ValueError says why it refuses (3.2)."""
    if flags or len(body) != 2 or body[0] > 1:
        raise ValueError("this is no CONNACK")
    if body[1]:
        raise ValueError(REFUSALS[body[1]] if body[1] < len(REFUSALS) else "refused")
    return body[0] == 1
