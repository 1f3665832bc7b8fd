"""Threads of the library that multiplies matrices, in a process of which there is one of many."""

import os

NAMES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def use_one_thread() -> None:
    """Have it use one, unless the environment says otherwise; to be called before numpy is loaded.

    The matrices of a fit are small, and threads that wait for each other spin: learning four nodes
    of ten days took 2.9 s of processor with two threads and 0.3 s with one, on two busy cores.
    """
    for name in NAMES:
        os.environ.setdefault(name, "1")
