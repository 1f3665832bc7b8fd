"""Native code of the real MicroPython against the same lines as plain Python."""

from pathlib import Path

from tests.firmware import native

SCRIPT = Path(native.__file__)


def test_native_code_packs_and_weighs_as_plain_python_does(micropython):
    lines = micropython.run(SCRIPT, heap="1M").splitlines()
    assert lines == list(native.make_lines(100))


def test_the_numbers_that_are_compared_are_not_all_alike():
    assert len(set(native.make_lines(100))) == 100
