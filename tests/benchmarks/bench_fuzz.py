"""Fuzzing: requests that nobody thought of, against the server in a process of its own.

The city of the dashboard's tests, with a place of crowd safety; 20,000 requests of the API, made
from its OpenAPI by schemathesis, and half as many of SensorThings, made by a grammar of options.
SCALE makes it more or fewer, and another SEED other ones. What went wrong is printed.

``fuzz_requests``      requests of the API
``fuzz_5xx``           answers with a status of the 500s among them
``fuzz_faults``        answers that are not as the OpenAPI says, those of the 500s too
``fuzz_sta_requests``  requests of SensorThings
``fuzz_sta_5xx``       answers with a status of the 500s among them
``fuzz_sta_faults``    answers that are not as SensorThings answers
``fuzz_rps``           requests a second, their making included
"""

import os
import time

from storage.migrate import migrate
from tests.benchmarks.bench_api import SERVE, serving
from tests.benchmarks.bench_write import SETTINGS, database
from tests.dashboard import city
from tests.dashboard.crowd import town
from tests.services.fuzzing import Found, find_known, fuzz_api, fuzz_sta

REQUESTS, STA_REQUESTS = 20_000, 10_000
SHOWN = 20


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times 20,000 and 10,000 requests."""
    seed = int(os.environ.get("SEED", "1"))
    with database(SETTINGS) as dsn:
        migrate(dsn)
        city.build(dsn)
        town.build(dsn, town.find_end())
        with serving(SERVE, dsn) as asker:
            address = f"http://127.0.0.1:{asker.port}"
            begun = time.monotonic()
            api = fuzz_api(address, round(REQUESTS * scale), find_known(address), seed)
            sta = fuzz_sta(address, round(STA_REQUESTS * scale), seed)
            taken = time.monotonic() - begun
    show(api, sta)
    return {
        "fuzz_requests": api.requests,
        "fuzz_5xx": api.server_faults,
        "fuzz_faults": len(api.faults),
        "fuzz_sta_requests": sta.requests,
        "fuzz_sta_5xx": sta.server_faults,
        "fuzz_sta_faults": len(sta.faults),
        "fuzz_rps": (api.requests + sta.requests) / taken,
    }


def show(*found: Found) -> None:
    """Print which statuses there were, and the first faults."""
    for each in found:
        print({status: each.statuses[status] for status in sorted(each.statuses)})
        for fault in each.faults[:SHOWN]:
            print(fault[:2000], end="\n\n")
