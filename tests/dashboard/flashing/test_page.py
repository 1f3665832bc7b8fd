"""The page that flashes a board, in a real browser."""

import json

import pytest

from dashboard.flashing.texts import FLASH_TEXTS
from tests.dashboard.axe import find_violations
from tests.dashboard.conftest import running

NOBODY = "postgresql://nobody@127.0.0.1:1/none"  # the page needs no database
PATHS = ("/nl/flashen", "/en/flash")


def text(key, path):
    return FLASH_TEXTS[key][PATHS.index(path)]


@pytest.fixture(scope="module")
def firmware(tmp_path_factory, vendored):
    """A folder as an operator has it."""
    folder = tmp_path_factory.mktemp("firmware")
    (folder / "interpreter.bin").write_bytes(b"\xe9")
    for board in ("f1", "b1", "b2"):
        (folder / f"{board}.bin").write_bytes(b"lfs")
        parts = [{"path": "interpreter.bin", "offset": 0}, {"path": f"{board}.bin", "offset": 4}]
        builds = [{"chipFamily": "ESP32-S3", "parts": parts}]
        said = {"name": board, "version": "1.2.0", "builds": builds}
        (folder / f"{board}.json").write_text(json.dumps(said))
    return folder


@pytest.fixture(scope="module")
def flashing(firmware):
    """Address of an installation whose operator put software there."""
    with running(NOBODY, firmware=str(firmware)) as address:
        yield address


@pytest.fixture
def told(page):
    """What the browser complains of, as an outside host that it may not ask."""
    found = []
    page.on("console", lambda each: found.append(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda each: found.append(each.url))
    return found


@pytest.mark.parametrize("path", PATHS)
def test_every_board_has_a_button_and_nothing_outside_is_asked(page, flashing, told, path):
    asked = []
    page.on("request", lambda each: asked.append(each.url))
    page.goto(flashing + path)
    buttons = page.locator("esp-web-install-button[install-supported] > button")
    assert buttons.count() == 3
    assert buttons.first.inner_text() == text("flash.install", path).format(board="F1")
    assert all(url.startswith(flashing) for url in asked)
    assert told == []
    manifest = page.locator("esp-web-install-button").first.get_attribute("manifest")
    part = page.request.get(flashing + manifest).json()["builds"][0]["parts"][1]["path"]
    assert page.request.get(f"{flashing}/firmware/{part}").body() == b"lfs"


def test_button_brings_the_dialog_with_the_port_it_was_given(page, flashing, told):
    page.add_init_script(
        "const port = {open: async () => {}, close: async () => {}, getInfo: () => ({}),"
        " setSignals: async () => {}, readable: new ReadableStream(),"
        " writable: new WritableStream()};"
        "navigator.serial.requestPort = async () => port;"
    )
    page.goto(flashing + PATHS[1])
    page.locator("esp-web-install-button > button").first.click()
    page.wait_for_selector("ewt-install-dialog", state="attached")
    assert told == []


@pytest.mark.parametrize("path", PATHS)
def test_browser_without_web_serial_is_told_which_can(page, flashing, path):
    page.add_init_script("delete Navigator.prototype.serial")
    page.goto(flashing + path)
    assert page.get_by_text(text("flash.unsupported", path)).first.is_visible()
    assert page.locator("esp-web-install-button > button").first.is_hidden()


@pytest.mark.parametrize("path", PATHS)
def test_page_without_https_says_so(page, flashing, path):
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(flashing + path)
    assert page.get_by_text(text("flash.insecure", path)).first.is_visible()


@pytest.mark.parametrize("path", PATHS)
def test_where_nothing_was_put_the_page_says_so_and_loads_no_script(page, vendored, path):
    with running(NOBODY) as address:
        page.goto(address + path)
        assert page.get_by_text(text("flash.none", path)).is_visible()
        assert page.locator("esp-web-install-button, script[src*=esp-web]").count() == 0
        assert page.request.get(f"{address}/firmware/f1.json").status == 404


@pytest.mark.parametrize("path", PATHS)
def test_page_fits_a_small_phone_and_passes_axe(page, flashing, path):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(flashing + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert find_violations(page) == []
