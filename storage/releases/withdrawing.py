"""Taking a release away: of somebody who is to be forgotten, or of what was wrong to be public.

What others have copied cannot be called back, but they see that it is withdrawn, and why.
"""

from dataclasses import replace

from lokaalmeten.errors import FormatError

from ..package import TITLE
from .listing import write_index
from .manifest import NAME, VERSION, Manifest, read_manifest, write_manifest
from .target import Target


def withdraw(target: Target, version: str, reason: str) -> Manifest:
    """Take away the files of a release and every name in it; that it was there stays told.

    Raises FormatError when there is no such release, or no reason.
    """
    if not reason.strip() or not reason.isprintable():
        raise FormatError("a release is withdrawn for a reason, in a sentence that anyone may read")
    if not VERSION.fullmatch(version) or not target.has(f"{version}/{NAME}"):
        raise FormatError(f"{target.url}: there is no release {version}; see: meten release list")
    manifest = read_manifest(target, version)
    citation = f"{manifest.publisher}: {TITLE}, {manifest.month}. Version {version}, withdrawn."
    gone = replace(manifest, files=[], terms={}, citation=citation, withdrawn=reason)
    write_manifest(target, gone)
    for place in target.find(version):
        if place != f"{version}/{NAME}":
            target.remove(place)
    write_index(target)
    return gone
