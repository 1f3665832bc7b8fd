"""`make hardware`: writes every artefact of the hardware into `hardware/`, or a folder given.

python -m tests.hardware.regenerate [FOLDER]
"""

import sys
from pathlib import Path

from rich.console import Console

from hardware.tools.make import HERE, make_all
from hardware.tools.programs import ProgramError
from tests.hardware.programs import programs
from tests.services.debian import Unavailable


def main() -> int:
    console = Console(stderr=True)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    try:
        with console.status("programs: Debian's are fetched once, about 300 MB") as status:
            make_all(folder, programs(), status.update)
    except (Unavailable, ProgramError) as reason:
        console.print(f"make hardware: {reason}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
