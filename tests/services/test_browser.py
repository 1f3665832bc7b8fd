import http.server
import threading

import pytest

PAGE = b"""<!doctype html><meta charset=utf-8><title>Zo\xc3\xabf</title><canvas></canvas><script>
const gl = document.querySelector("canvas").getContext("webgl2", {preserveDrawingBuffer: true});
gl.clearColor(0, 0.6, 1, 1);
gl.clear(gl.COLOR_BUFFER_BIT);
window.pixel = new Uint8Array(4);
gl.readPixels(5, 5, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, window.pixel);
</script>"""


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format, *args):  # noqa: A002 - named by the class above
        pass


@pytest.fixture
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_page_draws_with_webgl_2(page, address):
    page.goto(address)
    assert page.title() == "Zoëf"
    assert page.evaluate("Array.from(window.pixel)") == [0, 153, 255, 255]


def test_letters_are_drawn_from_a_font_and_not_as_boxes(page):
    page.set_content("<span id=i>iiii</span><br><span id=m>mmmm</span>")
    narrow, wide = (page.locator(f"#{name}").bounding_box()["width"] for name in "im")
    assert 0 < narrow < wide / 2


def test_screenshot_is_a_picture_of_the_page(page):
    page.set_content("<body style='background: #ff0000'>")
    assert page.screenshot().startswith(b"\x89PNG")
