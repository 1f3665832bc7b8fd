"""Runs amqtt, the broker in pure Python: `python -m ingest.amqtt_broker 127.0.0.1 1883`."""

import asyncio
import logging
import signal
import sys

from amqtt.broker import Broker

# Whoever reaches the loopback address is on this machine already: no names, no passwords.
PLUGINS = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}


async def serve(host: str, port: int) -> None:
    """Serve MQTT 3.1.1 on ``host``:``port`` until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    listener = {"type": "tcp", "bind": f"{host}:{port}"}
    broker = Broker({"listeners": {"default": listener}, "plugins": PLUGINS})
    await broker.start()
    await ended.wait()
    await broker.shutdown()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
