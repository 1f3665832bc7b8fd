"""For MicroPython: starts a board whose root is littlefs, as the chip does: boot.py, an import.

Argument: text of boot.py. Prints the version that runs at each start.
"""

import os
import sys

from flash_model import make, mount

from firmware.files import Files
from firmware.update.slots import Slots

text = open(sys.argv[1]).read()
path = list(sys.path)
flash = make(64)
mount(flash, "/")
files = Files(os)
for folder, version in (("", "1.0.0"), ("a/", "1.1.0"), ("b/", "1.2.0")):
    files.write(folder + "firmware/__init__.py", b"")
    files.write(folder + "firmware/version.py", b'VERSION = "%s"' % version.encode())


def start():
    """A start: nothing is imported yet, and the path is that of the chip."""
    for name in [name for name in sys.modules if name.startswith("firmware")]:
        del sys.modules[name]
    sys.path[:] = ["", "/lib"]
    os.chdir("/")
    exec(text, {"__name__": "__main__"})
    from firmware.version import VERSION

    print(VERSION)


start()
Slots(files).try_out("1.1.0")
start()
Slots(files).confirm()
start()
Slots(files).try_out("1.2.0")
for _ in range(4):
    start()
