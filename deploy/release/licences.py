"""Under which licence each component is, as an SPDX expression, and which of them we may use.

Metadata of packages say it in three ways: an expression (PEP 639), a short text, or a class of the
Python Package Index. What none of these tells exactly is in SAID, as read from their licence files.
"""

import re
from importlib.metadata import PackageNotFoundError, distribution

TERMS = re.compile(r"[A-Za-z0-9.-]+")

ALLOWED = frozenset(
    {
        *("MIT", "MIT-0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Zlib", "Unlicense"),
        *("CC0-1.0", "PSF-2.0", "ZPL-2.1", "Apache-2.0"),
        *("EUPL-1.2", "MPL-2.0", "EPL-2.0", "LGPL-3.0-only"),  # weak: of their own files alone
    }
)

# Programs under the GPL are run as processes, and never imported (tests/deploy/test_licences.py).
RUN = {"esptool": "GPL-2.0-or-later", "wireviz": "GPL-3.0-or-later"}

SHORT = {
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "ZPL 2.1": "ZPL-2.1",
    "ISC License": "ISC",
}
CLASSES = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
SAID = {
    "colorama": "BSD-3-Clause",  # on Windows alone, so not installed here
    "comm": "BSD-3-Clause",
    "h5netcdf": "BSD-3-Clause",
    "intelhex": "BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "nest-asyncio": "BSD-2-Clause",
    "partd": "BSD-3-Clause",
    "pyserial": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "reedsolo": "Unlicense OR MIT-0",
    "rich-click": "MIT",
    "scipy": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "sly": "BSD-3-Clause",
    "tzdata": "Apache-2.0",  # likewise
    "zict": "BSD-3-Clause",
}


def read_licence(name: str) -> str:
    """SPDX expression of an installed package; "" when nobody says it.

    >>> read_licence("fastapi")
    'MIT'
    """
    if name in SAID:
        return SAID[name]
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    # get_all: what is missing by name is None, or a KeyError where the backport of this was loaded
    expression, text = (
        (metadata.get_all(field) or [""])[0].strip() for field in ("License-Expression", "License")
    )
    if expression:
        return expression
    if text in ALLOWED:
        return text
    classes = (CLASSES.get(each, "") for each in metadata.get_all("Classifier") or [])
    return SHORT.get(text) or next(filter(None, classes), "")


def is_allowed(expression: str) -> bool:
    """Tell whether every licence of an expression is one that we may use.

    >>> is_allowed("MPL-2.0 AND (Apache-2.0 OR MIT)"), is_allowed("GPL-2.0-or-later")
    (True, False)
    """
    terms = set(TERMS.findall(expression)) - {"AND", "OR", "WITH"}
    return bool(terms) and terms <= ALLOWED


def to_table(components: list[dict]) -> str:
    """Components as a table in Markdown, with what may only be run said so."""
    lines = [
        "# What this release is made of",
        "",
        "| component | version | licence |",
        "|---|---|---|",
    ]
    for one in components:
        name, licence = to_name(one), to_expression(one)
        alone = ", run and never imported" if name in RUN else ""
        lines.append(f"| {name} | {one['version']} | {licence}{alone} |")
    return "\n".join(lines) + "\n"


def to_name(component: dict) -> str:
    """Name of a component, with the group of an npm package.

    >>> to_name({"group": "@lit", "name": "context"})
    '@lit/context'
    """
    group = component.get("group")
    return f"{group}/{component['name']}" if group else component["name"]


def to_expression(component: dict) -> str:
    """Licence of a component of the bill of materials."""
    return component["licenses"][0]["expression"]
