"""The bill of materials: CycloneDX 1.5 of Python packages, browser libraries and MicroPython.

1. uv says what is in the lock, with sums and who needs whom
2. each gets its licence; one without is an error
3. what npm fetches for the pages, from dashboard/package-lock.json
4. the interpreter that `meten flash` puts on boards
"""

import json
import re
import subprocess
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from lokaalmeten.cli.flashing.interpreter import PINNED
from lokaalmeten.errors import ServiceError

from .licences import read_licence

ROOT = Path(__file__).parents[2]
EXPORT = (
    *("export", "--frozen", "--no-dev", "--no-group", "demo", "--all-extras"),
    *("--format", "cyclonedx1.5", "--preview-features", "sbom-export"),
)
LICENCE = "EUPL-1.2"


def make_materials(uv: Path, moment: datetime) -> dict:
    """Bill of materials of the checkout; the same lock and moment give the same one.

    Raises ServiceError when uv cannot say it, or when a licence is not known.
    """
    bill = read_lock(uv)
    root = bill["metadata"]["component"]
    bill["components"] = [
        *(with_licence(one) for one in bill["components"]),
        *(browser := list_browser_libraries(ROOT / "dashboard/package-lock.json")),
        (board := to_interpreter(PINNED.url, PINNED.sha256)),
    ]
    more = [one["bom-ref"] for one in (*browser, board)]
    for needs in bill["dependencies"]:
        if needs["ref"] == root["bom-ref"]:
            needs["dependsOn"] = sorted({*needs.get("dependsOn", []), *more})
    bill["dependencies"] += [{"ref": ref} for ref in more]
    root |= {"type": "application", "licenses": [{"expression": LICENCE}]}
    bill["metadata"]["timestamp"] = moment.isoformat()
    bill.pop("serialNumber", None)
    named = uuid5(NAMESPACE_URL, json.dumps(bill, sort_keys=True))
    return {**bill, "serialNumber": f"urn:uuid:{named}"}


def read_lock(uv: Path) -> dict:
    """What uv says of the lock."""
    done = subprocess.run([uv, *EXPORT], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ServiceError(f"uv cannot export the lock: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def with_licence(component: dict) -> dict:
    """Component of Python with its licence."""
    licence = read_licence(component["name"])
    if not licence:
        raise ServiceError(
            f"the licence of {component['name']} is not known: install all extras, or read its"
            " licence file and add it to SAID in deploy/release/licences.py"
        )
    return {**component, "licenses": [{"expression": licence}]}


def list_browser_libraries(lock: Path) -> list[dict]:
    """Components that npm fetches, with the sums of the lock."""
    packages = json.loads(lock.read_text())["packages"]
    return [to_browser_library(path, one) for path, one in packages.items() if path]


def to_browser_library(path: str, package: dict) -> dict:
    """Component of one package of the lock."""
    name = path.rpartition("node_modules/")[2]
    group, _, last = name.rpartition("/")
    kind, _, text = package["integrity"].partition("-")
    purl = f"pkg:npm/{quote(name)}@{package['version']}"
    digest = {"alg": kind.upper().replace("SHA", "SHA-"), "content": b64decode(text).hex()}
    found = {
        "type": "library",
        "bom-ref": purl,
        "name": last,
        "version": package["version"],
        "purl": purl,
        "hashes": [digest],
        "licenses": [{"expression": package["license"].strip("()")}],
    }
    return found | ({"group": group} if group else {})


def to_interpreter(url: str, sha256: str) -> dict:
    """Component of the image that goes on boards; MIT, by the LICENSE of MicroPython."""
    file = url.rpartition("/")[2].removesuffix(".bin")
    version = re.search(r"v(\d+\.\d+\.\d+)", file)
    return {
        "type": "firmware",
        "bom-ref": f"micropython-{file}",
        "name": "micropython",
        "version": version[1] if version else file,
        "description": file,
        "hashes": [{"alg": "SHA-256", "content": sha256}],
        "externalReferences": [{"type": "distribution", "url": url}],
        "licenses": [{"expression": "MIT"}],
    }
