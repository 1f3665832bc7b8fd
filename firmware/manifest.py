# pyright: reportUndefinedVariable=false
# ruff: noqa: F821 - include, package and module are given by MicroPython's build
"""What goes on the board, for a build of MicroPython (``make FROZEN_MANIFEST=...``)."""

include("$(PORT_DIR)/boards/manifest.py")
package("lokaalmeten", files=("__init__.py", "quantities.py", "wire.py"), base_path="..")
package(
    "firmware",
    files=(
        "__init__.py",
        "clock.py",
        "link/__init__.py",
        "link/backoff.py",
        "link/delivery.py",
        "link/mqtt.py",
        "link/ntp.py",
        "link/packets.py",
        "link/tls.py",
        "link/uplink.py",
        "link/wifi.py",
        "link/window.py",
        "main.py",
        "outbox.py",
        "ring.py",
        "sampler.py",
        "sensors/__init__.py",
        "sensors/fake.py",
        "timekeeper.py",
    ),
    base_path="..",
)
module("main.py", base_path="root")
