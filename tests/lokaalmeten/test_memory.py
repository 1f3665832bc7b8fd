import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import numpy as np
from lokaalmeten.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
def work():
    arrays = [np.ones(size * 10_000) for size in range(1, 20)]
    return len(arrays)
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="speaks to glibc's malloc")
def test_freed_memory_is_used_again_without_page_faults():
    faults = {
        word: int(subprocess.check_output([sys.executable, "-c", FAULTS, word]))
        for word in ("keep", "return")
    }
    assert faults["keep"] < faults["return"] / 5
