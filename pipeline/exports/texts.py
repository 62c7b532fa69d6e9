"""Rows → a folder of text files named as a corpus names them, and its manifest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pipeline.exports import jsonl
from pipeline.ground.durable import unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.exports.columns import Row

MANIFEST = "manifest.jsonl"
FEWEST_DIGITS = 3
DIGEST_DIGITS = 16
OURS = re.compile(rf"[0-9]{{{FEWEST_DIGITS},}}_[0-9a-f]{{{DIGEST_DIGITS}}}\.txt")
"""A manifest may be somebody else's: no other file that it names is ours to remove."""


class Folder:
    """`000_3bc63b99d5b0d0da.txt` and so on: a running number, the first digits of the SHA-256.

    `manifest.jsonl` has a line for each, with all that is known of it.  A text that is there
    already is not written again, and files that an earlier manifest lists and this one does not
    are removed, so that the folder says what the archive says.  Raises ArchiveUnwritable.
    """

    def __init__(self, path: Path, *, digits: int) -> None:
        self._path = path
        self._digits = max(FEWEST_DIGITS, digits)
        self._written: set[str] = set()
        self._lines = path / (MANIFEST + ".new")
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._manifest = self._lines.open("wb")
        except OSError as error:
            raise unwritable(path, error) from error

    def add(self, row: Row) -> None:
        """Write the text of one document, and its line."""
        number = len(self._written)
        name = f"{number:0{self._digits}}_{row['sha256'][:DIGEST_DIGITS]}.txt"
        octets = row["text"].encode("utf-8", "replace")
        place = self._path / name
        try:
            if not place.exists() or place.read_bytes() != octets:
                place.write_bytes(octets)
            about = {"file": name} | {key: row[key] for key in row if key != "text"}
            self._manifest.write(jsonl.lines([about]))
        except OSError as error:
            raise unwritable(place, error) from error
        self._written.add(name)

    def finish(self) -> None:
        """Put the manifest in its place."""
        manifest = self._path / MANIFEST
        try:
            self._manifest.close()
            for name in self._listed(manifest):
                (self._path / name).unlink(missing_ok=True)
            self._lines.replace(manifest)
        except OSError as error:
            raise unwritable(manifest, error) from error

    def _listed(self, manifest: Path) -> Iterator[str]:
        """The files of an earlier export that are not of this one."""
        try:
            lines = manifest.read_text("utf-8").splitlines()
        except (FileNotFoundError, UnicodeDecodeError):
            return
        for line in lines:
            try:
                name = json.loads(line)["file"]
            except (ValueError, KeyError, TypeError):
                continue
            if isinstance(name, str) and OURS.fullmatch(name) and name not in self._written:
                yield name
