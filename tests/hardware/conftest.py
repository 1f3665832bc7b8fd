"""What makes the hardware's artefacts; where it cannot be had, a test is skipped with a reason."""

import pytest

from hardware.tools.board import read_board
from tests.hardware import programs as tools
from tests.services import debian


def _or_skip(take):
    try:
        return take()
    except (debian.Unavailable, RuntimeError) as reason:  # the latter when a mirror is away
        pytest.skip(f"programs of the hardware cannot be had: {reason}")


@pytest.fixture(scope="session")
def kicad():
    return _or_skip(tools.kicad)


@pytest.fixture(scope="session")
def openscad():
    return _or_skip(tools.openscad)


@pytest.fixture(scope="session")
def makers():
    """All of them together."""
    return _or_skip(tools.programs)


@pytest.fixture(params=["f1", "b1", "b2"])
def board(request):
    return read_board(request.param)
