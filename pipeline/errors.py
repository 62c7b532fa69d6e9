"""Everything Dateline can raise, in one tree.

DatelineError                    exit  what happened
├── UsageError                   2     the call itself is wrong
│   ├── NoSuchSite                     a name that no config declares
│   ├── NotAUrl                        a target that is neither a site nor an http(s) URL
│   ├── UnreadableList                 a file of URLs that cannot be read
│   ├── NoConfigs                      the configs folder is missing or empty
│   ├── NothingToFetch                 a fetch of nothing
│   ├── NotConfigured                  dateline.yaml does not say what is needed for this
│   ├── BadQuery                       a search that cannot be read
│   ├── NotRecorded                    a URL or digest that the archive has never seen
│   ├── OtherExport                    parts of another export stand where this one's would
│   ├── NothingToTakeDown              what is named holds no bytes, or none any more
│   ├── FixtureUnfit                   a capture that no fixture can be made of
│   ├── NoSuchVersion                  a document has no version that is meant by this
│   └── NoArchive                      a folder that holds neither WARC files nor a log
├── ConfigInvalid                1     a site's declaration, with every problem found in it
├── CannotError                  3     the world will not let us
│   ├── ArchiveLocked                  another process writes this archive
│   ├── ArchiveUnwritable              folder, disk or permissions
│   ├── CatalogAway                    the database cannot be reached or is from a newer Dateline
│   ├── TakenDown                      a text that was taken down with its bytes
│   ├── LedgerBroken                   the log on disk cannot be read or continued as it stands
│   ├── CannotListen                   the web page's address is taken or not ours
│   ├── KeyUnusable                    the signing key is missing, foreign, or open to others
│   └── ReplayUnreadable               a replay file is missing or is no WARC
├── HandedOverFailed             its own  the daemon could not do what it was asked to
└── DamagedRecord                3     bytes in a WARC file that are not a whole record

A failed fetch or extraction is not an error: it is an outcome, and it is archived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

FOUND_SOMETHING = 1
WRONG_USE = 2
COULD_NOT = 3


class DatelineError(Exception):
    """The root. `exit_code` is what the command ends with; `str()` is fit for a tired person."""

    exit_code = COULD_NOT


class UsageError(DatelineError):
    """The call is wrong and would be wrong again tomorrow."""

    exit_code = WRONG_USE


class NoSuchSite(UsageError):
    """`name` is declared by no config; `known` are the names that are."""

    def __init__(self, name: str, *, known: tuple[str, ...], meant: str | None = None) -> None:
        self.name, self.known, self.meant = name, known, meant
        hint = f"; did you mean {meant}" if meant else ""
        listed = ", ".join(known) or "none"
        super().__init__(f"no site is called {name!r}{hint} (configured: {listed})")


class OtherExport(UsageError):
    """Parts of another export are at `folder`, which this one would go on with."""

    def __init__(self, folder: Path, *, why: str) -> None:
        self.folder, self.why = folder, why
        super().__init__(
            f"{folder} holds parts of an export that was broken off and cannot be gone on with"
            f" ({why}); remove that folder, or write to another file"
        )


class NotAUrl(UsageError):
    """`given` cannot be fetched; `where` says which argument or line it was."""

    def __init__(self, given: str, *, where: str, why: str) -> None:
        self.given, self.where, self.why = given, where, why
        super().__init__(
            f"{where}: {given!r} is not a URL that can be fetched ({why});"
            " give an http:// or https:// address, or the name of a site"
        )


class UnreadableList(UsageError):
    """The file of URLs at `path` cannot be read."""

    def __init__(self, path: Path, *, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"cannot read the list of URLs {path}: {why}; give a file, or - for stdin")


class NoConfigs(UsageError):
    """There is no site declaration in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"no site configs in {folder}/: dateline init URL drafts one;"
            " or put a <site>.yaml there, or name another folder with --configs"
        )


class NothingToFetch(UsageError):
    """Neither a target nor a replay file was given."""

    def __init__(self) -> None:
        super().__init__(
            "nothing to fetch: give a site's name, a URL, --from FILE, or --replay FILE"
        )


class NotConfigured(UsageError):
    """`dateline.yaml` names no `what` that can be used under `key`."""

    def __init__(self, key: str, what: str) -> None:
        self.key, self.what = key, what
        super().__init__(f"dateline.yaml: {key}: {what} is needed for this; name one there")


class BadQuery(UsageError):
    """A query that cannot be read: `why`, from character `position` on, which counts from 1."""

    def __init__(self, why: str, *, position: int) -> None:
        self.why, self.position = why, position
        super().__init__(f"the query cannot be read at character {position}: {why}")


