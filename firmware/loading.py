"""Software that is needed for a moment: what nobody needs any more leaves its memory to others.

A module that was loaded stays for ever, unless it is forgotten:

    from firmware.config_keys import check
    problems = check(found)
    forget("firmware.config_keys")

Its memory is free as soon as nobody holds any of it: a class that has an object, or a function
within a function, keeps its whole module. It is swept up when memory is wanted, and the next import
loads the module anew.
"""

import sys


def forget(*names):
    """Forget modules by their full names; those that are not loaded are passed over."""
    for name in names:
        if sys.modules.pop(name, None) is not None:
            parent, _, own = name.rpartition(".")
            package = sys.modules.get(parent)
            if package is not None and hasattr(package, own):
                delattr(package, own)
