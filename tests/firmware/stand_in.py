"""What MicroPython has built in and CPython has not: native code is plain code there."""

import builtins
import sys
from types import ModuleType


def _as_it_is(given):
    return given


if "micropython" not in sys.modules:
    _stand_in = ModuleType("micropython")
    _stand_in.__dict__.update(viper=_as_it_is, const=_as_it_is)
    sys.modules["micropython"] = _stand_in
    for _name in ("ptr8", "ptr32"):
        builtins.__dict__.setdefault(_name, list)
