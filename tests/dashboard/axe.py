"""What axe-core finds wrong on a page, by the rules of WCAG 2.2 A and AA, in light and in dark."""

from axe_playwright_python.sync_playwright import Axe

LOOKS = {  # in the dark the document is the same: only what depends on colours is looked at again
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
PRESSED = ".look[aria-pressed='{}']"


def find_violations(page, looks=tuple(LOOKS), *, choose=True):
    """Look, rule and elements of every violation, with everything folded open.

    A page without a button to ``choose`` is in the look that its browser asks for.
    """
    for folded in page.locator("details").all():
        folded.evaluate("each => each.open = true")
    told = []
    for look in looks:
        if choose:
            put_on(page, look)
        told += [(look, *found) for found in _find(page, look)]
    if choose:
        put_on(page, "light")
    return told


def put_on(page, look):
    """Press the button in the header, where the look is another one."""
    pressed = "true" if look == "dark" else "false"
    if page.locator(PRESSED.format(pressed)).count() == 0:
        page.click(".look")
        page.wait_for_selector(PRESSED.format(pressed))


def _find(page, look):
    found = Axe().run(page, options={"runOnly": LOOKS[look]}).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]
