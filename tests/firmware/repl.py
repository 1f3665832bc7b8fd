# pyright: reportAttributeAccessIssue=false
"""MicroPython's raw REPL, as mpremote speaks it, over the standard input and output."""

import io
import sys

BANNER = b"raw REPL; CTRL-B to exit\r\n>"
RAW, NORMAL, END, PASTE = 1, 2, 4, 5


def speak(restart):
    """Answer until somebody resets; ``restart()`` is a soft one, without main.py."""
    write = sys.stdout.buffer.write
    code, raw = b"", False
    while True:
        try:
            octet = sys.stdin.buffer.read(1)
            if not octet:
                return
            key = octet[0]
            if key == RAW:
                code, raw = b"", True
                write(BANNER)
            elif key == NORMAL:
                raw = False
                write(b"\r\n>>> ")
            elif raw and key == PASTE:
                sys.stdin.buffer.read(2)
                write(b"R\x00")  # known, and not had
            elif raw and key == END and code:
                write(b"OK")
                execute(code, write)
                code = b""
            elif key == END:
                restart()
                write(
                    b"\x04\x04soft reboot\r\n"
                    if not raw
                    else b"OK\r\nMPY: soft reboot\r\n" + BANNER
                )
            elif raw and octet not in b"\r\x03":
                code += octet
        except KeyboardInterrupt:
            code = b""


def execute(code, write):
    """Run what was sent; its words, then those of an exception."""
    try:
        exec(code.decode(), globals_)
        write(b"\x04\x04>")
    except Exception as error:
        text = io.StringIO()
        sys.print_exception(error, text)
        write(b"\x04" + text.getvalue().encode() + b"\x04>")


globals_ = {"__name__": "__main__"}
