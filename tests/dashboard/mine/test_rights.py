"""Who sees and changes what on the own pages: anonymous, owners, others, forged and ended."""

import re

import pytest

from dashboard.access.cookies import NAME as COOKIE
from lokaalmeten.quantities import BY_KEY
from storage.pool import connect

PLACE = ("52.0951", "5.1101")  # of ann's box-school


def places(home, who):
    """All precise positions of somebody's nodes and rides, as they would be written."""
    query = (
        "SELECT o.lat, o.lon FROM private.observation o JOIN private.node n ON n.id = o.node_id"
        " JOIN private.owner w ON w.id = n.owner_id WHERE w.name = %s AND o.lat IS NOT NULL"
    )
    with connect(home.dsn) as connection:
        rows = connection.execute(query.encode(), [who]).fetchall()
    return {f"{value / 1e7:.7f}" for row in rows for value in row}


def test_who_is_not_signed_in_is_told_how_to_get_in_and_nothing_else(home):
    for base, new, ride in (("/nl/mijn", "nieuw", "rit"), ("/en/my", "new", "ride")):
        told = home.get(base)
        assert told.status == 200
        assert told.headers["cache-control"] == "no-store"
        assert "box-school" not in told.text
        for rest in ("box-school", "box-not-there", f"-/{new}", f"-/{ride}/1"):
            told = home.get(f"{base}/{rest}")
            assert (told.status, told.headers["cache-control"]) == (303, "no-store")
            assert told.text == ""
    assert home.get("/en/my/box-school").headers["location"] == "/en/sign-in?to=/en/my/box-school"


def test_an_owner_sees_the_own_nodes_and_not_those_of_another(home):
    page = home.get("/en/my", "ann")
    assert page.headers["cache-control"] == "no-store"
    assert all(f"/en/my/{name}" in page.text for name in ("box-school", "box-nieuw", "fiets-1"))
    assert not any(f"/en/my/{name}" in page.text for name in ("box-markt", "fiets-2"))
    assert all(value in home.get("/en/my/box-school", "ann").text for value in PLACE)
    for name in ("box-markt", "fiets-2", "box-not-there", "Box", "-", "a" * 64):
        assert home.get(f"/en/my/{name}", "ann").status == 404, name


def test_a_whole_ride_is_for_its_owner_alone(home):
    (ride, *_), marks = home.find_rides("ann"), places(home, "ann")
    assert len(marks) > 1000
    own = home.get(f"/en/my/-/ride/{ride}.csv", "ann")
    assert own.headers["cache-control"] == "no-store"
    seen = set(re.findall(r"\d+\.\d{7}", own.text))
    assert len(seen) > 100
    assert seen <= marks
    for who in (None, "bob", "operator", "municipality"):
        for rest in ("", ".csv", ".gpx"):
            told = home.get(f"/en/my/-/ride/{ride}{rest}", who)
            assert told.status == (404 if who else 303)
            assert not marks & set(re.findall(r"\d+\.\d{7}", told.text))
        for path in ("/en/my", "/en/my/fiets-1", "/en/rides", "/v1/rides"):
            told = home.get(path, who)
            assert not marks & set(re.findall(r"\d+\.\d{7}", told.text))
            assert f'/ride/{ride}"' not in told.text
    for odd in ("0", "9" * 18, "9" * 40, "x", f"{ride}.", f"{ride}.exe", f"-{ride}", "1;--"):
        assert home.get(f"/en/my/-/ride/{odd}", "ann").status == 404, odd


def test_operator_and_municipality_see_how_nodes_are_without_places_and_settings(home):
    assert "/en/my/box-school" in home.get("/en/my", "operator").text
    seen = home.get("/en/my", "municipality").text
    assert "/en/my/box-markt" in seen
    assert not any(f"/en/my/{name}" in seen for name in ("box-school", "fiets-1", "fiets-2"))
    page = home.get("/en/my/box-markt", "municipality")
    assert page.status == 200
    assert "<form" not in page.text.split("<footer")[0]
    assert "5.124" not in page.text
    assert home.get("/en/my/box-school", "municipality").status == 404
    assert home.get("/en/my/-/new", "operator").status == 404


@pytest.mark.parametrize("who", [None, "bob", "operator", "municipality"])
def test_nobody_else_changes_a_node(home, who):
    before = home.get("/en/my/box-school", "ann").text
    forms = (
        {"do": "label", "label": "mine now"},
        {"do": "place", "lat": "52", "lon": "5"},
        {"do": "licence", "license": "CC0-1.0"},
        {"do": "login"},
    )
    for form in forms:
        told = home.post("/en/my/box-school", who, **form)
        assert told.status == (404 if who else 403)
        assert 'class="mine-secret"' not in told.text
    if who != "bob":
        told = home.post("/en/my/-/new", who, do="new", name="box-x", kind="box")
        assert told.status == 403
        told = home.post("/en/my", who, do="zone", name="z", lat="52", lon="5", radius="100")
        assert told.status == 403
    assert home.get("/en/my/box-school", "ann").text == before


def test_a_change_that_another_site_asks_for_is_refused(home):
    forms = {
        "/en/my": {"do": "zone", "name": "z", "lat": "52", "lon": "5", "radius": "100"},
        "/en/my/box-school": {"do": "label", "label": "mine now"},
        "/en/my/-/new": {"do": "new", "name": "box-x", "kind": "box"},
    }
    for path, form in forms.items():
        for headers in (
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            assert home.post(path, "ann", headers, **form).status == 403
    assert "mine now" not in home.get("/en/my", "ann").text


def test_a_revoked_key_and_an_ended_session_open_nothing(home):
    token = home.enter("ann")
    of_ann = " WHERE key_id = (SELECT id FROM private.access_key k WHERE k.label LIKE 'ann %%')"
    home.run(f"UPDATE private.session SET expires_at = now() - interval '1 s'{of_ann}")
    told = home.client.get("/en/my/box-school", {"Cookie": f"{COOKIE}={token}"})
    assert told.status == 303
    assert home.post("/en/my/box-school", "ann", do="label", label="x").status == 403
    home.run(f"UPDATE private.session SET expires_at = now() + interval '1 h'{of_ann}")
    assert home.get("/en/my/box-school", "ann").status == 200
    home.run("UPDATE private.access_key SET revoked_at = now() WHERE label LIKE 'ann %%'")
    assert home.get("/en/my/box-school", "ann").status == 303
    home.run("UPDATE private.access_key SET revoked_at = NULL WHERE label LIKE 'ann %%'")


def test_what_cannot_be_asked_is_refused_in_the_language_of_the_page(home):
    told = home.get("/nl/mijn/box-school", "ann", quantity="geluk")
    assert told.status == 400
    assert "geluk" in told.text
    assert home.get("/en/my/box-school", "ann", quantity="pm10", fbclid="x").status == 200
    assert all(home.get("/en/my/box-school", "ann", quantity=key).status == 200 for key in BY_KEY)
