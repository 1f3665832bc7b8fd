"""`python -m lokaalmeten.cli` is `meten`."""

from . import main

main()
