"""How a node gets to know its network without a cable to a computer that knows MicroPython.

    a long press of the button   the portal: a network of its own, with a form
    the serial line              Improv, as long as no network is known

All of this is loaded when it is needed, and forgotten afterwards: a node that does well needs none.
"""

import asyncio

from micropython import const

from firmware import config

KEPT = "portal.txt"  # the password
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789-"  # 32, none like another: 60 bits in twelve
_WPA2 = const(3)  # network.AUTH_WPA2_PSK
_CTRL_C = const(3)
RESTART_S = 2  # in which the last answer goes out


def read_password(files, urandom):
    """Password of the network of this board, which is on its sticker; drawn at the first start.

    Not from its MAC address, which everybody near it hears.
    """
    kept = files.read(KEPT)
    if kept is None:
        kept = "".join([LETTERS[octet % len(LETTERS)] for octet in urandom(12)]).encode()
        try:
            files.write(KEPT, kept)
        except OSError:
            pass  # it is drawn again at the next start
    return kept.decode()


class Provisioning:
    """Portal and Improv of one node."""

    def __init__(self, chip, files, wanted, wifi, version, restart):
        """``wanted`` is the configuration, ``wifi`` a Wifi; ``restart()`` uses what is new."""
        self._chip = chip
        self._files = files
        self._wanted = wanted
        self._wifi = wifi
        self._version = version
        self._restart = restart
        self._password = read_password(files, chip.urandom)

    async def listen(self):
        """Speak Improv on the serial line, for ever.

        Its packets hold a Ctrl-C, so the line does not interrupt meanwhile; one between packets,
        as mpremote sends it, does.
        """
        from firmware.improv import Improv

        texts = ("lokaalmeten", self._version, "ESP32-S3", self._name())
        improv = Improv(self._chip.write, texts, self._scan, self._connect)
        self._chip.interrupt(-1)
        try:
            while True:
                octet = await self._chip.serial.read(1)  # more would wait for all of them
                if octet == bytes([_CTRL_C]) and not improv.within:
                    raise KeyboardInterrupt
                await improv.take(octet)
        finally:
            self._chip.interrupt(_CTRL_C)

    def change(self, changed):
        """Change the configuration; what is wrong, as sentences."""
        return config.change(self._files, changed)

    def _name(self):
        """Name of the node, or one by which boards on one table are told apart."""
        number = self._chip.machine.unique_id()
        return self._wanted.node or "node-%02x%02x" % (number[-2], number[-1])

    async def run_portal(self):
        """Open the portal once; tell whether it was answered."""
        from firmware import portal

        network, socket = self._chip.network, self._chip.socket
        names = sorted({name for name, _, _ in self._scan()})
        point = network.WLAN(network.AP_IF)
        point.config(ssid="lokaalmeten-" + self._name(), key=self._password, security=_WPA2)
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            line.setblocking(False)
            line.bind(socket.getaddrinfo("0.0.0.0", 53)[0][-1])  # noqa: S104 - its own network
            form = portal.Portal(names, self._wanted, self.change)
            return await portal.run(point, form, line, asyncio.start_server, asyncio.sleep_ms)
        finally:
            line.close()

    def _scan(self):
        """(name, dBm, locked) of the networks that are heard."""
        try:
            return self._wifi.scan()
        except OSError:
            return []  # the radio is busy

    async def _connect(self, ssid, password):
        """Try a network, keep it when it lets us in, and start anew with it."""
        if not await self._wifi.join(ssid, password):
            return False
        network = {"ssid": ssid, "password": password} if password else {"ssid": ssid}
        if self.change({"networks": [network]}):
            return False
        self._restarting = asyncio.create_task(self._restart_soon())
        return True

    async def _restart_soon(self):
        await asyncio.sleep(RESTART_S)
        self._restart()
