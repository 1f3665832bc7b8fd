"""What an owner changes by a form: saved and shown again, or refused with a sentence."""

import json
import logging
import re

import pytest

from storage.pool import connect


def read(home, query, *values):
    with connect(home.dsn) as connection:
        return connection.execute(query.encode(), values).fetchall()


@pytest.fixture
def box(home):
    """A box of ann that a test may change."""
    told = home.post("/en/my/-/new", "ann", do="new", name="box-mine", kind="box", label="Mine")
    assert told.status == 200
    yield "/en/my/box-mine"
    home.run("DELETE FROM private.node WHERE name = 'box-mine'")


def follow(home, told):
    """The page that one is sent to after saving."""
    assert (told.status, told.headers["cache-control"]) == (303, "no-store")
    return home.get(told.headers["location"].partition("#")[0], "ann").text


def test_name_place_and_licence_are_saved_and_shown_again(home, box):
    page = follow(home, home.post(box, "ann", do="label", label="Bij de <brug> & 'het' hek"))
    assert "The name is saved." in page
    assert 'value="Bij de &lt;brug&gt; &amp; &#x27;het&#x27; hek"' in page
    assert "<brug>" not in page
    page = follow(home, home.post(box, "ann", do="place", lat="52,0907374", lon="5.1214201"))
    assert 'value="52.0907374"' in page
    assert 'value="5.1214201"' in page
    said = {"license": "CC-BY-4.0", "party": "Buurt 7", "role": "institutional"}
    page = follow(home, home.post(box, "ann", do="licence", **said))
    assert 'value="Buurt 7"' in page
    assert '<option value="CC-BY-4.0" selected>' in page
    assert '<option value="institutional" selected>' in page
    public = home.get("/v1/nodes/box-mine").text
    assert "52.0907" not in public
    page = follow(home, home.post(box, "ann", do="label"))
    assert "<h1>box-mine</h1>" in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "label", "label": "x" * 201}, "at most 200 letters"),
        ({"do": "label", "label": "two\nlines"}, "on one line"),
        ({"do": "place"}, "A place is a latitude"),
        ({"do": "place", "lat": "52"}, "A place is a latitude"),
        ({"do": "place", "lat": "north", "lon": "5"}, "A place is a latitude"),
        ({"do": "place", "lat": "nan", "lon": "5"}, "A place is a latitude"),
        ({"do": "place", "lat": "91", "lon": "5"}, "A place is a latitude"),
        ({"do": "place", "lat": "1e400", "lon": "5"}, "A place is a latitude"),
        ({"do": "licence", "license": "CC-BY-4.0"}, "CC BY asks to name somebody"),
        ({"do": "licence", "license": "mine"}, "Choose a licence"),
        ({"do": "licence", "license": "CC0-1.0", "role": "king"}, "Choose a licence"),
    ],
)
def test_what_cannot_be_saved_is_said(home, form, said):
    before = read(home, "SELECT n::text FROM private.node n ORDER BY id")
    told = home.post("/en/my/box-school", "ann", **form)
    assert told.status == 400
    assert said in told.text
    assert read(home, "SELECT n::text FROM private.node n ORDER BY id") == before


def test_a_bike_has_no_place_and_nobody_is_named_for_it(home):
    for form in ({"do": "place", "lat": "52", "lon": "5"}, {"do": "licence", "license": "CC0-1.0"}):
        told = home.post("/nl/mijn/fiets-1", "ann", **form)
        assert told.status == 400
        assert "Een fiets beweegt" in told.text
    assert home.post("/en/my/fiets-1", "ann", do="dance").status == 400
    assert home.post("/en/my/fiets-1", "ann", label="x" * 5000).status == 400  # a large form


def test_a_zone_is_drawn_shown_to_its_owner_alone_and_forgotten(home):
    form = {"do": "zone", "name": "School", "lat": "52,1013579", "lon": "5,0924681"}
    shown = read(home, "SELECT id, public_start, public_stop FROM private.ride")
    page = follow(home, home.post("/en/my", "ann", **form, radius="150"))
    assert "150 m around 52.1013579, 5.0924681" in page
    assert "your rides are hidden" in page
    assert "52.1013579" not in home.get("/en/my", "bob").text
    hidden = (
        "SELECT bool_and(public_start IS NULL AND due IS NOT NULL) FROM private.ride r"
        " JOIN private.node n ON n.id = r.node_id WHERE n.name = 'fiets-1'"
    )
    assert read(home, hidden) == [(True,)]
    for wrong in ({"radius": "0"}, {"radius": "50001"}, {"radius": "1e3"}, {"radius": "²"},
                  {"radius": "9", "name": "My home"}, {"radius": "9", "lat": ""}):  # fmt: skip
        told = home.post("/en/my", "ann", **(form | wrong))
        assert told.status == 400, wrong
        assert 'role="alert"' in told.text
    page = follow(home, home.post("/en/my", "ann", do="erase", name="school"))
    assert "52.1013579" not in page
    assert home.post("/en/my", "ann", do="erase", name="school").status == 404
    for row in shown:
        again = (
            "UPDATE private.ride SET public_start = %s, public_stop = %s, due = NULL WHERE id = %s"
        )
        home.run(again, row[1], row[2], row[0])


