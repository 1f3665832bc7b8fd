"""What releases say of themselves, against the published schema of DataCite."""

import json
from datetime import timedelta
from importlib import resources

import jsonschema
import pytest

from storage.licences import CC_BY, add_consent
from storage.releases.changes import Changes
from storage.releases.description import find_box, find_days, say_changes
from storage.releases.publishing import publish
from storage.releases.target import Target
from tests.storage.releases.conftest import NOW, WHO

MANDATORY = ("creators", "titles", "publisher", "publicationYear", "types")  # beside the DOI itself


@pytest.fixture
def datacite(autumn, tmp_path):
    since = NOW - timedelta(days=99)
    add_consent(autumn, CC_BY, owner="ann", party="A. from the corner", since=since)
    said = {"party": "Library", "role": "institutional", "since": since}
    add_consent(autumn, CC_BY, node="box-1", **said)
    publish(autumn, Target(str(tmp_path)), "2025-10", WHO, NOW)
    return json.loads((tmp_path / "2025-10.1/datacite.json").read_text())


def test_a_doi_can_be_asked_for_with_it(datacite):
    schema = json.loads(
        (resources.files("datacite") / "schemas/datacite-v4.5.json").read_text("utf-8")
    )
    jsonschema.validate(datacite, schema)
    assert all(datacite[field] for field in MANDATORY)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({k: v for k, v in datacite.items() if k != "creators"}, schema)


def test_it_names_who_asked_for_it_the_licences_and_the_days(datacite):
    assert datacite["creators"] == [
        {"name": "A. from the corner", "nameType": "Personal"},
        {"name": "Library", "nameType": "Organizational"},
        {"name": "Contributors of City of measuring", "nameType": "Organizational"},
    ]
    assert [each["rightsIdentifier"] for each in datacite["rightsList"]] == [
        "CC0-1.0",
        "CC-BY-4.0",
    ]
    assert datacite["dates"] == [
        {"date": "2025-10-01/2025-10-31", "dateType": "Collected"},
        {"date": "2025-11-02", "dateType": "Issued"},
    ]
    assert (datacite["version"], datacite["publicationYear"]) == ("2025-10.1", "2025")
    assert datacite["url"] == "https://data.example.org/releases/2025-10.1/"


def test_the_box_is_that_of_the_cells_of_all_tables(datacite, tmp_path):
    box = datacite["geoLocations"][0]["geoLocationBox"]
    assert 5.0 < box["westBoundLongitude"] < box["eastBoundLongitude"] < 5.3
    assert 52.0 < box["southBoundLatitude"] < box["northBoundLatitude"] < 52.2
    boxes = tmp_path / "2025-10.1/observations/month=2025-10/part-0.parquet"
    alone = find_box([boxes])
    assert alone is not None
    assert alone[0] == alone[2] == pytest.approx(5.12, abs=0.004)
    assert alone[1] == alone[3] == pytest.approx(52.09, abs=0.004)
    assert find_box([]) is None


@pytest.mark.parametrize(
    ("month", "last"),
    [("2024-02", "2024-02-29"), ("2025-12", "2025-12-31"), ("2100-02", "2100-02-28")],
)
def test_the_days_of_a_month(month, last):
    assert find_days(month) == (f"{month}-01", last)


def test_each_kind_of_change_is_a_sentence():
    said = say_changes({"observations": Changes(1, 2, 3, 4, 5, 6, 7), "rides": Changes(left=1)})
    assert said == [
        "observations: 1 rows added: pages that came late, 6 nodes that are new",
        "observations: 2 rows removed: not public any more, 7 nodes that left",
        "observations: 3 rows with another raw value or place",
        "observations: 4 rows with other flags: checks looked again",
        "observations: 5 rows corrected otherwise: calibrations changed",
    ]
    assert say_changes({"observations": Changes()}) == []
