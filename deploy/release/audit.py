"""`make audit`: whether anything of the lock is known to be vulnerable.

pip-audit asks the Python Package Index, npm its registry. Both say "nothing found" or a bare error
where the service is out of reach or a mirror knows nothing; so a package that is known to be
vulnerable is asked along, and only who finds that one is believed.

Ends with 0 when nothing is known, with 1 when something is, with 3 when nobody could be asked.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from .archive import find_uv
from .materials import ROOT

FOUND, UNKNOWN = 1, 3
TOOL = "pip-audit==2.10.1"
CANARY = ("jinja2", "2.4.1")  # CVE-2014-1402 and later ones
CANARY_NPM = ("minimist", "1.2.0")  # CVE-2020-7598 and CVE-2021-44906
PATIENCE_S = 300


class UnaskedError(Exception):
    """Nobody could say it; the message says why."""


def audit_python(folder: Path) -> list[str]:
    """What is known of the packages of the lock, a line each; UnaskedError when nobody says."""
    uv, wanted, answer = find_uv(), folder / "requirements.txt", folder / "answer.json"
    words = ("export", "--frozen", "--no-dev", "--all-extras", "--no-emit-project", "--no-hashes")
    exported = run([uv, *words, "--quiet"])
    lines = [line for line in exported.stdout.splitlines() if not line.startswith(f"{CANARY[0]}==")]
    wanted.write_text("\n".join([*lines, "==".join(CANARY)]))
    asked = ("--disable-pip", "--no-deps", "--format", "json", "--output", answer)
    done = run([uv, "tool", "run", TOOL, "--requirement", wanted, *asked])
    if not answer.exists():
        raise UnaskedError(f"pip-audit could not ask: {to_last(done)}")
    return judge_python(json.loads(answer.read_text()))


def judge_python(answer: dict) -> list[str]:
    """Lines of an answer of pip-audit; UnaskedError when it does not know what everybody knows."""
    found, known = [], False
    for one in answer["dependencies"]:
        for flaw in one.get("vulns", []):
            if (one["name"], one.get("version")) == CANARY:
                known = True
                continue
            mended = ", ".join(flaw["fix_versions"]) or "nothing yet"
            found.append(f"{one['name']} {one['version']}: {flaw['id']}, mended in {mended}")
    if not known:
        reasons = {one["skip_reason"] for one in answer["dependencies"] if "skip_reason" in one}
        said = f": {min(reasons)}" if reasons else ""
        raise UnaskedError(f"the index knows nothing of {' '.join(CANARY)}, so of none{said}")
    return found


def audit_browser(folder: Path) -> list[str]:
    """What is known of the libraries of the browser; UnaskedError when nobody says."""
    npm = shutil.which("npm")
    if npm is None:
        raise UnaskedError("npm is not here")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "dashboard" / name, folder)
    add_canary(folder / "package.json", folder / "package-lock.json")
    done = run([npm, "audit", "--package-lock-only", "--json"], folder)
    return judge_browser(json.loads(done.stdout or "{}"))


def add_canary(package: Path, lock: Path) -> None:
    """Put the package that is known to be vulnerable into copies of both files."""
    name, version = CANARY_NPM
    wanted, locked = json.loads(package.read_text()), json.loads(lock.read_text())
    wanted["dependencies"]["canary"] = f"npm:{name}@{version}"
    locked["packages"][""]["dependencies"]["canary"] = f"npm:{name}@{version}"
    locked["packages"]["node_modules/canary"] = {"name": name, "version": version}
    package.write_text(json.dumps(wanted))
    lock.write_text(json.dumps(locked))


def judge_browser(answer: dict) -> list[str]:
    """Lines of an answer of npm; UnaskedError when it does not know what everybody knows."""
    if "vulnerabilities" not in answer:
        raise UnaskedError(f"npm could not ask: {answer.get('message', 'no answer')}")
    found = answer["vulnerabilities"]
    canaries = {name for name, one in found.items() if "node_modules/canary" in one["nodes"]}
    if not canaries:
        raise UnaskedError(f"the registry knows nothing of {' '.join(CANARY_NPM)}, so of none")
    return [
        f"{name}: {one['severity']}"
        for name, one in found.items()
        if set(one["nodes"]) - {"node_modules/canary"}
    ]


def run(words: list, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    return subprocess.run(  # noqa: S603
        list(map(str, words)),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def to_last(done: "subprocess.CompletedProcess[str]") -> str:
    """Last line that a program said."""
    return (done.stderr.strip().splitlines() or ["it said nothing"])[-1]


def audit(asks: dict[str, Callable[[Path], list[str]]], out: Console) -> int:
    """Ask each, tell what is known, and the exit code."""
    code = 0
    for name, ask in asks.items():
        with tempfile.TemporaryDirectory(prefix="audit-") as folder:
            try:
                lines = ask(Path(folder))
            except (UnaskedError, OSError, subprocess.TimeoutExpired, ValueError) as error:
                out.print(f"{name}: not audited: {error}", soft_wrap=True, markup=False)
                code = code or UNKNOWN
                continue
        for line in lines:
            out.print(f"{name}: {line}", soft_wrap=True, markup=False)
        if lines:
            code = FOUND
        else:
            out.print(f"{name}: nothing is known to be vulnerable")
    return code


if __name__ == "__main__":
    sys.exit(audit({"Python": audit_python, "browser": audit_browser}, Console()))
