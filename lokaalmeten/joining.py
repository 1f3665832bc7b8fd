"""What belongs into config.json of a node, so that it finds its broker; docs/node-life.md."""

import json


def to_configuration(name: str, password: str, host: str, port: int, *, tls: bool) -> str:
    """JSON for the node; without a ``host`` its owner fills that in.

    >>> to_configuration("box-7", "abc", "meet.example.nl", 8883, tls=True)
    '{"node":"box-7","broker":{"host":"meet.example.nl","port":8883,"user":"box-7","password":"abc"}}'
    """
    where = {"host": host, "port": port} if host else {}
    login = {"user": name, "password": password} | ({} if tls else {"tls": False})
    return json.dumps({"node": name, "broker": where | login}, separators=(",", ":"))
