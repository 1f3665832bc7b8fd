# pyright: reportUndefinedVariable=false
# ruff: noqa: F821 - include, package and module are given by MicroPython's build
"""What goes on the board, for a build of MicroPython (``make FROZEN_MANIFEST=...``)."""

include("$(PORT_DIR)/boards/manifest.py")
package("lokaalmeten", files=("__init__.py", "quantities.py", "wire.py"), base_path="..")
package(
    "firmware",
    files=(
        "__init__.py",
        "actions.py",
        "clock.py",
        "commands.py",
        "config.py",
        "config_keys.py",
        "crash.py",
        "files.py",
        "improv.py",
        "led.py",
        "main.py",
        "owner.py",
        "page.py",
        "portal.py",
        "sampler.py",
        "selftest.py",
        "status.py",
        "streams.py",
        "update/__init__.py",
        "update/download.py",
        "update/p256.py",
        "update/release.py",
        "update/slots.py",
        "update/trial.py",
        "update/updater.py",
        "version.py",
        "sensors/__init__.py",
        "sensors/fake.py",
    ),
    base_path="..",
)
module("boot.py", base_path="root")
module("main.py", base_path="root")
