"""For MicroPython: verifies each line of a file, key, digest and signature in hex."""

import sys

from firmware.update.p256 import verify


def read_hex(text):
    return b"" if text == "-" else bytes.fromhex(text)


with open(sys.argv[1]) as lines:
    for line in lines:
        print(verify(*[read_hex(part) for part in line.split()]))