def test_a_password_is_shown_once_and_kept_nowhere(home, caplog):
    form = {"do": "new", "name": "Box-New", "kind": "box", "label": "New", "lat": "52", "lon": "5"}
    with caplog.at_level(logging.DEBUG):
        told = home.post("/nl/mijn/-/nieuw", "ann", **form)
        secret = re.search(r"<dt>Wachtwoord</dt><dd>([a-z2-9]{20})</dd>", told.text)[1]
        again = home.post("/nl/mijn/box-new", "ann", do="login")
        other = re.search(r"<dt>Wachtwoord</dt><dd>([a-z2-9]{20})</dd>", again.text)[1]
    assert (told.status, told.headers["cache-control"]) == (200, "no-store")
    assert 'role="img" aria-label="QR-code' in told.text
    assert secret != other
    rows = read(home, "SELECT login FROM private.broker_login b JOIN private.node n ON"
                      " n.id = b.node_id WHERE n.name = 'box-new'")  # fmt: skip
    assert len(rows) == 1
    events = read(home, "SELECT string_agg(e::text, '') FROM private.event e")[0][0]
    page = home.get("/nl/mijn/box-new", "ann").text
    for password in (secret, other):
        assert password not in caplog.text + events + page + rows[0][0]
        assert password not in json.dumps([told.headers, again.headers])
    assert 'value="52"' in page
    home.run("DELETE FROM private.node WHERE name = 'box-new'")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "My box"}, "A name is a-z"),
        ({"name": ""}, "A name is a-z"),
        ({"name": "a" * 64}, "A name is a-z"),
        ({"kind": "car"}, "Choose what kind"),
        ({"lat": "52"}, "A place is a latitude"),
        ({"kind": "bike", "lat": "52", "lon": "5"}, "A bike moves"),
        ({"name": "box-markt"}, "box-markt is in use already"),
    ],
)
def test_a_node_that_cannot_be_is_said_and_the_form_keeps_what_was_filled_in(home, form, said):
    given = {"do": "new", "name": "box-y", "kind": "box", "label": "At the <pond>"} | form
    told = home.post("/en/my/-/new", "ann", **given)
    assert told.status == 400
    assert said in told.text
    assert 'value="At the &lt;pond&gt;"' in told.text
    assert read(home, "SELECT count(*) FROM private.node WHERE name = 'box-y'") == [(0,)]


def test_a_purpose_is_withdrawn_and_given_again(home, box):
    public = "/v1/nodes/box-mine"
    assert home.get(public).status == 200
    said = {"do": "agree", "purpose": "publish"}
    page = follow(home, home.post(box, "ann", **said, given="0"))
    assert "Your choice is saved and holds now." in page
    assert re.search(r"No, since .*?</strong>", page)
    assert home.get(public).status == 404
    assert 'href="/en/node/box-mine"' not in page
    assert "its owner wants it so" in page
    follow(home, home.post(box, "ann", **said, given="1"))
    assert home.get(public).status == 200
    rows = read(home, "SELECT given, how FROM private.agreement a JOIN private.node n"
                " ON n.id = a.node_id WHERE n.name = 'box-mine' ORDER BY a.id")  # fmt: skip
    assert rows == [(False, "page"), (True, "page")]


def test_mail_needs_an_address_which_the_page_shows_to_its_owner(home, box):
    said = {"do": "agree", "purpose": "mail", "given": "1"}
    told = home.post(box, "ann", **said, email="ann")
    assert told.status == 400
    assert "“ann” is no e-mail address" in told.text
    page = follow(home, home.post(box, "ann", **said, email="ann@example.org"))
    assert "Goes to ann@example.org." in page
    assert "ann@example.org" not in home.get(box, "operator").text
    rows = read(home, "SELECT email, language FROM private.owner WHERE name = 'ann'")
    assert rows == [("ann@example.org", "en")]
    page = follow(home, home.post(box, "ann", do="agree", purpose="mail", given="0"))
    assert "No, since" in page


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"purpose": "research", "given": "1"}, 400),
        ({"purpose": "publish", "given": "yes"}, 400),
        ({"purpose": "rides", "given": "0"}, 404),  # a box has no rides
    ],
)
def test_what_is_no_purpose_of_a_node_is_refused(home, box, form, status):
    assert home.post(box, "ann", do="agree", **form).status == status
    assert (
        home.post("/en/my/box-markt", "ann", do="agree", purpose="publish", given="0").status == 404
    )
    assert home.post(box, None, do="agree", purpose="publish", given="0").status in (401, 403)
