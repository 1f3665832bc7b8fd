"""The page as it is served: what it shows is what the download holds."""

import csv
import io
import re
import subprocess
import sys
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.dashboard import city

PATH = "/nl/data"


def find(text, pattern):
    return [unescape(found) for found in re.findall(pattern, text, re.DOTALL)]


def ask(client, path=PATH, **chosen):
    return client.get(f"{path}?{urlencode(chosen, doseq=True)}" if chosen else path)


def rows_of(text):
    rows = re.findall(r"<tr>(.*?)</tr>", text.partition("<tbody>")[2])
    return [find(row, "<td>(.*?)</td>") for row in rows]


def test_the_first_rows_are_those_of_the_file(client, site):
    chosen = {"node": city.STEADY, "quantity": "pm25", "first": "2026-05-04", "last": "2026-05-04"}
    page = ask(client, **chosen)
    assert page.status == 200
    (link,) = find(page.text, r'class="action" href="([^"]+)"')
    file = list(csv.DictReader(io.StringIO(client.get(link).text)))
    shown = rows_of(page.text)
    assert len(shown) == 8
    for row, wanted in zip(shown, file[:8], strict=True):
        assert row[0] == wanted["node"]
        assert row[1] == wanted["time"].replace("T", " ").replace("Z", " UTC")
        assert row[2] == wanted["cell"]
        assert float(row[3].replace(",", ".")) == pytest.approx(float(wanted["pm25"]), abs=0.05)


def test_rides_can_be_chosen_and_tell_nothing_of_a_bike(client):
    page = ask(client, of="rides", quantity="pm25", first="2026-05-03", last="2026-05-04")
    assert page.status == 200
    assert rows_of(page.text)
    assert not any(bike in page.text for bike in city.BIKES)


def test_the_form_keeps_what_was_chosen(client):
    text = ask(client, node="box-haven", quantity=["temperature", "pm25"], quality="good").text
    assert 'value="box-haven"' in text
    assert re.search(r'value="temperature" checked', text)
    assert re.search(r'value="good" selected', text)
    assert not re.search(r'value="pm10" checked', text)


def test_every_way_in_is_there(client):
    text = ask(client, "/en/data").text
    for path in find(text, r'<li><a href="(/[^"]+)">/'):
        assert client.get(path).status == 200, path
    assert '<html lang="en">' in text


def test_python_reads_what_it_is_told_to(client, site):
    page = ask(client, node=city.STEADY, quantity="pm25", first="2026-05-04", last="2026-05-04")
    recipes = find(page.text, r"<code>(.*?)</code>")
    (python,) = [each for each in recipes if "import pandas" in each]
    code = f"{python}\nprint(len(samples), samples['pm25'].notna().all())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (link,) = find(page.text, r'class="action" href="([^"]+)"')
    rows = len(client.get(link).text.splitlines()) - 1
    assert done.stdout.split() == [str(rows), "True"]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"quantity": "moonlight"}, "no such quantity"),
        ({"bbox": "1,2"}, "west,south,east,north"),
        ({"first": "2026-05-04", "last": "2026-05-01"}, "start must be before end"),
        ({"first": "soon"}, "A day is written as"),
        ({"node": "<script>alert(1)</script>"}, "no fixed node"),
        ({"municipality": "atlantis"}, "no municipality"),
        ({"first": "1900-01-01"}, "start"),
        ({"page": "2"}, "is not known here"),
        ({"processing": "corrected", "quantity": "pressure"}, "never corrected"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/nl/data", "/en/data"])
def test_what_cannot_be_is_said_above_the_form(client, path, chosen, told):
    page = ask(client, path, **chosen)
    assert page.status == 400
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    (alert,) = find(page.text, r'role="alert">(.*?)</p>')
    assert told in alert
    assert "<script>alert" not in page.text
    assert "<form" in page.text


def test_a_choice_of_nothing_is_a_sentence(client):
    page = ask(client, quantity="pm25", first="2020-01-01", last="2020-01-02")
    assert page.status == 200
    assert "Hiervan is niets gemeten" in page.text