class NotRecorded(UsageError):
    """`asked` stands for nothing that `archive` has seen."""

    def __init__(self, asked: str, *, archive: Path) -> None:
        self.asked, self.archive = asked, archive
        super().__init__(
            f"archive {archive} has no record of {asked!r}:"
            " give a URL that was looked at, a text's digest, a record id or a visit"
        )


class NothingToTakeDown(UsageError):
    """Of what `asked` names no bytes are there that could be taken down; `why` not."""

    def __init__(self, asked: str, *, why: str) -> None:
        self.asked, self.why = asked, why
        super().__init__(f"nothing of {asked!r} can be taken down: {why}")


class FixtureUnfit(UsageError):
    """Of what `asked` names no fixture can be made; `why` not."""

    def __init__(self, asked: str, *, why: str) -> None:
        self.asked, self.why = asked, why
        super().__init__(f"no fixture can be made of {asked}: {why}")


class NoSuchVersion(UsageError):
    """Of the document `url` there is no version `asked`; it has `count` of them."""

    def __init__(self, asked: str, *, url: str, count: int) -> None:
        self.asked, self.url, self.count = asked, url, count
        super().__init__(
            f"{url} has {count} version{'' if count == 1 else 's'}, and none is {asked!r}:"
            " give a number as dateline history shows it, a date, or how its text's digest begins"
        )


class NoArchive(UsageError):
    """There is no archive in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"there is no archive in {folder}/, neither WARC files nor a log:"
            " name another folder with --archive"
        )


class Problem(Struct, frozen=True, kw_only=True):
    """One fault of a config: where it stands, what stands there, what may stand there."""

    file: str
    key: str
    value: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.value}: {self.allowed}"


class ConfigInvalid(DatelineError):
    """A site's declaration is refused; `problems` names every fault, not only the first."""

    exit_code = FOUND_SOMETHING

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class CannotError(DatelineError):
    """The call is right, but the machine, the disk or the database refuses."""


class ArchiveLocked(CannotError):
    """Another process holds `archive`; `holder` says which, as far as its lock file tells."""

    def __init__(self, archive: Path, *, holder: str) -> None:
        self.archive, self.holder = archive, holder
        super().__init__(
            f"archive {archive} is being written by {holder}:"
            " stop that process, or wait until it ends, or name another --archive"
        )


class ArchiveUnwritable(CannotError):
    """`path` cannot be written; `why` is the operating system's word."""

    def __init__(self, path: Path, *, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(
            f"cannot write {path}: {why}; nothing unfinished was counted as archived."
            " Free space or mend the permissions, then start again"
        )


class CatalogAway(CannotError):
    """The catalog at `url` (password masked) does not answer as it should."""

    def __init__(self, url: str, *, why: str) -> None:
        self.url, self.why = url, why
        super().__init__(f"catalog {url} cannot be used: {why}")


class TakenDown(CannotError):
    """The text `what` is not there any more, because somebody decided so."""

    def __init__(self, what: str, *, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(f"{what} was taken down: {reason}; what is left of it cannot be compared")


class LedgerBroken(CannotError):
    """The log at `path` is not what was signed, so nothing may be appended to it."""

    def __init__(self, path: Path, *, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(
            f"ledger {path}: {why}; nothing was written."
            " `dateline audit` names every fault; put the missing or changed files back"
        )


class KeyUnusable(CannotError):
    """The private key at `path` cannot sign for this archive."""

    def __init__(self, path: Path, *, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"signing key {path}: {why}")


class CannotListen(CannotError):
    """The web page cannot be served at `address`; `why` is the operating system's word."""

    def __init__(self, address: str, *, why: str) -> None:
        self.address, self.why = address, why
        super().__init__(
            f"cannot serve the web page at {address}: {why};"
            " give another address with --listen, or go without it with --no-web"
        )


class ReplayUnreadable(CannotError):
    """A replay file cannot be used at all; a file that is merely cut short is read to the cut."""

    def __init__(self, path: Path, *, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"cannot read {path}: {why}")


class HandedOverFailed(DatelineError):
    """The process that writes the archive refused an errand; it said why, and with which code."""

    def __init__(self, said: str, *, exit_code: int) -> None:
        self.exit_code = exit_code
        super().__init__(said)


class DamagedRecord(DatelineError):
    """The bytes of `path` at `offset` are not a whole WARC record."""

    def __init__(self, path: Path, *, offset: int, why: str) -> None:
        self.path, self.offset, self.why = path, offset, why
        super().__init__(f"{path}: damaged record at byte {offset}: {why}")
