"""boot.py on the real MicroPython, run as the chip runs it: what is imported afterwards."""

from pathlib import Path

from tests.services.node import REPOSITORY

HERE = Path(__file__).parent


def test_the_folder_that_boot_chooses_is_the_one_that_is_imported(micropython):
    path = [REPOSITORY, HERE.parent]
    boot = REPOSITORY / "firmware/root/boot.py"
    ran = micropython.run(HERE / "boot_on_node.py", boot, path=path, heap="2M").split()
    assert ran == ["1.0.0", "1.1.0", "1.1.0", "1.2.0", "1.2.0", "1.2.0", "1.1.0"]
