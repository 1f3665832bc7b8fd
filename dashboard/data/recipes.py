"""The same choice for programs that people have: a line or three to copy for each."""

from dataclasses import dataclass

from .choice import Choice

TYPED = ("parquet", "geoparquet")


@dataclass(frozen=True)
class Recipe:
    """How one program reads it; ``title`` is what people call the program."""

    title: str
    text: str


def list_recipes(choice: Choice, site: str) -> list[Recipe]:
    """Programs with what to type; ``site`` is the address of the server, without a slash."""
    chosen, text, typed = (site + choice.to_address(form) for form in ("", "csv", "parquet"))
    moment = "hour" if choice.rides else "time"
    return [
        Recipe("curl", f"curl -OJ '{chosen}'"),
        Recipe("Python", f'import pandas as pd\n\nsamples = pd.read_parquet("{typed}")'),
        Recipe(
            "R",
            f'samples <- read.csv("{text}")\n'
            f'samples${moment} <- as.POSIXct(samples${moment}, "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")',
        ),
        Recipe("DuckDB", f"INSTALL httpfs; LOAD httpfs;\nSELECT * FROM read_parquet('{typed}');"),
        Recipe("Excel", text),
    ]
