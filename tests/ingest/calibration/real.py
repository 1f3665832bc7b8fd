"""Readers of real hours for these tests; the conventions of time are those of each SOURCE.md."""

import zipfile

import numpy as np
import pandas as pd

from ingest.calibration.fitting import Hours
from ingest.calibration.ratios import Places

HOUR = pd.Timedelta(hours=1)
# Amsterdam and IJmond, WGS84, from the public descriptions of the network: stations that stand for
# a background, which a street or a steel works does not.
BACKGROUND = {
    "NL49014": (52.360, 4.866),  # Vondelpark
    "NL49556": (52.574, 4.848),  # De Rijp
    "NL49561": (52.334, 4.774),  # Badhoevedorp
    "NL49701": (52.448, 4.817),  # Zaandam
    "NL49703": (52.398, 4.729),  # Spaarnwoude
    "NL49570": (52.489, 4.641),  # Beverwijk
}
UTRECHT = {
    "NL10636": (52.105031, 5.124464),
    "NL10641": (52.20153, 4.987444),
    "NL10643": (52.101308, 5.128183),
    "NL10644": (51.974489, 4.923301),
}


def read_archive(path, columns):
    """One sensor of the sensor.community archive, times in UTC."""
    with zipfile.ZipFile(path) as archive:
        parts = [
            pd.read_csv(archive.open(name), sep=";", usecols=["timestamp", *columns])
            for name in archive.namelist()
        ]
    frame = pd.concat(parts)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], format="ISO8601")
    return frame.set_index("timestamp").astype(float)


def read_aberdeen(folder, dust, climate):
    """Whole hours of an SDS011 with its climate sensor beside Errol Place."""
    sensor = read_archive(folder / dust, ["P2"])["P2"].resample("1h")
    samples = sensor.count()
    usual = np.median(samples[samples > 0])
    hours = pd.DataFrame({"raw": sensor.median()})[samples >= 0.75 * usual]
    hours = hours.join(
        read_archive(folder / climate, ["temperature", "humidity"]).resample("1h").median()
    )
    official = pd.read_csv(
        folder / "official_stations/aberdeen-errol-place.csv", sep=";", parse_dates=["DateTime"]
    )
    official["start"] = official["DateTime"] - HOUR  # labels are the end of the hour
    hours["reference"] = official.set_index("start")["PM2.5"]
    hours = hours.dropna(subset=["raw", "reference"])
    columns = (hours[name].to_numpy() for name in ("reference", "raw", "humidity", "temperature"))
    return Hours(to_seconds(hours.index), *columns)


def read_utrecht(folder):
    """PM2.5 of sensors and stations around Utrecht: hours, raw, sensors, official, stations."""
    sensors = pd.read_csv(folder / "pm25_2023h1.csv", index_col="phenomenonTime")
    sensors.index = pd.to_datetime(sensors.index, utc=True) - HOUR  # labels are the end
    places = pd.read_csv(folder / "things_locations.csv", skipinitialspace=True)
    places = places.assign(name=places["name"].str.strip()).drop_duplicates("name")
    places = places.set_index("name")
    names = [name for name in sensors.columns if name in places.index]
    sensors = sensors[names].apply(pd.to_numeric, errors="coerce")
    sensors = sensors.where((sensors >= 0) & (sensors < 1000))  # sentinels, and what is no dust
    dead = (sensors.std() < 0.1) | (sensors.mean() > 100)
    sensors = sensors.loc[:, ~dead]
    official = pd.concat(
        pd.read_csv(path, sep=";", encoding="latin-1", skiprows=9)
        for path in sorted((folder / "luchtmeetnet").glob("*_PM25.csv"))
    )
    official.columns = official.columns.str.strip()
    begin = pd.to_datetime(official["Begindatumtijd"], format="%Y%m%d %H:%M")
    official.index = begin.dt.tz_localize("Etc/GMT-1").dt.tz_convert("UTC")  # fixed CET
    official = official[list(UTRECHT)].apply(pd.to_numeric, errors="coerce")
    hours = pd.date_range(sensors.index.min(), sensors.index.max(), freq="h")
    where = places.loc[sensors.columns, ["lat", "lon"]].to_numpy(float)
    return (
        hours,
        sensors.reindex(hours).to_numpy(float),
        Places(*where.T),
        official.reindex(hours).to_numpy(float),
        Places(*np.array(list(UTRECHT.values())).T),
    )


def read_rivm(folder):
    """The example of RIVM: hours, raw, calibrated by RIVM, sensors, official, stations."""
    frame = pd.read_csv(folder / "Voorbeeld_sensoren.csv", parse_dates=["date"])
    frame = frame[frame["lat"] > 1]
    raw = frame.pivot_table(index="date", columns="kit_id", values="pm25")
    hours = pd.date_range(raw.index.min(), raw.index.max(), freq="h")
    raw = raw.where(raw >= 0).reindex(hours)
    calibrated = frame.pivot_table(index="date", columns="kit_id", values="pm25_kal")
    calibrated = calibrated.reindex(index=hours, columns=raw.columns)
    where = frame.groupby("kit_id")[["lat", "lon"]].first().loc[raw.columns].to_numpy()
    official = pd.read_csv(folder / "Voorbeeld_luchtmeetnet.csv", parse_dates=["date"])
    official = official.pivot_table(index="date", columns="station_number", values="pm25")
    official.index += HOUR  # labels of stations are the begin, of sensors the end of the hour
    return (
        hours,
        raw.to_numpy(),
        calibrated.to_numpy(),
        Places(*where.T),
        official[list(BACKGROUND)].reindex(hours).to_numpy(),
        Places(*np.array(list(BACKGROUND.values())).T),
    )


def to_seconds(index):
    return index.to_numpy("datetime64[s]").astype(np.int64)
