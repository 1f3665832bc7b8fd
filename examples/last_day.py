"""The last day of every node: mean, highest hour, and how much of it is good.

A download is one CSV with exactly what was asked for, and a description that says how to cite it.
Needs pandas. `python examples/last_day.py [ADDRESS] [QUANTITY]`
"""

import json
import sys
from urllib.request import urlopen

import pandas as pd

GOOD = 1  # flag of QARTOD; 3 is suspect, 4 fail, 9 missing


def main(address: str = "http://127.0.0.1:8050", quantity: str = "pm25") -> None:
    """Print a table, and the sentence to cite it by."""
    start = f"{address.rstrip('/')}/v1/downloads/observations"
    samples = pd.read_csv(f"{start}?quantity={quantity}", parse_dates=["time"])
    with urlopen(f"{start}/datapackage.json?quantity={quantity}") as answer:
        package = json.load(answer)

    good = samples[samples[f"{quantity}_flag"] == GOOD]
    hours = good.groupby(["node", good["time"].dt.floor("h")])[quantity].mean()
    table = pd.DataFrame(
        {
            "mean": good.groupby("node")[quantity].mean().round(1),
            "highest hour": hours.groupby("node").max().round(1),
            "good, %": (100 * good.groupby("node").size() / samples.groupby("node").size()).round(),
        }
    )
    print(table.to_string())
    print(package["citation"])


if __name__ == "__main__":
    main(*sys.argv[1:])
