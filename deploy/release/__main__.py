"""`make release`: into a folder, dist by default, what is handed out of a commit.

lokaalmeten-VERSION.tar.gz   the files of the commit, with the libraries of the browser
lokaalmeten-VERSION.cdx.json what it is made of (CycloneDX 1.5)
lokaalmeten-VERSION.licences.md
SHA256SUMS                   of the three: sha256sum --check SHA256SUMS
"""

import sys
from pathlib import Path

from rich.console import Console

from lokaalmeten.errors import LokaalmetenError

from .archive import release

if __name__ == "__main__":
    out = Console()
    try:
        for path in release(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")):
            out.print(path, highlight=False, soft_wrap=True)
    except LokaalmetenError as error:
        sys.exit(f"release: {error}")
