"""Wi-Fi: joins the strongest network that the owner named, and again when it is gone.

It waits longer after each failure, up to five minutes, and never restarts the node: what is
measured meanwhile is on flash.
"""

from micropython import const

_JOIN_MS = const(20_000)  # DHCP of a busy router included
_LOOK_MS = const(500)
_STAY_MS = const(
    5000
)  # between two looks, when all is well; a shorter loss is mended by the radio itself


class Wifi:
    """``wlan`` is a network.WLAN of a station; ``networks`` are (name, password)."""

    def __init__(self, wlan, networks, pause, sleep_ms, log):
        """``pause`` is a Backoff; ``sleep_ms`` is asyncio's; ``log(text)`` tells the owner."""
        self.wlan = wlan
        self._networks = networks
        self._pause = pause
        self._sleep_ms = sleep_ms
        self._log = log

    @property
    def online(self):
        """Tell whether there is an address."""
        return self.wlan.isconnected()

    async def wait(self):
        """Return when there is a network."""
        while not self.wlan.isconnected():
            await self._sleep_ms(_STAY_MS)

    async def run(self):
        """Keep the node on a network, for ever."""
        while True:
            self.wlan.active(True)
            if await self._join_any():
                self._pause.reset()
                await self._stay()
                self._log("wifi: the network is gone")
            else:
                wait_ms = self._pause.next_ms()
                self._log("wifi: none of the networks; again in %d s" % (wait_ms // 1000))
                await self._sleep_ms(wait_ms)

    async def join(self, name, password):
        """Try one network; tell whether it lets us in."""
        try:
            self.wlan.active(True)  # nobody listened for networks before
            self.wlan.disconnect()
            self.wlan.connect(name, password)
        except OSError as error:
            self._log("wifi: %s: %s" % (name, error))
            return False
        for _ in range(_JOIN_MS // _LOOK_MS):
            if self.wlan.isconnected():
                return True
            await self._sleep_ms(_LOOK_MS)
        return False

    def scan(self):
        """(name, dBm, whether it has a password) of each network that is heard; OSError."""
        self.wlan.active(True)
        heard = {}
        for ssid, _, _, strength, security, *_ in self.wlan.scan():
            name = to_name(ssid)
            if name and strength > heard.get(name, (name, -1000, 0))[1]:
                heard[name] = (name, strength, security != 0)
        return list(heard.values())

    async def _join_any(self):
        for name, password in self._in_order():
            if await self.join(name, password):
                self._log("wifi: joined " + name)
                return True
        return False

    def _in_order(self):
        """Networks that are heard, the strongest first; then those that may hide their name."""
        heard = {}
        try:
            heard = {name: strength for name, strength, _ in self.scan()}
        except OSError:
            pass  # the radio was busy: all are tried
        return sorted(self._networks, key=lambda network: -heard.get(network[0], -999))  # pyright: ignore[reportIndexIssue]

    async def _stay(self):
        """Return when the network was away at two looks."""
        away = 0
        while away < 2:
            await self._sleep_ms(_STAY_MS)
            away = 0 if self.wlan.isconnected() else away + 1


def to_name(ssid):
    """Text of a network's name; "" of one that is hidden or not UTF-8."""
    try:
        return bytes(ssid).decode()
    except UnicodeError:
        return ""
