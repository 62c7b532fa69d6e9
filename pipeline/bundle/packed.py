"""A WACZ's octets → the bundle that is packed in it, and what is wrong with the packing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.contents import PACKAGE, Contents, files_of
from pipeline.bundle.unpacking import OtherVersion, resources, unpacked
from pipeline.bundle.wacz import wacz_of
from pipeline.bundle.zipped import ZipRefused, unpack
from pipeline.ground.claims import Claim, Verdict, failed, undecided, verified
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.bundle.unpacking import Unpacked

ZIP, FILES, LAYOUT = "zip", "files", "layout"
WHOLE = "the file"


class Packed(Struct, frozen=True, kw_only=True):
    """What was checked of the packing, and the bundle, None where it cannot be had."""

    claims: tuple[Claim, ...]
    contents: Contents | None = None


def read_packed(octets: bytes, *, file: str) -> Packed:
    """Take the WACZ apart; `file` is what claims call it.

    The zip must be such as `zipped.pack` makes, the files those that datapackage.json names, with
    its hashes, and all that follows from other files must follow to the octet.
    """
    try:
        members = unpack(octets)
    except ZipRefused as refused:
        return Packed(claims=(failed(ZIP, WHOLE, actual=refused, file=file),))
    claims = [verified(ZIP, WHOLE, file=file)]
    files = {member.name: member.octets for member in members}
    try:
        claims += _hashes(files)
        bundle = unpacked(files)
    except OtherVersion as other:
        unknown = undecided(FILES, WHOLE, Verdict.INCONCLUSIVE, why=str(other))
        return Packed(claims=(*claims, unknown))
    except ValueError as error:
        return Packed(claims=(*claims, failed(FILES, WHOLE, actual=error, file=file)))
    try:
        claims += _layout(files, bundle, octets)
    except ValueError as error:
        return Packed(claims=(*claims, failed(LAYOUT, WHOLE, actual=error, file=file)))
    return Packed(claims=tuple(claims), contents=bundle.contents)


def _hashes(files: Mapping[str, bytes]) -> Iterator[Claim]:
    """Each file against the hash that datapackage.json names."""
    if PACKAGE not in files:
        return
    for path, expected in resources(files[PACKAGE]).items():
        if path not in files:
            yield failed(FILES, path, expected=expected, actual="the file is missing", file=path)
        elif expected != (true := str(Digest.of(files[path]))):
            yield failed(FILES, path, expected=expected, actual=true, file=path)
        else:
            yield verified(FILES, path, file=path)


def _layout(files: Mapping[str, bytes], bundle: Unpacked, octets: bytes) -> Iterator[Claim]:
    """What follows from other files is written again, and has to be the same."""
    again = files_of(bundle.contents, software=bundle.software)
    packed = wacz_of(bundle.contents, software=bundle.software)
    differing = [member for member in again if files.get(member.name) != member.octets]
    for member in differing:
        expected, true = Digest.of(member.octets), Digest.of(files.get(member.name, b""))
        what = f"{true}, which does not follow from the other files"
        yield failed(LAYOUT, member.name, expected=expected, actual=what, file=member.name)
    if packed == octets:
        yield verified(LAYOUT, "index, pages, README and datapackage follow from the rest")
    elif not differing:
        what = "its files are in another order, or dated otherwise than its newest entry"
        yield failed(LAYOUT, WHOLE, actual=what)
