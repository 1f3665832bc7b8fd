"""Rows of the Snuffelfiets table, made up: the real ones are somebody's rides."""

HEADER = (
    "_id,entity_id,recording_timestamp,receive_timestamp,acc_max,error_code,horizontal_accuracy,"
    "humidity,latitude,longitude,no2,pm10,pm1_0,pm2_5,pressure,temperature,version_major,"
    "version_minor,vertical_accuracy,voc,voltage"
)
USUAL = {
    "_id": "1",
    "entity_id": "350000000000001",
    "recording_timestamp": "2024-11-11T08:50:00",
    "receive_timestamp": "2024-11-11T08:53:42.931000",
    "acc_max": "3",
    "error_code": "0",
    "horizontal_accuracy": "7012",
    "humidity": "70",
    "latitude": "52.0950001",
    "longitude": "5.1249999",
    "no2": "0",
    "pm10": "2010",
    "pm1_0": "900",
    "pm2_5": "1325",
    "pressure": "1011",
    "temperature": "185",
    "version_major": "2",
    "version_minor": "3",
    "vertical_accuracy": "9030",
    "voc": "43",
    "voltage": "113",
}


def bike_row(separator=",", **given):
    return separator.join({**USUAL, **given}.values())


def write_table(path, rows, separator=","):
    path.write_text("\n".join([HEADER.replace(",", separator), *rows]) + "\n")
    return path


def ride_rows(samples, device="350000000000001", start="2024-11-11T08:00:00", step_s=10):
    """A ride due north at 18 km/h from 52.1 N, 5.1 E."""
    from datetime import datetime, timedelta

    begin = datetime.fromisoformat(start)
    for index in range(samples):
        yield bike_row(
            _id=str(index),
            entity_id=device,
            recording_timestamp=(begin + timedelta(seconds=step_s * index)).isoformat(),
            latitude=f"{52.1 + index * 50 / 111_195:.7f}",
            longitude="5.1000000",
            # a sensor that says the same for long is taken to stand still
            **{key: str(int(USUAL[key]) + index * 37 % 100) for key in ("pm1_0", "pm2_5", "pm10")},
        )
