"""Requests as QGIS and the scripts of Samen Meten send them, each word for word."""

import pytest

from tests.dashboard.city import BOXES, COUNTER, NEW

FIXED = sorted([*BOXES, COUNTER, NEW])
AROUND = "geography'Polygon ((5.0 52.0, 5.3 52.0, 5.3 52.2, 5.0 52.2, 5.0 52.0))'"


@pytest.mark.parametrize("root", ["/sta/v1.1", "/sta/v1.0", "/v1.0"])
def test_qgis_reads_the_root(read, root):
    body = read("", root=root)
    assert [set(each) for each in body["value"]] == [{"name", "url"}] * 8
    assert body["value"][0]["url"].endswith(f"{root}/Things")
    versions = [uri for uri in body["serverSettings"]["conformance"] if uri.endswith("/datamodel")]
    assert versions == ["http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel"]


@pytest.mark.parametrize(("kind", "count"), [("Point", 5), ("Polygon", 0), ("LineString", 0)])
def test_qgis_counts_geometries_by_type(read, kind, count):
    condition = f"location/type eq '{kind}' or location/geometry/type eq '{kind}'"
    body = read(f"/Locations?$top=0&$count=true&$filter={condition}")
    assert body == {"@iot.count": count, "value": []}


def test_qgis_reads_locations_in_view_page_by_page(read_all):
    condition = f"geo.intersects(location, {AROUND})"
    rows = read_all(f"/Locations?$filter={condition}&$top=2&$count=false")
    assert len(rows) == 5 == len({row["@iot.id"] for row in rows})


def test_qgis_finds_nothing_outside(read):
    away = AROUND.replace("5.", "6.")
    assert read(f"/Locations?$filter=geo.intersects(location, {away})&$top=2")["value"] == []


def test_qgis_expands_from_place_to_observations(read):
    body = read(
        "/Locations?$expand=Things($expand=Datastreams($expand=Observations("
        "$orderby=phenomenonTime desc;$top=3;$filter=phenomenonTime ge 2026-05-04T17:59:00Z)))"
    )
    rows = [
        row
        for place in body["value"]
        for thing in place["Things"]
        for series in thing["Datastreams"]
        for row in series["Observations"]
    ]
    series = 21
    assert len(rows) == 2 * series
    assert {row["phenomenonTime"] for row in rows} == {
        "2026-05-04T17:59:00.000Z",
        "2026-05-04T18:00:00.000Z",
    }


def test_the_package_of_rivm_reads_things_of_a_project(read):
    path = "/Things?$filter=(properties/project eq'Amersfoort')&$expand=Locations,Datastreams"
    assert read(path, root="/v1.0")["value"] == []
    body = read(path.replace("project eq'Amersfoort'", "kind eq'box'"), root="/v1.0")
    assert [thing["name"] for thing in body["value"]] == sorted([*BOXES, NEW])
    needed = {"@iot.id", "@iot.selfLink", "name", "description", "properties"}
    needed |= {"HistoricalLocations@iot.navigationLink", "Locations", "Datastreams"}
    assert all(needed <= set(thing) for thing in body["value"])


def test_the_package_of_rivm_takes_the_next_page_from_the_first_key(read):
    assert next(iter(read("/Things?$top=3", root="/v1.0"))) == "@iot.nextLink"


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("contains(name,'markt')", ["box-markt"]),
        ("startswith(name,'box')", sorted([*BOXES, NEW])),
        ("name eq 'box-haven'", ["box-haven"]),
        ("properties/codegemeente eq '772'", []),
        ("properties/license eq 'CC-BY-4.0'", []),
        ("properties/license eq 'CC0-1.0' and startswith(name,'box-h')", ["box-haven"]),
        ("substringof('brug',name)", [COUNTER]),
        ("@iot.id eq 'box-haven'", ["box-haven"]),
    ],
)
def test_scripts_find_things(read, condition, names):
    rows = read(f"/Things?$filter={condition}", root="/v1.0")["value"]
    assert [thing["name"] for thing in rows] == names


def test_scripts_read_a_day_of_a_series(read):
    body = read(
        "/Datastreams('box-markt:pm25')/Observations"
        "?$filter=date(phenomenonTime) eq date('2026-05-03')&$count=true",
        root="/v1.0",
    )
    assert body["@iot.count"] == 24 * 60
    assert body["value"][0]["phenomenonTime"] == "2026-05-03T00:00:00.000Z"


def test_scripts_read_the_latest_value(read):
    path = "/Things('box-markt')/Datastreams('box-markt:pm25')/Observations"
    (row,) = read(f"{path}?$orderby=phenomenonTime desc&$top=1", root="/v1.0")["value"]
    assert (row["phenomenonTime"], row["result"]) == ("2026-05-04T18:00:00.000Z", 16.0)


def test_the_latest_of_all_with_thing_and_place_is_one_request(read):
    body = read(
        "/Datastreams?$filter=ObservedProperty/@iot.id eq 'pm25'"
        "&$expand=Thing/Locations,Observations($orderby=phenomenonTime desc;$top=1)"
    )
    found = {
        series["Thing"]["name"]: series["Observations"][0]["result"] for series in body["value"]
    }
    assert found == {"box-school": 8.0, "box-markt": 16.0, "box-haven": 31.0}
    assert all(len(series["Thing"]["Locations"]) == 1 for series in body["value"])
