"""The self-test: PASS or FAIL for each part, for who has just built a node or looks for a fault.

A part is tried by a function, plain or a coroutine function, that returns a short text and raises
when something is wrong. Of a sensor that is its ``probe``. No part keeps the next from being tried.
"""

import asyncio

WAIT_S = 30  # for one part
FLASH = "selftest.tmp"


async def run(parts, write):
    """Try ``parts``, [(name, function), ...]; ``write`` gets a line for each and one at the end.

    Returns [(name, passed, what was found), ...].
    """
    results = []
    for name, probe in parts:
        passed, said = await try_part(probe)
        results.append((name, passed, said))
        write("%s %s: %s\n" % ("PASS" if passed else "FAIL", name, said))
    failed = len([name for name, passed, _ in results if not passed])
    write(
        "%s self-test: %d of %d\n"
        % ("FAIL" if failed else "PASS", len(results) - failed, len(results))
    )
    return results


async def try_part(probe):
    """(passed, what was found) of one part."""
    try:
        found = probe()
        if hasattr(found, "send"):  # of a coroutine
            found = await asyncio.wait_for(found, WAIT_S)
        return True, to_line(found)
    except asyncio.TimeoutError:
        return False, "no answer in %d s" % WAIT_S
    except Exception as error:  # that is what is looked for
        return False, to_line("%s %s" % (type(error).__name__, error))


def to_line(found):
    """One line of at most 80 letters."""
    return " ".join(str("ok" if found is None else found).split())[:80]


def probe_flash(files):
    """Write a file, read it back, and tell how much is free."""
    content = bytes(range(256))
    files.write(FLASH, content)
    read = files.read(FLASH)
    files.remove(FLASH)
    if read != content:
        raise ValueError("what was written does not read back")
    return "%d bytes free" % files.free()


def probe_clock(unix):
    """Tell the time, when it is known."""
    seconds = unix()
    if seconds is None:
        raise ValueError("the time is not known yet")
    return "%d" % seconds


def to_report(results):
    """What the status says of it."""
    return {name: ("PASS " if passed else "FAIL ") + said for name, passed, said in results}
