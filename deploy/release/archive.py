"""Makes the files of a release; twice of one commit gives the same bytes."""

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from dashboard.vendor import TARGET, vendor
from lokaalmeten.errors import ServiceError

from .licences import RUN, is_allowed, to_expression, to_name, to_table
from .materials import ROOT, make_materials


def release(folder: Path, *, clean: bool = True) -> list[Path]:
    """Write a release of the commit that is checked out; the files.

    With ``clean`` refuses a checkout that differs from its commit. Raises ServiceError, also for a
    licence that is not allowed.
    """
    if clean and git("status", "--porcelain"):
        raise ServiceError("the checkout differs from its commit: commit or stash first")
    moment = datetime.fromtimestamp(int(git("log", "-1", "--format=%ct")), UTC)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    bill = make_materials(find_uv(), moment)
    check_licences(bill["components"])
    vendor()
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"lokaalmeten-{version}"
    contents = {
        f"{stem}.tar.gz": pack(stem, int(moment.timestamp())),
        f"{stem}.cdx.json": json.dumps(bill, indent=1, ensure_ascii=False).encode() + b"\n",
        f"{stem}.licences.md": to_table(bill["components"]).encode(),
    }
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items()
    )
    for name, content in (contents | {"SHA256SUMS": sums.encode()}).items():
        (folder / name).write_bytes(content)
    return [folder / name for name in (*contents, "SHA256SUMS")]


def check_licences(components: list[dict]) -> None:
    """Refuse what may not be used, with a ServiceError that names it."""
    refused = [
        f"{to_name(one)} ({to_expression(one)})"
        for one in components
        if not is_allowed(to_expression(one)) and RUN.get(to_name(one)) != to_expression(one)
    ]
    if refused:
        raise ServiceError(
            f"not on the list of licences: {', '.join(refused)}; see deploy/release/licences.py"
        )


def pack(stem: str, moment: int) -> bytes:
    """Archive of the commit with the libraries of the browser, packed."""
    content = io.BytesIO(git_bytes("archive", "--format=tar", f"--prefix={stem}/", "HEAD"))
    with tarfile.open(fileobj=content, mode="a") as archive:
        for path in sorted(TARGET.rglob("*")):
            if path.is_file():
                archive.addfile(*to_member(path, stem, moment))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=moment) as file:
        file.write(content.getvalue())
    return packed.getvalue()


def to_member(path: Path, stem: str, moment: int) -> tuple[tarfile.TarInfo, io.BytesIO]:
    """A file of the working tree as git would pack it."""
    text = path.read_bytes()
    member = tarfile.TarInfo(f"{stem}/{path.relative_to(ROOT)}")
    member.size, member.mtime, member.mode = len(text), moment, 0o664
    member.uname = member.gname = "root"
    return member, io.BytesIO(text)


def find_uv() -> Path:
    """The uv of this machine or of the Makefile; ServiceError where there is none."""
    found = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".tools/bin"))
    if found is None:
        raise ServiceError("uv is not here: run make .venv/.ready")
    return Path(found)


def git(*words: str) -> str:
    """What git says of the checkout."""
    return git_bytes(*words).decode().strip()


def git_bytes(*words: str) -> bytes:
    """The same, as it is; ServiceError when git refuses."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise ServiceError(f"git {words[0]}: {done.stderr.decode().strip()}")
    return done.stdout
