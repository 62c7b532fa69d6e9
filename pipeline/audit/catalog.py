"""The evidence, folded into a catalog of its own → in which rows the live one differs."""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive.texts import Texts
from pipeline.audit.files import CANNOT_READ
from pipeline.catalog import Catalog, embedded
from pipeline.catalog.comparing import differences, folded, snapshot, torn
from pipeline.catalog.damage import is_damaged
from pipeline.errors import ArchiveUnwritable, CatalogAway, LedgerBroken
from pipeline.ground.claims import Claim, Verdict, failed, undecided, verified
from pipeline.ledger.checkpoint import Checkpoint
from pipeline.ledger.reader import LogReader
from pipeline.writing.folding import Shelf, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.catalog.comparing import RowDiffers

CHECK = "catalog"
MOST_NAMED = 1000


class DamagedCatalog(Exception):
    """The database is a file that no database made, or that has been changed since."""


def claims(archive: Path, url: str, progress: Callable[[int, int], object]) -> Iterator[Claim]:
    """Check 9: what the catalog says is what the evidence says."""
    try:
        with tempfile.TemporaryDirectory(prefix="dateline-audit-") as folder:
            yield from _held_against(archive, url, Path(folder), progress)
    except DamagedCatalog as damage:
        yield failed(CHECK, "database", actual=f"damaged: {damage}; dateline rebuild makes it anew")
    except (CatalogAway, ArchiveUnwritable, LedgerBroken, OSError) as error:
        yield undecided(CHECK, "rows", Verdict.NOT_CHECKED, why=f"{CANNOT_READ}: {error}")


def _held_against(
    archive: Path, url: str, folder: Path, progress: Callable[[int, int], object]
) -> Iterator[Claim]:
    if is_damaged(url):
        raise DamagedCatalog(url)
    copy = snapshot(url, folder)
    if copy is None:
        why = "there is none: dateline rebuild makes it of the evidence"
        yield undecided(CHECK, "rows", Verdict.NOT_CHECKED, why=why)
        return
    torn_at = torn(copy)
    if torn_at is not None:
        raise DamagedCatalog(torn_at)
    size = folded(copy)
    log = LogReader.open(archive)
    if size > log.size:
        actual = f"{size} entries folded"
        yield failed(CHECK, "how far it is", expected=f"at most {log.size}", actual=actual)
        return
    if size < log.size:
        why = f"it has folded {size} of {log.size} entries; whatever writes next brings it up"
        yield undecided(CHECK, "how far it is", Verdict.NOT_CHECKED, why=why)
    anew = embedded(folder)
    _fold(archive, log, size, anew, progress)
    wrong = 0
    for one in islice(differences(anew, copy), MOST_NAMED):
        wrong += 1
        yield _claim(one)
    if wrong == MOST_NAMED:
        yield failed(CHECK, "more rows", actual="not named one by one")
    if not wrong:
        yield verified(CHECK, f"every record_* row is what {size} entries and their files say")


def _fold(
    archive: Path, log: LogReader, size: int, anew: str, progress: Callable[[int, int], object]
) -> None:
    """Fold the first `size` entries into the catalog at `anew`.

    What is missing for it was told by the checks of the evidence.
    """
    now = log.checkpoint
    then = Checkpoint(origin=now.origin, size=size, root=now.root)
    reader = LogReader(archive, checkpoint=then, octets=log.octets)
    with Catalog.open(anew) as catalog, catalog.batch() as batch:
        for _ in fold(
            batch.record,
            reader,
            Shelf(archive),
            Texts(archive),
            step=lambda index: progress(index + 1, size),
        ):
            pass


def _claim(one: RowDiffers) -> Claim:
    subject = f"{one.table}, row {one.key}"
    if one.column is not None:
        subject = f"{subject}: {one.column}"
    return failed(
        CHECK,
        subject,
        expected=one.expected or "no such row",
        actual=one.actual or "no such row",
    )
