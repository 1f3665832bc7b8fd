# pyright: reportUndefinedVariable=false
# ruff: noqa: F821 - include, package and module are given by MicroPython's build
"""What goes on the board, for a build of MicroPython (``make FROZEN_MANIFEST=...``)."""

include("$(PORT_DIR)/boards/manifest.py")
package("lokaalmeten", files=("__init__.py", "quantities.py", "wire.py"), base_path="..")
package(
    "firmware",
    files=(
        "__init__.py",
        "beat.py",
        "boards/__init__.py",
        "boards/b1.py",
        "boards/b2.py",
        "boards/f1.py",
        "clock.py",
        "main.py",
        "sampler.py",
        "sensors/__init__.py",
        "sensors/axp2101.py",
        "sensors/battery.py",
        "sensors/bme280.py",
        "sensors/bus.py",
        "sensors/counter.py",
        "sensors/fake.py",
        "sensors/frames.py",
        "sensors/gnss.py",
        "sensors/lis3dh.py",
        "sensors/loudness.py",
        "sensors/microphone.py",
        "sensors/motion.py",
        "sensors/nmea.py",
        "sensors/pms5003.py",
        "sensors/qmi8658.py",
        "sensors/registers.py",
        "sensors/sds011.py",
        "sensors/sen5x.py",
        "sensors/sensirion.py",
        "sensors/sgp41.py",
        "sensors/sps30.py",
        "sensors/ubx.py",
        "store.py",
    ),
    base_path="..",
)
module("main.py", base_path="root")
