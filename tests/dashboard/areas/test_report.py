"""A year report is made once for all who ask in the next quarter of an hour."""

import asyncio

from dashboard.areas.report import FRESH_S, find_fresh
from dashboard.spool import Spool

KEY = "year report utrecht 2023 nl html"


def test_a_report_is_found_until_it_is_old():
    async def go():
        spool = Spool()
        done = asyncio.Event()

        async def write(_kept):
            done.set()

        assert find_fresh(spool, KEY) is None
        kept = spool.make(KEY, write)
        await done.wait()
        assert find_fresh(spool, KEY) is kept
        assert find_fresh(spool, f"{KEY} of another") is None
        kept.begun -= FRESH_S
        assert find_fresh(spool, KEY) is None
        spool.close()

    asyncio.run(go())
