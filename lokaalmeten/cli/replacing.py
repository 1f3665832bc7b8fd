"""Files that a running program reads, such as those of the broker: new content in one step."""

import os
import tempfile
from pathlib import Path


def replace(file: Path, text: str) -> None:
    """Write beside it and rename, so that the broker never reads half of it.

    A new file is for one user alone; one that was there keeps its mode and, for root, its owner.
    Raises OSError.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as beside:
            beside.write(text)
            beside.flush()
            os.fsync(handle)  # or a power cut leaves the new name with nothing in it
        if file.exists():
            about = file.stat()
            Path(name).chmod(about.st_mode & 0o777)
            if os.geteuid() == 0:
                os.chown(name, about.st_uid, about.st_gid)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
