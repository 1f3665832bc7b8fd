"""Start ``others.py``: forecast libraries in an environment of their own, no part of the product.

uv makes the environment from the list in that file, once; tables go there and quantiles come back
as npz files.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import ServiceError

from .dataset import Kind
from .rolling import LEVELS, LONG_H

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

PROGRAM = Path(__file__).with_name("others.py")


def ask_others(kind: Kind, origins: Int64) -> dict[str, Float]:
    """Quantiles (n, h, s, l) of other libraries at these origins, by name.

    Takes minutes. Raises ServiceError when uv is not here or the libraries fail.
    """
    uv = find_uv()
    with TemporaryDirectory() as folder:
        task, answer = Path(folder) / "task.npz", Path(folder) / "answer.npz"
        np.savez(
            task,
            allow_pickle=False,
            table=kind.table,
            start=kind.start,
            origins=origins,
            levels=LEVELS,
            horizon=LONG_H,
        )
        command = [uv, "run", "--quiet", "--script", PROGRAM, task, answer]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            last = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise ServiceError(f"the other forecast libraries failed on {kind.name!r}: {last}")
        with np.load(answer, allow_pickle=False) as found:
            return dict(found)


def find_uv() -> str:
    """The program that makes environments: on the path, or beside this one in a checkout."""
    beside = Path(sys.prefix).parent / ".tools/bin/uv"
    found = shutil.which("uv") or (str(beside) if beside.is_file() else None)
    if found is None:
        raise ServiceError("other forecast libraries need uv (https://docs.astral.sh/uv/)")
    return found
