import json
import zipfile
from datetime import UTC, datetime

import pytest

from ingest.sources import samenmeten_api
from lokaalmeten.errors import FormatError
from tests.ingest.sources.reading import count_bad, list_samples, read_parts

SOURCE = samenmeten_api.SOURCE
API = "https://api-samenmeten.rivm.nl/v1.0"
FIRST = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())


def observe(hour, result, **more):
    return {
        "@iot.id": 1,
        "phenomenonTime": f"2024-01-01T{hour:02}:00:00.000Z",
        "result": result,
        **more,
    }


def stream(number, name, *observations):
    told = {"@iot.id": number, "name": name, "unitOfMeasurement": {"symbol": "ug/m3"}}
    return {**told, **({"Observations": list(observations)} if observations else {})}


def thing(name, *streams, place=(4.6, 52.4)):
    locations = [{"location": {"type": "Point", "coordinates": list(place)}}] if place else []
    return {"@iot.id": 7, "name": name, "properties": {"project": "x"}, "Locations": locations,
            "Datastreams": list(streams)}  # fmt: skip


def write(path, *pages):
    path.write_text("\n".join(json.dumps(page) for page in pages))
    return path


def read(tmp_path, *pages, name="pages.json"):
    return read_parts(SOURCE, write(tmp_path / name, *pages))


def test_expanded_things_give_a_row_a_kit_and_hour_with_all_its_quantities(tmp_path):
    page = {
        "@iot.nextLink": f"{API}/Things?$skip=1",
        "value": [
            thing(
                "HLL_hl_device_465",
                stream(1, "HLL_hl_device_465-12-pm25", observe(1, 8.5), observe(2, 9)),
                stream(2, "HLL_hl_device_465-6-rh", observe(1, 81.2)),
                stream(3, "HLL_hl_device_465-6-temp", observe(2, -1.5)),
            )
        ],
    }
    (part,) = read(tmp_path, page)
    assert len(part.observations) == 2
    kit = "samenmeten:HLL_hl_device_465"
    assert list_samples([part]) == {
        (kit, "pm25", FIRST): 8.5,
        (kit, "pm25", FIRST + 3600): 9,
        (kit, "humidity", FIRST): 81.2,
        (kit, "temperature", FIRST + 3600): -1.5,
    }
    assert [(d.lat, d.lon, d.label) for d in part.devices] == [(52.4, 4.6, "HLL_hl_device_465")]


def test_pages_of_observations_find_their_datastream_by_its_number(tmp_path):
    things = {"value": [thing("LTD_1", stream(36527, "LTD_1-3-pm25"))]}
    first = {
        "@iot.nextLink": f"{API}/Datastreams(36527)/Observations?$skip=1",
        "value": [observe(1, 8.5)],
    }
    link = f"{API}/Datastreams(36527)"
    last = {"value": [observe(2, 9, **{"Datastream@iot.navigationLink": link})]}
    for pages in ((things, first, last), (last, first, things)):
        assert list_samples(read(tmp_path, *pages)) == {
            ("samenmeten:LTD_1", "pm25", FIRST): 8.5,
            ("samenmeten:LTD_1", "pm25", FIRST + 3600): 9,
        }


def test_a_page_of_observations_alone_is_told_by_the_name_of_the_file(tmp_path):
    page = {"value": [observe(1, "8.5")]}
    found = list_samples(read(tmp_path, page, name="LTD_1-3-pm10.json"))
    assert found == {("samenmeten:LTD_1", "pm10", FIRST): 8.5}
    assert count_bad(read(tmp_path, page, name="page.json")) == {"the Datastream is not named": 1}


def test_a_zip_of_pages_is_read_as_one(tmp_path):
    path = tmp_path / "kit.zip"
    observed = {
        "@iot.nextLink": f"{API}/Datastreams(5)/Observations?$skip=1",
        "value": [observe(1, 3)],
    }
    things = {"value": [thing("A_1", stream(5, "A_1-2-no2"))]}
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("observations.json", json.dumps(observed))
        packed.writestr("things.json", json.dumps(things))
    assert list_samples(read_parts(SOURCE, path)) == {("samenmeten:A_1", "no2", FIRST): 3}


def test_an_interval_keeps_its_begin_and_another_length_is_refused(tmp_path):
    hour = observe(1, 5) | {"phenomenonTime": "2024-01-01T00:00:00Z/2024-01-01T01:00:00Z"}
    day = observe(1, 5) | {"phenomenonTime": "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"}
    parts = read(tmp_path, {"value": [hour, day]}, name="A_1-2-no2.json")
    assert list_samples(parts) == {("samenmeten:A_1", "no2", FIRST): 5}
    assert count_bad(parts) == {"a value of another period than an hour": 1}


def test_what_rivm_calibrated_is_counted_and_never_stored_as_raw(tmp_path):
    page = {"value": [thing("A_1", stream(5, "A_1-2-pm25_kal", observe(1, 3), observe(2, 4)))]}
    parts = read(tmp_path, page)
    assert list_samples(parts) == {}
    assert count_bad(parts) == {"pm25_kal is calibrated by RIVM, not raw": 2}


def test_every_observation_is_a_value_or_has_a_reason(tmp_path):
    found = [
        observe(1, 1),
        observe(1, 2),
        observe(2, None),
        observe(3, "much"),
        observe(4, 1) | {"phenomenonTime": "soon"},
        observe(5, 1) | {"phenomenonTime": "1970-01-01T01:00:00Z"},
        observe(6, 1) | {"phenomenonTime": "2099-01-01T01:00:00Z"},
        observe(7, -999),
    ]
    parts = read(tmp_path, {"value": found}, name="A_1-2-no2.json")
    assert list(list_samples(parts).values()) == [1, -999]
    assert [(bad.line, bad.reason) for part in parts for bad in part.bad] == [
        (2, "this hour of this quantity came before"),
        (3, "no result"),
        (4, "result is not a number"),
        (5, "phenomenonTime is not a time"),
        (6, "time before 2018: the clock was not set"),
        (7, "time in the future"),
    ]


def test_air_pressure_is_pascal_whatever_it_came_in(tmp_path):
    page = {"value": [observe(1, 1013.2), observe(2, 101_320)]}
    found = list_samples(read(tmp_path, page, name="A_1-2-pres.json"))
    assert set(found.values()) == {101_320}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"value": [{"@iot.id": 1, "name": "A', "no JSON from line 1, column 35 on"),
        ("<html>502</html>", "no JSON from line 1, column 1 on"),
        ('"soon"', "it holds 'soon'"),
        ('{"value": "soon"}', "'value' holds 'soon'"),
    ],
)
def test_what_is_no_page_is_refused_with_a_sentence(tmp_path, text, said):
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(FormatError) as refused:
        read_parts(SOURCE, path)
    assert said in str(refused.value)
