"""`make docs`: from the Markdown of the repository, and from the code, to a site in `.docs/site`.

1. the index, `docs/README.md`, says which pages there are, and in which order
2. pages are read, and so is whatever they link to
3. the reference is made from the code
4. all of it is written as one folder of Markdown
5. Zensical makes HTML of it; a link or an anchor that leads nowhere ends the build

    python -m docs.site.build [FOLDER]

Nothing is fetched: no fonts, no scripts, no pictures of elsewhere.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from .index import INDEX, add_reference, read_index, to_navigation
from .markdown import to_four_spaces
from .pages import PageError, gather
from .reference import make_reference

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
BUILT = ("source", "site", ".cache")
CONFIG = "zensical.toml"
COLOUR = re.compile(r"\x1b\[[\d;]*m")  # that Zensical gives whoever reads it
FIRST = "[project]\n"  # line of it, behind which the navigation comes
OWN = ("docs/site/site.css", "docs/site/site.js", "dashboard/assets/icon.svg")


class BuildError(Exception):
    """The site cannot be built; the message says why."""


def main() -> int:
    """Build into the folder that is named, else into `.docs`; 2 when that cannot be done."""
    out = Console(stderr=True)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".docs"
    try:
        with out.status("documentation"):
            site = build(folder)
    except (BuildError, PageError) as reason:
        out.print(f"make docs: {reason}", soft_wrap=True, markup=False, highlight=False)
        return 2
    out.print(f"open {site / 'index.html'}", soft_wrap=True)
    out.print(f"to search as well: {sys.executable} -m http.server -d {site} 8060", soft_wrap=True)
    return 0


def build(folder: Path) -> Path:
    """Build the site in ``folder``, of which what was built before goes; returns where the HTML is.

    Raises PageError for a link that leads nowhere in the repository, BuildError for one that
    leads nowhere in the site.
    """
    for name in BUILT:
        shutil.rmtree(folder / name, ignore_errors=True)
    write_source(folder / "source")
    write_config(folder)
    return make_html(folder)


def write_source(source: Path) -> None:
    """Write every page of the site, in Markdown, and every other file."""
    pages = gather(ROOT, INDEX)
    made = make_reference(ROOT)
    pages.texts[INDEX] = add_reference(pages.texts[INDEX], made)
    for place, text in (pages.to_texts() | made).items():
        write(source / place, to_four_spaces(text))
    for place, file in pages.to_files().items():
        copy(file, source / place)
    for path in OWN:
        copy(ROOT / path, source / Path(path).name)


def write_config(folder: Path) -> None:
    """Write the configuration of Zensical with the navigation that the index gives."""
    text = (HERE / CONFIG).read_text()
    sections = read_index((folder / "source/README.md").read_text())
    write(folder / CONFIG, text.replace(FIRST, f"{FIRST}nav = {to_navigation(sections)}\n", 1))


def make_html(folder: Path) -> Path:
    """Have Zensical make the HTML; BuildError with what it says when it finds anything wrong."""
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", CONFIG]
    done = subprocess.run(  # noqa: S603 - a program of this environment
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told, _, _ = (done.stdout + done.stderr).partition("Traceback")
        raise BuildError(f"the site is not sound\n{COLOUR.sub('', told)}".strip())
    return folder / "site"


def write(path: Path, text: str) -> None:
    """Write a text, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def copy(file: Path, path: Path) -> None:
    """Copy a file, and make the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, path)


if __name__ == "__main__":
    sys.exit(main())
