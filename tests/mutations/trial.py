"""A change to a file of an archive → what the audit says of it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought, Sample
from pipeline.audit.files import could_not
from pipeline.audit.summary import Summary
from pipeline.ground.claims import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NUMBER = re.compile(r"\b(?:entry|entries|octet|row|hash) [0-9a-f-]+")


class Trial(Struct, frozen=True, kw_only=True):
    """`change` is made to `file` of the folder `where` below the specimen's.

    `kind` says of what kind the file is.  `places` are the words by which a claim may name the
    place within it: record ids, `entry 7`, `octet 120`; empty where there is none but the file.
    `unread` says that the file can no longer be read.  `vain` says why nothing depends on it.
    `look` is what an audit has to look into to see it.
    """

    kind: str
    change: str
    file: str
    apply: Callable[[Path], None]
    where: str = "archive"
    places: frozenset[str] = frozenset()
    unread: bool = False
    vain: str = ""
    look: frozenset[str] = field(default_factory=lambda: frozenset({"responses"}))
    beside: tuple[str, ...] = ()
    note: str = ""


class Seen(Struct, frozen=True, kw_only=True):
    """What came of a trial: whether the fault was found, its file named, and its place in it.

    `told` says that the file was named at all, if not as the fault of one.
    """

    found: bool
    named: bool
    placed: bool | None
    told: bool = False
    said: tuple[str, ...] = ()


def run(trial: Trial, root: Path, brought: Brought) -> Seen:
    """Make the change in the copy of a specimen at `root`, audit it, and take the change back."""
    folder = root / trial.where
    with taken_back([folder / name for name in (trial.file, *trial.beside)]):
        trial.apply(folder / trial.file)
        return _judged(trial, folder, brought)


def _judged(trial: Trial, folder: Path, brought: Brought) -> Seen:
    catalog = f"sqlite:///{folder / 'catalog.sqlite'}" if "catalog" in trial.look else None
    bundles = (folder / trial.file,) if "bundle" in trial.look else ()
    held = replace(
        brought,
        sample=Sample(share=1 if "responses" in trial.look else 0),
        bundles=bundles,
    )
    archive = root_of(trial, folder)
    *claims, summary = audit(archive, held, catalog_url=catalog, workers=1)
    assert isinstance(summary, Summary)
    if trial.unread:
        wanted = [one for one in claims if could_not(one)]
        found = summary.verdict in ("inconclusive", "failed") and bool(wanted)
    else:
        wanted = [one for one in claims if one.verdict is Verdict.FAILED]
        found = summary.verdict == "failed"
    mine = [one for one in wanted if _is_of(one, trial, folder)]
    placed = None
    if trial.places:
        words = [{one.record, *NUMBER.findall(one.subject), *_rows(one)} for one in wanted]
        placed = any(trial.places & said for said in words)
    return Seen(
        found=found,
        named=bool(mine),
        placed=placed,
        told=any(
            _is_of(one, trial, folder) for one in claims if one.verdict is not Verdict.VERIFIED
        ),
        said=tuple(
            f"{one.check}: {one.subject}: {one.expected} / {one.actual} [{one.file}, {one.record}]"
            for one in claims
            if one.verdict is not Verdict.VERIFIED
        ),
    )


def root_of(trial: Trial, folder: Path) -> Path:
    """The archive that is audited: a bundle lies beside it."""
    return folder / "archive" if "bundle" in trial.look else folder


def _is_of(claim, trial: Trial, folder: Path) -> bool:
    if "catalog" in trial.look:
        return claim.check == "catalog"
    names = {trial.file, trial.file.removesuffix(".open"), str(folder / trial.file)}
    return claim.file in names


def _rows(claim) -> Iterator[str]:
    """`table, row 7: column` and `table, row 7` of a claim about the catalog."""
    if claim.check == "catalog":
        yield claim.subject
        yield claim.subject.partition(":")[0]


class taken_back:  # noqa: N801 - it is called like a function
    """Whatever becomes of `paths` within `with`, they are again what they were."""

    def __init__(self, paths: list[Path]) -> None:
        self._held = {path: path.read_bytes() if path.is_file() else None for path in paths}

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        for path, octets in self._held.items():
            if path.is_symlink() or path.is_file():
                path.unlink()
            elif path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()
            if octets is not None:
                path.write_bytes(octets)
