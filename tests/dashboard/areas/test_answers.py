"""The page of neighbourhoods, its file and the year report, as a client gets them."""

import csv
import io
import re
from datetime import datetime, timedelta
from urllib.request import urlopen

import pytest

from storage import reader
from storage.migrate import migrate
from storage.pool import connect
from tests.dashboard import city
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

NO_BREAK = "\N{NO-BREAK SPACE}"


def read_table(client, **query):
    return list(csv.DictReader(io.StringIO(client.get("/nl/areas.csv", **query).text)))


def test_every_zone_has_a_row_that_leads_to_its_page(client):
    text = client.get("/nl/areas").text
    for name, (_, label, *_) in city.ZONES.items():
        assert re.search(rf'<a href="/nl/area/{name}\?quantity=pm25">{label}</a>', text)
    assert f"31,3{NO_BREAK}µg/m³" in text  # of the box at the harbour, in Dutch
    assert f"31.3{NO_BREAK}µg/m³" in client.get("/en/areas").text


def test_too_little_is_said_and_not_judged(client):
    text = client.get("/nl/areas").text
    assert "te weinig gemeten: 2 van 30 dagen, ervoor 0" in text
    assert "? te weinig gemeten om naast een norm te zetten" in text
    assert "Wat het meest veranderde is nog niet te zeggen" in text
    assert "2 boven WHO 2021 (15; 3 mag)" in text


def test_the_file_has_what_the_database_says(client, built_city):
    rows = {row["zone"]: row for row in read_table(client)}
    assert set(rows) == set(city.ZONES)
    stop = datetime.fromisoformat(rows["binnenstad"]["until"])
    with connect(built_city.dsn) as connection:
        hours = reader.hourly(connection, "pm25", stop - timedelta(days=1), stop)
        inside = reader.zone_nodes(connection, stop - timedelta(days=1), stop)
    for zone, row in rows.items():
        own = hours[hours["node"].isin(inside.loc[inside["zone"] == zone, "node"])]
        by_hour = {
            time: (part["mean"] * part["count"]).sum() / part["count"].sum()
            for time, part in own.groupby("time")
        }
        assert int(row["hours_24h"]) == len(by_hour)
        if by_hour:
            mean = sum(by_hour.values()) / len(by_hour)
            assert float(row["mean_24h"]) == pytest.approx(mean, abs=0.001)
    assert rows["weide"]["mean_24h"] == rows["weide"]["mean_year"] == ""


def test_a_heading_sorts_by_its_column(client):
    assert [row["zone"] for row in read_table(client, sort="year")][:2] == [
        "havenkwartier",
        "binnenstad",
    ]
    text = client.get("/nl/areas", sort="year").text
    assert re.search(r'aria-sort="descending"><a [^>]*sort=year', text)


def test_an_earlier_day_is_looked_back_from_and_kept_in_the_links(client):
    table = read_table(client, last="2026-05-03")
    assert {row["until"] for row in table} == {"2026-05-03T22:00:00Z"}  # midnight here
    page = client.get("/nl/areas", last="2026-05-03").text
    assert page.count("last=2026-05-03") >= 5
    assert 'name="last" value="2026-05-03"' in page


def test_without_a_day_it_is_the_newest_hour_of_a_fixed_node(client):
    assert {row["until"] for row in read_table(client)} == {f"{city.LAST:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("quantity=ozon", "Wat bedoelt u met de grootheid"),
        ("sort=x", "Op “x” is niet te sorteren"),
        ("kind=land", "De soort “land” is er niet"),
        ("municipality=gm0000", "De gemeente “gm0000” is hier niet"),
        ("last=morgen", "“morgen” is geen dag"),
    ],
)
def test_what_cannot_be_is_said(client, query, said):
    for path in ("/nl/areas", "/nl/areas.csv"):
        told = client.get(f"{path}?{query}")
        assert (told.status, said in told.text) == (400, True)


def test_the_year_report_is_a_page_by_its_name(client):
    path = "/nl/areas/report?zone=binnenstad&year=2026&format=html"
    told = client.get(path)
    assert told.status == 200
    assert 'filename="jaar-2026-binnenstad.html"' in told.headers["content-disposition"]
    assert "Binnenstad" in told.text


def test_the_year_report_is_a_file_to_print_as_well(site):
    with urlopen(f"{site}/en/areas/report?zone=binnenstad") as told:
        assert told.headers["Content-Type"] == "application/pdf"
        assert 'filename="year-2026-binnenstad.pdf"' in told.headers["Content-Disposition"]
        assert told.read(5) == b"%PDF-"


def test_a_year_report_that_cannot_be_is_refused(client):
    for query, status in (
        ("zone=binnenstad&year=1e9", 400),
        ("zone=binnenstad&year=2019", 400),
        ("zone=binnenstad&format=docx", 400),
        ("zone=nergens", 404),
        ("zone=weide", 404),  # nothing was measured in it
    ):
        assert client.get(f"/nl/areas/report?{query}").status == status, query


def test_without_zones_the_page_says_how_they_come(postgres_databases):
    with postgres_databases.migrated(migrate) as dsn, running(dsn) as address:
        text = Client(address).get("/nl/areas").text
    assert "Er zijn nog geen buurten" in text
    assert "meten zone add" in text
