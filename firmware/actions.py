"""What commands do: one coroutine each, which returns a sentence or raises ValueError with one."""

import asyncio

from micropython import const

from firmware import config

_PAUSE_S = const(3)  # in which the status of the command still goes out
_MOST_LOCATE_S = const(600)


class Actions:
    """The actions of one node; each part comes in as an argument."""

    def __init__(self, files, updater, led, selftest, report, restart, pause_s=_PAUSE_S):
        """``selftest()`` is a coroutine function, ``report()`` publishes everything now."""
        self._files = files
        self._updater = updater
        self._led = led
        self._selftest = selftest
        self._report = report
        self._restart = restart
        self._pause_s = pause_s

    def table(self):
        """Actions by the name of the command."""
        return {
            "configure": self.configure,
            "selftest": self.selftest,
            "restart": self.restart,
            "update": self.update,
            "locate": self.locate,
            "report": self.report,
        }

    async def configure(self, command):
        """Change some keys of the configuration, then start anew by it."""
        changed = command["config"]
        if type(changed) is not dict or not changed:
            raise ValueError("config is an object with the keys to change")
        problems = config.change(self._files, changed)
        if problems:
            raise ValueError("; ".join(problems))
        self.restart_soon()
        return "restarting by it"

    async def selftest(self, command):
        """Try every part."""
        results = await self._selftest()
        failed = [name for name, passed, _ in results if not passed]
        return "FAIL: " + ", ".join(failed) if failed else "PASS"

    async def restart(self, command):
        """Start anew."""
        self.restart_soon()
        return "restarting"

    async def update(self, command):
        """Have a release fetched in the background."""
        url, percent = command["url"], command.get("percent", 100)
        if type(url) is not str:
            raise ValueError("url is a text")
        if type(percent) is not int or not 0 <= percent <= 100:
            raise ValueError("percent is a whole number up to 100")
        self._updater.ask(url, percent)
        return "see update in the status"

    async def locate(self, command):
        """Blink, so that somebody finds the node."""
        seconds = command.get("seconds", 60)
        if type(seconds) is not int or not 1 <= seconds <= _MOST_LOCATE_S:
            raise ValueError("seconds is a whole number up to %d" % _MOST_LOCATE_S)
        self._led.locate(seconds)
        return "blinking for %d s" % seconds

    async def report(self, command):
        """Publish everything now."""
        self._report()
        return ""

    def restart_soon(self):
        """Start anew when the status has gone out."""
        self._restarting = asyncio.create_task(self._restart_later())

    async def _restart_later(self):
        await asyncio.sleep(self._pause_s)
        self._restart()
