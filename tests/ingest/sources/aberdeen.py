"""Hourly means of a sensor of the sensor.community archive, read row by row."""

import csv
import io
import zipfile
from collections import defaultdict
from datetime import UTC, datetime


def read_means(path, column):
    """Mean by start of the hour (Unix seconds, by the clock of the sensor: UTC)."""
    sums = defaultdict(lambda: [0.0, 0])
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            with packed.open(name) as file:
                for row in csv.DictReader(io.TextIOWrapper(file), delimiter=";"):
                    if row[column]:
                        moment = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC)
                        hour = int(moment.timestamp()) // 3600 * 3600
                        sums[hour][0] += float(row[column])
                        sums[hour][1] += 1
    return {hour: total / count for hour, (total, count) in sums.items()}
