"""A plan that is drawn, saved and watched; and who may not, and what cannot be saved."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.access.cookies import NAME as COOKIE
from predict.crowd.plan import read_place
from storage import crowd, sessions
from storage.access import add_key, revoke_key
from storage.migrate import migrate
from storage.pool import connect
from storage.store import Store
from tests.dashboard.axe import find_violations
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.dashboard.crowd import town
from tests.dashboard.crowd.conftest import SHUT

CHECKS = (Path(__file__).parent / "checks.js").read_text("utf-8")
YEAR = timedelta(days=365)
KEPT_AWAY = "console Failed to load resource: net::ERR_FAILED"
PLAN = f"/nl/drukte/{town.NAME}/plan"
SAVE = f"/v1/crowd/places/{town.NAME}/plan"


class Town:
    """A town whose plan may be changed, its site, and keys to it."""

    def __init__(self, dsn, address):
        self.dsn, self.address, self.client = dsn, address, Client(address)

    def make_key(self, role="operator"):
        with connect(self.dsn) as connection:
            return add_key(connection, role, "crowd team", YEAR)

    def enter(self, role="operator"):
        """A token, as the cookie of who signed in."""
        with connect(self.dsn) as connection:
            return sessions.sign_in(connection, self.make_key(role)).token

    def read(self, name=town.NAME):
        with connect(self.dsn) as connection:
            return crowd.read_place(connection, name)

    def post(self, path=SAVE, token=None, body=None, **headers):
        """Send a change as a page of the site does, unless headers say otherwise."""
        own = {"Origin": self.address, "Content-Type": "application/json"}
        if token:
            own["Cookie"] = f"{COOKIE}={token}"
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        kept = {name: value for name, value in (own | said).items() if value is not None}
        return self.client.get(path, kept, "POST", content=content)


def to_body(version=1, plan=None, **changed):
    facts = {"interval": 900, "emptyHour": 5, "open": True}
    return {"version": version, "plan": plan or town.make_plan(), **facts} | changed


@pytest.fixture(scope="module")
def drawn(timescale_databases):
    """One place on TimescaleDB, and one that is shut."""
    with timescale_databases.migrated(migrate) as dsn:
        with connect(dsn) as connection:
            for name, is_open in ((town.NAME, True), (SHUT, False)):
                place = crowd.Registered(name, town.make_plan(), 900, 5, is_open)
                crowd.add_place(connection, place)
        with running(dsn) as address:
            yield Town(dsn, address)


@pytest.fixture
def fresh(drawn):
    """The same with the plan as it was."""
    with connect(drawn.dsn) as connection:
        crowd.remove_place(connection, town.NAME)
        crowd.add_place(connection, crowd.Registered(town.NAME, town.make_plan(), 900, 5, True))
    return drawn


@pytest.fixture
def arrive(visit, drawn):
    """A browser that is signed in with a key of a role, on its way through the form."""
    opened = []

    def come(role="operator", path=PLAN, **window):
        visitor = visit(drawn.address, **window)
        opened.append(visitor.page)
        page = visitor.page
        page.context.clear_cookies()
        page.goto(drawn.address + path)
        if role:
            page.click("text=Meld u aan")
            page.fill("input[name=key]", drawn.make_key(role))
            page.click("main button")
            page.wait_for_url(f"**{path}")
        return visitor

    yield come
    for page in opened:
        page.context.clear_cookies()


def wait_drawn(page):
    page.wait_for_selector("#plan-map[data-drawn]")


def click_map(page, *points):
    """Click places of the map, given as parts of its width and height."""
    page.locator("#plan-map").scroll_into_view_if_needed()
    box = page.locator("#plan-map").bounding_box()
    for x, y in points:
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def save(page):
    page.click("button.main")
    page.wait_for_selector(".plan-said p:has-text('Opgeslagen als versie')")


def test_a_zone_and_a_passage_are_drawn_saved_and_watched(fresh, arrive):
    page = arrive(width=1440).page
    wait_drawn(page)
    page.click("text=Zone tekenen")
    click_map(page, (0.05, 0.05), (0.15, 0.05), (0.15, 0.2), (0.05, 0.2), (0.05, 0.05))
    part = page.locator("details[data-id='zone-1']")
    part.get_by_label("Naam").fill("Dok")
    part.get_by_label("Plaats voor mensen").fill("250")
    page.click("text=Doorgang tekenen")
    click_map(page, (0.1, 0.1), (0.3, 0.02))
    gate = page.locator("details[data-id='passage-1']")
    assert gate.get_by_role("combobox", name="Van").input_value() == "zone-1"
    assert gate.get_by_role("combobox", name="Naar").input_value() == ""
    gate.get_by_label("Vrije breedte").fill("3.5")
    save(page)
    page.reload()
    wait_drawn(page)
    assert page.locator("details[data-id='zone-1'] summary").inner_text() == "Dok"
    kept = fresh.read()
    place = read_place(kept.plan)
    assert place.zones.ids == (*(zone[0] for zone in town.ZONES), "zone-1")
    assert place.zones.capacity[-1] == 250
    assert place.passages.width_m[-1] == 3.5
    assert (place.passages.source[-1], place.passages.target[-1]) == (4, -1)
    # what the watch works with at its next round
    from lokaalmeten.cli.crowd_rounds import open_place

    with Store(fresh.dsn) as store:
        assert open_place(store, town.NAME).gauges[4] == "zone/zone-1"


def test_a_corner_is_moved_with_the_mouse(fresh, arrive):
    page = arrive(width=1440).page
    wait_drawn(page)
    before = read_place(fresh.read().plan).zones.area_m2
    page.click("details[data-id='park'] summary")
    page.get_by_label("Ruimte om te staan").fill("")
    page.locator("#plan-map").scroll_into_view_if_needed()
    box = page.locator(".plan-corner").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y + 40, steps=5)
    page.mouse.up()
    save(page)
    after = read_place(fresh.read().plan).zones
    assert after.area_m2[3] > 1.05 * 105 * 95  # drawn as 95 by 105 m, and now a corner further out
    assert after.area_m2[:3].tolist() == before[:3].tolist()


def test_all_of_it_is_done_by_keyboard_and_without_the_map(fresh, arrive):
    visitor = arrive(width=320)
    page = visitor.page
    page.route("**/vendor/maplibre-gl.mjs", lambda route: route.abort())
    page.goto(fresh.address + "/nl/drukte/-/plan")
    page.wait_for_selector("text=De kaart kan hier niet getoond worden")

    def press(label):
        page.get_by_role("button", name=label, exact=True).focus()
        page.keyboard.press("Enter")

    def write(label, text, part="#plan-editor > fieldset >> nth=0"):
        page.locator(part).get_by_label(label).first.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")

    write("Naam voor mensen", "Pier")
    write("Naam in adressen", "pier")
    press("Zone toevoegen")
    zone = "details[data-id=zone-1]"
    write("Plaats voor mensen", "90", zone)
    write("Breedte (°)", "52.0898", zone)
    press("Doorgang toevoegen")
    write("Vrije breedte", "2", "details[data-id=passage-1]")
    press("Teller toevoegen")
    press("Opslaan")
    page.wait_for_url("**/nl/drukte/pier/plan")
    kept = fresh.read("pier")
    place = read_place(kept.plan)
    assert (place.name, place.zones.ids, place.passages.ids) == (
        "Pier",
        ("zone-1",),
        ("passage-1",),
    )
    assert place.counters.passage.tolist() == [0]
    assert kept.plan["features"][0]["geometry"]["coordinates"][0][0][1] == 52.0898
    assert kept.open is False
    page.wait_for_selector("text=De kaart kan hier niet getoond worden")
    visitor.leave()
    assert {fault.split("/")[-1] for fault in visitor.faults} <= {"maplibre-gl.mjs", KEPT_AWAY}
    visitor.faults.clear()
    with connect(fresh.dsn) as connection:
        crowd.remove_place(connection, "pier")


def test_what_cannot_be_is_named_and_not_sent(fresh, arrive):
    page = arrive().page
    wait_drawn(page)
    page.click("details[data-id='plein'] summary")
    page.get_by_label("Plaats voor mensen").fill("0")
    page.click("details[data-id='brug'] summary")
    page.get_by_label("Vrije breedte").fill("")
    page.click("text=Zone tekenen")  # a bow tie
    click_map(page, (0.05, 0.05), (0.15, 0.2), (0.15, 0.05), (0.05, 0.2), (0.05, 0.05))
    page.click("button.main")
    said = page.inner_text(".plan-said")
    assert "Plein: plaats voor mensen is een getal boven 0" in said
    assert "Brug: vul een vrije breedte in" in said
    assert "zone-1: de omtrek kruist zichzelf" in said
    page.click("text=Brug: vul een vrije breedte in")
    assert page.evaluate("document.activeElement.closest('details').dataset.id") == "brug"
    assert fresh.read().plan == town.make_plan()
    page.on("dialog", lambda dialog: dialog.accept())


def test_who_saves_an_old_version_is_told_and_loses_nothing(fresh, arrive):
    visitor = arrive()
    page = visitor.page
    wait_drawn(page)
    other = fresh.post(token=fresh.enter(), body=to_body(interval=300))
    assert other.json == {"version": 2}
    page.click("details[data-id='plein'] summary")
    page.get_by_label("Naam", exact=True).fill("Groot plein")
    page.click("button.main")
    page.wait_for_selector("text=Intussen heeft iemand anders dit plan opgeslagen")
    assert page.locator("details[data-id='plein'] summary").inner_text() == "Groot plein"
    assert [fault for fault in visitor.faults if "409" not in fault] == []
    visitor.faults.clear()
    page.click("text=Nieuwste plan laden")
    wait_drawn(page)
    assert fresh.read().step_s == 300


def test_a_plan_goes_out_and_in_as_a_file(fresh, arrive, tmp_path):
    page = arrive().page
    wait_drawn(page)
    with page.expect_download() as download:
        page.click("text=Plan als GeoJSON ophalen")
    plan = json.loads(Path(download.value.path()).read_text())
    assert plan == fresh.read().plan
    gone = {"park", "laan", "hek"}
    plan["features"] = [
        each
        for each in plan["features"]
        if not gone & {each["properties"].get(key) for key in ("id", "passage")}
    ]
    file = tmp_path / "plan.geojson"
    file.write_text(json.dumps(plan))
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector("text=onderdelen uit plan.geojson")
    save(page)
    assert fresh.read().plan == plan
    (tmp_path / "none.json").write_text("[1]")
    page.set_input_files("input[type=file]", tmp_path / "none.json")
    page.wait_for_selector("text=none.json is geen plan")


@pytest.mark.parametrize("role", [None, "project"])
def test_who_may_not_sees_the_plan_and_no_way_to_change_it(fresh, arrive, role):
    page = arrive(role).page
    wait_drawn(page)
    assert "Plein" in page.inner_text("main table >> nth=0")
    assert page.locator("#plan-editor input, #plan-editor select, button.main").count() == 0
    token = fresh.enter(role) if role else None
    for path in (SAVE, "/v1/crowd/places/new/plan"):
        answer = fresh.post(path, token=token, body=to_body())
        assert answer.status == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("does not change plans" if role else "Nobody is signed in") in answer.json["detail"]
    assert fresh.read().plan == town.make_plan()


def test_a_place_that_is_shut_is_there_for_who_may_change_it_only(fresh):
    path, fetched = f"/nl/drukte/{SHUT}/plan", f"/v1/crowd/places/{SHUT}/plan"
    for token, status in ((None, 404), (fresh.enter("project"), 404), (fresh.enter(), 200)):
        cookie = {"Cookie": f"{COOKIE}={token}"} if token else {}
        assert fresh.client.get(path, cookie).status == status
        assert fresh.client.get(fetched, cookie).status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_a_change_from_another_origin_is_refused(fresh, headers):
    token = fresh.enter()
    answer = fresh.post(token=token, body=to_body(interval=300), **headers)
    assert answer.status == 403
    assert "from a page of this site" in answer.json["detail"]
    form = fresh.post("/nl/aanmelden", body=b"key=" + fresh.make_key().encode(), **headers)
    assert form.status == 403
    assert "set-cookie" not in form.headers
    out = fresh.post("/nl/aanmelden/uit", token=token, body=b"", **headers)
    assert out.status == 403
    assert (
        fresh.post(token=token, body=to_body(interval=300)).status == 200
    )  # it is still signed in


def test_a_page_of_another_site_cannot_save_in_a_real_browser(fresh, contexts, site):
    """``site`` is another port of the same machine: the cookie goes along, the check stops it."""
    context = contexts("nl-NL")
    page = context.new_page()
    page.goto(site + "/nl/")
    assert site != fresh.address
    context.add_cookies([{"name": COOKIE, "value": fresh.enter(), "url": fresh.address,
                          "sameSite": "Strict", "httpOnly": True}])  # fmt: skip
    page.evaluate(
        """([url, body]) => { const form = document.createElement('form');
        form.method = 'post'; form.action = url; form.enctype = 'text/plain';
        const input = document.createElement('input'); input.name = body; form.append(input);
        document.body.append(form); form.submit(); }""",
        [fresh.address + SAVE, json.dumps(to_body(interval=300))],
    )
    page.wait_for_timeout(500)
    page.close()
    context.clear_cookies()
    assert fresh.read().step_s == 900


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[", "no JSON"),
        (b"[" * 5000, "no JSON"),
        (to_body() | {"more": 1}, "A change has the fields"),
        (to_body(version=-1), "version is the number"),
        (to_body(version=True), "version is the number"),
        (to_body(interval=420), "interval is whole minutes"),
        (to_body(interval=90), "interval is whole minutes"),
        (to_body(emptyHour=24), "emptyHour is an hour"),
        (to_body(open=1), "open is true or false"),
        (to_body(plan=[1]), "GeoJSON FeatureCollection"),
        (to_body(plan={"type": "FeatureCollection", "features": [{}]}), "feature 1: kind is"),
        (to_body(plan=town.make_plan() | {"name": "a\0b"}), "U+0000"),
        (b" " * 2_000_001, "at most 2,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_one_sentence(fresh, body, says):
    answer = fresh.post(token=fresh.enter(), body=body)
    assert answer.status == 400
    assert says in answer.json["detail"]
    assert fresh.read().plan == town.make_plan()


def test_a_new_place_needs_a_name_that_is_free(fresh):
    token = fresh.enter()
    taken = fresh.post(token=token, body=to_body(version=0))
    assert taken.status == 409
    assert "choose another name" in taken.json["detail"]
    assert fresh.post("/v1/crowd/places/Plein/plan", token=token, body=to_body(0)).status == 400


def test_a_key_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(drawn):
    key = drawn.make_key()
    answer = drawn.post("/nl/aanmelden", body=f"to={PLAN}&key={key}".encode())
    assert (answer.status, answer.headers["location"]) == (303, PLAN)
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie
    assert key.split("_", 2)[2] not in cookie
    # as a proxy on this machine says that people came by https
    safe = drawn.post("/nl/aanmelden", body=f"key={key}".encode(), X_Forwarded_Proto="https")
    assert "Secure" in safe.headers["set-cookie"]
    other = drawn.post("/en/sign-in", body=f"to=//example.org/&key={key}".encode())
    assert other.headers["location"] == "/en/sign-in"
    token = cookie.split("=", 1)[1].split(";")[0]
    page = drawn.client.get("/en/sign-in", {"Cookie": f"{COOKIE}={token}"})
    assert "signed in as crowd team (operator)" in page.text
    assert page.headers["cache-control"] == "no-store"
    out = drawn.post("/en/sign-in/out", token=token, body=b"")
    assert out.status == 303
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert "Key (begins" in drawn.client.get("/en/sign-in", {"Cookie": f"{COOKIE}={token}"}).text


def test_a_revoked_key_ends_what_it_opened(drawn):
    key = drawn.make_key()
    with connect(drawn.dsn) as connection:
        token = sessions.sign_in(connection, key).token
        revoke_key(connection, key)
    assert drawn.post(token=token, body=to_body()).status == 403
    assert drawn.post("/nl/aanmelden", body=f"key={key}".encode()).status == 403


def test_five_wrong_keys_a_minute_and_then_none(drawn):
    with running(drawn.dsn) as address:
        other, key = Town(drawn.dsn, address), drawn.make_key()
        wrong = [other.post("/nl/aanmelden", body=b"key=lm_wrong") for _ in range(5)]
        assert {answer.status for answer in wrong} == {403}
        assert "opent niets" in wrong[0].text
        sixth = other.post("/nl/aanmelden", body=f"key={key}".encode())
        assert sixth.status == 429
        assert sixth.headers["retry-after"] == "60"
        assert "Wacht een minuut" in sixth.text
        away = other.post("/nl/aanmelden", body=f"key={key}".encode(), X_Forwarded_For="192.0.2.9")
        assert away.status == 303


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_whole_for_the_keyboard_and_the_eye(fresh, arrive, scheme):
    page = arrive(width=1440).page
    page.emulate_media(color_scheme=scheme)
    for path in (PLAN, "/nl/drukte/-/plan", "/nl/aanmelden"):
        page.goto(fresh.address + path)
        if path != "/nl/aanmelden":
            wait_drawn(page)
        if path == PLAN:
            page.click("details[data-id='plein'] summary")
            page.click("details[data-id='brug'] summary")
        assert find_violations(page, looks=[scheme], choose=False) == [], path
        for width in (1440, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(CHECKS) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
