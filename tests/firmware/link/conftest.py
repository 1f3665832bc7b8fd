from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
SCRIPT = Path(__file__).parent / "link_unit.py"


@pytest.fixture
def uplink(micropython):
    """`uplink(host, port, pages, seconds, ...)` -> lines of a node in virtual time."""

    def run(*arguments, heap="2M"):  # a flash of 256 KB is in it
        path = [REPOSITORY / "firmware/simulated", REPOSITORY]
        return micropython.run(SCRIPT, *arguments, heap=heap, path=path).splitlines()

    return run
