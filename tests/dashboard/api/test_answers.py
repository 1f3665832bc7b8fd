"""The API of a city whose numbers are known, through a real server and a real database."""

from datetime import UTC, datetime, timedelta

import h3
import numpy as np
import pytest

from lokaalmeten.quantities import BY_KEY
from tests.dashboard import city


def iso(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


LAST_HOUR = {
    "start": iso(city.LAST - timedelta(hours=1) + timedelta(seconds=1)),
    "end": iso(city.LAST + timedelta(seconds=1)),
}


def public_cell(name):
    _, lat, lon, _ = city.BOXES[name]
    return h3.latlng_to_cell(lat, lon, 9)


def test_nodes_are_listed_without_a_precise_place(client):
    nodes = {node["name"]: node for node in client.get("/v1/nodes").json["nodes"]}
    assert set(nodes) == {*city.BOXES, *city.BIKES, city.COUNTER, city.NEW}
    for name, (label, *_) in city.BOXES.items():
        assert nodes[name] == {
            "name": name,
            "label": label,
            "kind": "box",
            "moving": False,
            "cell": public_cell(name),
            "last": iso(city.LAST),
            "license": "CC0-1.0",
            "party": "",
        }
    assert nodes[city.BIKES[0]]["cell"] is None
    assert nodes[city.BIKES[0]]["last"] is None
    assert nodes[city.NEW]["last"] is None


def test_one_node(client):
    assert client.get(f"/v1/nodes/{city.COUNTER}").json["kind"] == "counter"


def test_latest_values_come_with_unit_and_flag(client):
    latest = client.get("/v1/latest").json
    at = latest["nodes"].index("box-school")
    assert latest["times"][at] == iso(city.LAST)
    assert latest["values"]["pm25"][at] == 8.0
    assert latest["flags"]["pm25"][at] == 4
    assert latest["flags"]["pm10"][at] == 1
    assert latest["values"]["pm25"][latest["nodes"].index(city.COUNTER)] is None
    assert latest["units"] == {key: BY_KEY[key].unit for key in latest["values"]}
    assert latest["flagMeanings"]["4"] == "fail"


def test_a_series_is_the_hourly_mean_of_the_good_values(client):
    series = client.get(
        "/v1/nodes/box-school/series",
        quantity="pm25",
        width=3600,
        start=iso(city.LAST - timedelta(hours=6)),
        end=iso(city.LAST),
    ).json
    level = 8.0
    for start, mean, count in zip(series["times"], series["values"], series["counts"], strict=True):
        first = int(datetime.fromisoformat(start).timestamp())
        good = []
        for time in range(first, min(first + 3600, city.STOP), 60):
            if time > city.STOP - 60 * city.FAILED_MINUTES:
                continue
            steady = time > city.STOP - 3600
            wave = 0.2 * level * np.sin(2 * np.pi * (time / 3600 % 24) / 24)
            good.append(round((level if steady else level + wave) * 100) / 100)
        assert count == len(good)
        assert mean == pytest.approx(np.mean(good), abs=1e-3)
    assert len(series["times"]) == 6
    assert series["unit"] == "ug/m3"
    assert series["processing"] == "raw, checked; corrected where it says so"
    assert series["period"] == {"start": iso(city.LAST - timedelta(hours=6)), "end": iso(city.LAST)}


@pytest.mark.parametrize("width", [0, 300, 3600, 86_400])
def test_what_a_series_is_corrected_to_stands_beside_it(client, width):
    asked = {"quantity": "humidity", "width": width}
    told = client.get("/v1/nodes/box-haven/series", **asked).json
    assert len(told["corrected"]) == len(told["values"]) > 0
    halves = [value / 2 for value in told["values"]]
    assert told["corrected"] == pytest.approx(halves, abs=0.006)
    assert told.get("correctedCounts") == told.get("counts")
    raw = client.get(f"/v1/nodes/{city.STEADY}/series", **asked).json
    assert set(raw["corrected"]) == {None}


def test_width_zero_gives_every_sample_with_its_flag(client):
    series = client.get("/v1/nodes/box-school/series", quantity="pm25", width=0, **LAST_HOUR).json
    assert series["values"] == [8.0] * 60
    assert series["flags"] == [1] * 30 + [4] * 30
    assert series["flagMeanings"]["1"] == "good"


def test_without_a_period_a_series_is_the_last_day(client):
    series = client.get(f"/v1/nodes/{city.STEADY}/series", quantity="temperature").json
    length = [datetime.fromisoformat(series["period"][edge]) for edge in ("start", "end")]
    assert length[1] - length[0] == timedelta(days=1)
    assert series["width"] == 300
    assert len(series["times"]) == 24 * 12 + 1


def test_hexagons_are_the_mean_of_the_good_values_per_cell(client):
    answer = client.get("/v1/hexagons", quantity="pm10", **LAST_HOUR).json
    found = dict(
        zip(answer["cells"], zip(answer["means"], answer["counts"], strict=True), strict=True)
    )
    expected = {public_cell(name): (box[3] * 1.6, 60) for name, box in city.BOXES.items()}
    assert set(found) == set(expected)
    for cell, (mean, count) in expected.items():
        assert found[cell] == (pytest.approx(mean), count)
    assert answer["unit"] == "ug/m3"
    assert answer["resolution"] == 9
    assert answer["nodes"] == [1, 1, 1]


def test_a_box_leaves_out_what_lies_outside(client):
    _, lat, lon, _ = city.BOXES["box-haven"]
    box = f"{lon - 0.006},{lat - 0.004},{lon + 0.006},{lat + 0.004}"
    answer = client.get("/v1/hexagons", quantity="pm10", bbox=box, **LAST_HOUR).json
    assert answer["cells"] == [public_cell("box-haven")]


def test_coarser_hexagons_hold_the_same_measurements(client):
    sums = []
    for resolution in (10, 9, 7, 4):
        answer = client.get("/v1/hexagons", quantity="pm25", resolution=resolution).json
        assert {h3.get_resolution(cell) for cell in answer["cells"]} <= {resolution, 9}
        products = zip(answer["means"], answer["counts"], strict=True)
        sums.append((sum(answer["counts"]), sum(mean * count for mean, count in products)))
    assert len({count for count, _ in sums}) == 1
    assert [total for _, total in sums] == pytest.approx([sums[0][1]] * 4, rel=1e-4)


def test_rides_are_trimmed_and_nameless(client):
    answer = client.get("/v1/rides").json
    assert len(answer["rides"]) == len(city.BIKES) * city.RIDES_PER_BIKE
    for ride in answer["rides"]:
        assert ride["hour"].endswith(":00:00Z")
        assert 0 < ride["samples"] < 240
        assert 0 < ride["durationS"] < 2400
    text = client.get("/v1/rides").text
    assert not any(name in text for name in city.BIKES)


def test_a_ride_tells_cells_of_resolution_10_and_no_clock(client):
    first = client.get("/v1/rides").json["rides"][0]
    ride = client.get(f"/v1/rides/{first['id']}").json
    assert {h3.get_resolution(cell) for cell in ride["cells"]} == {10}
    assert ride["seconds"][0] == 0
    assert ride["seconds"][-1] == first["durationS"]
    assert len(ride["values"]["pm25"]) == len(ride["cells"]) == first["samples"]
    assert np.mean(ride["values"]["pm25"]) == pytest.approx(first["pm25Mean"], abs=1e-3)
    assert str(city.LAST.year) not in str(ride["seconds"])


def test_quantities_are_those_that_were_measured(client):
    answer = client.get("/v1/quantities").json
    keys = [row["quantity"] for row in answer["quantities"]]
    measured = {"pm25", "pm10", "temperature", "humidity", "pressure", "sound_laeq"}
    assert set(keys) == measured | {"count_in", "count_out"}
    pm25 = answer["quantities"][keys.index("pm25")]
    assert (pm25["unit"], pm25["step"], pm25["label"]["nl"]) == ("ug/m3", 0.01, "PM2,5")


def test_a_forecast_comes_with_its_quantiles_and_its_origin(client):
    answer = client.get(f"/v1/nodes/{city.STEADY}/forecast", quantity="pm25").json
    assert answer["model"] == "test 1"
    assert answer["issueTime"] == answer["cutoff"] == iso(city.LAST)
    assert list(answer["quantiles"]) == ["0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"]
    assert (len(answer["times"]), answer["times"][0]) == (72, iso(city.LAST))
    low, middle, high = (answer["quantiles"][level] for level in ("0.1", "0.5", "0.9"))
    assert [m - n for m, n in zip(middle, low, strict=True)] == pytest.approx([4] * 72, abs=1e-3)
    assert [m - n for m, n in zip(high, middle, strict=True)] == pytest.approx([6] * 72, abs=1e-3)
    assert (answer["known"], answer["historyHours"], answer["reason"]) == (1, 900, None)
    same = client.get(f"/v1/forecasts/node/{city.STEADY}", quantity="pm25").json
    assert same["quantiles"] == answer["quantiles"]


def test_without_a_forecast_the_lists_are_empty_and_a_reason_says_why(client):
    answer = client.get("/v1/nodes/box-haven/forecast", quantity="pm25").json
    assert (answer["times"], answer["quantiles"], answer["model"]) == ([], {}, None)
    assert answer["reason"] is None  # the round does not know it
    answer = client.get(f"/v1/nodes/{city.NEW}/forecast", quantity="pm25").json
    assert (answer["times"], answer["reason"]) == ([], "young")


def test_the_latest_round_lists_its_places_and_why_some_have_none(client):
    (latest,) = client.get("/v1/forecasts").json["rounds"]
    assert (latest["quantity"], latest["places"], latest["refused"]) == ("pm25", 1, 2)
    answer = client.get("/v1/forecasts/places", quantity="pm25").json
    reasons = {row["place"]: row["reason"] for row in answer["places"]}
    assert reasons == {city.STEADY: None, "box-school": "silent", city.NEW: "young"}
    assert set(reasons.values()) - {None} == set(answer["reasons"])


def test_scores_are_means_by_hours_ahead_and_by_week(client):
    answer = client.get("/v1/forecasts/scores", quantity="pm25", place=city.STEADY).json
    assert [row["from"] for row in answer["byHoursAhead"]] == [1, 7, 13, 19, 25, 49]
    day = answer["byHoursAhead"][3]
    assert day["forecasts"] == 144 * city.SCORED_DAYS
    assert (day["error"], day["naiveError"]) == (1.2, 2.0)
    assert day["wql"] == pytest.approx(0.8 / 16)
    assert day["naiveWql"] == pytest.approx(2 / 16)
    assert [day[f"inside{level}"] for level in (50, 80, 95)] == [0.5, 0.8333, 0.9583]
    assert [row["week"] for row in answer["byWeek"]] == ["2026-04-20", "2026-04-27"]
    counts = [row["forecasts"] for row in answer["byWeek"]]
    assert counts == [144 * 12 * days for days in (3, 7)]
    assert client.get("/v1/forecasts/scores", quantity="pm25").json["byWeek"] == answer["byWeek"]
    other = client.get("/v1/forecasts/scores", quantity="pm25", place="box-haven").json
    assert (other["byWeek"], other["byHoursAhead"]) == ([], [])
    never = client.get("/v1/forecasts/scores", quantity="o3").json
    assert (never["unit"], never["byWeek"], never["first"]) == ("ug/m3", [], None)


@pytest.mark.parametrize(
    ("path", "query", "status", "told"),
    [
        ("forecasts/scores", {"quantity": "battery"}, 400, "that is not forecast"),
        ("forecasts/scores", {"quantity": "pm25", "kind": "street"}, 400, "kind"),
        ("forecasts/scores", {"quantity": "pm25", "weeks": 0}, 400, "weeks"),
        ("forecasts/places", {}, 400, "quantity"),
        ("forecasts/node/nobody", {"quantity": "pm25"}, 404, "no forecast of pm25"),
        ("forecasts/street/a", {"quantity": "pm25"}, 404, "no forecast of pm25"),
    ],
)
def test_what_is_wrong_is_said(client, path, query, status, told):
    answer = client.get(f"/v1/{path}", **query)
    assert answer.status == status
    assert told in answer.json["detail"]


def test_a_period_without_data_is_empty_and_no_error(client):
    query = {"quantity": "pm25", "start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"}
    assert client.get("/v1/hexagons", **query).json["cells"] == []
    assert client.get("/v1/nodes/box-markt/series", **query).json["values"] == []
    assert client.get("/v1/rides", start=query["start"], end=query["end"]).json["rides"] == []


def test_the_first_page_lists_every_route_and_each_is_described(client):
    index = client.get("/v1").json
    described = client.get("/v1/openapi.json").json
    links = {link["href"] for link in index["links"]} - {"/v1/openapi.json"}
    assert links == {f"/v1{path}".rstrip("/") for path in described["paths"]}


def test_times_with_another_offset_are_the_same_moment(client):
    dutch = (city.LAST + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00"
    answer = client.get("/v1/hexagons", quantity="pm25", end=dutch).json
    assert answer["period"]["end"] == iso(city.LAST.astimezone(UTC))
