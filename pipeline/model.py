"""The nouns that travel between the rooms: frozen values, standard library only.

A `Visit` is one due look.  Fetching it gives a `Look`: `Step`s, each a `Capture` (one exchange,
bytes as they were on the wire) with its `Outcome`.  The archive lays a capture down and hands
out a `StoredBlock`; a `Document` is derived from that block; comparing it with the last one
gives a `Change`.  What is written down of all that are the entries of `evidence`.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

# --- digests ---------------------------------------------------------------------------------


class Digest(Struct, frozen=True):
    """A named digest.  Prints and parses as `sha256:<64 lowercase hex>`."""

    algorithm: str
    value: bytes

    @classmethod
    def of(cls, data: bytes | bytearray | memoryview) -> Self:
        """The SHA-256 of `data`."""
        return cls("sha256", hashlib.sha256(data).digest())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `algorithm:hex`.  Raises ValueError for anything else."""
        algorithm, colon, hexadecimal = text.partition(":")
        if not colon or hexadecimal != hexadecimal.lower():
            message = f"{text!r} is not a digest of the form sha256:<hex>"
            raise ValueError(message)
        return cls(algorithm, bytes.fromhex(hexadecimal))

    @property
    def hex(self) -> str:
        """The digest without its algorithm, lower case."""
        return self.value.hex()

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.value.hex()}"


# --- what is to be looked at -----------------------------------------------------------------


class Role(StrEnum):
    """Why a URL was looked at."""

    TARGET = "target"
    SEED = "seed"
    ROBOTS = "robots"


class Origin(StrEnum):
    """Where the bytes of a capture came from.  Nothing but `live` was fetched by us."""

    LIVE = "live"
    REPLAY = "replay"
    IMPORT = "import"


class Source(Struct, frozen=True, kw_only=True):
    """The WARC record that a replayed capture was taken from."""

    file: Digest
    record_id: str


class Validators(Struct, frozen=True, kw_only=True):
    """What makes a look conditional (RFC 9110 section 13), and the response they came with.

    `last_modified` is echoed to the server verbatim; `record_id` names a full response record,
    never a revisit.
    """

    etag: str | None
    last_modified: str | None
    record_id: str


class Target(Struct, frozen=True, kw_only=True):
    """A URL to capture.  `url` is the document's canonical name, `requested` is what is asked."""

    url: str
    requested: str
    found_in: str | None = None
    validators: Validators | None = None


class Visit(Struct, frozen=True, kw_only=True):
    """One due look.  `id` is a UUID's 32 hex digits; `site` is None for pages of no config."""

    id: str
    site: str | None
    role: Role
    target: Target
    due_at: datetime
    origin: Origin = Origin.LIVE


# --- what came of it -------------------------------------------------------------------------


class Truncation(StrEnum):
    """Why a response is shorter than it should be; WARC-Truncated's own words."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"


class Peer(Struct, frozen=True, kw_only=True):
    """Who answered, as seen at connect time.

    `protocol` in WARC-Protocol's words: ("http/1.1", "tls/1.3").  `certificate` is the leaf in
    DER; `tls_verified` is None without TLS.
    """

    ip: str
    port: int
    protocol: tuple[str, ...] = ("http/1.1",)
    certificate: bytes | None = None
    tls_verified: bool | None = None


class Capture(Struct, frozen=True, kw_only=True):
    """One exchange, bytes as they were on the wire; both are empty when nothing was said.

    `began_at` is the WARC-Date of every record made of it.  A replayed capture keeps the
    date of its source.
    """

    visit: str
    url: str
    attempt: int
    began_at: datetime
    request: bytes = b""
    response: bytes = b""
    truncated: Truncation | None = None
    peer: Peer | None = None
    source: Source | None = None


class Captured(Struct, frozen=True):
    """The page came, whole.  `reason` is `no_text` where there is nothing to read in it."""

    name: ClassVar[str] = "captured"
    reason: str | None = None


class NotModified(Struct, frozen=True):
    """The server says 304: still the same."""

    name: ClassVar[str] = "not_modified"
    reason: str | None = None


class Gone(Struct, frozen=True):
    """The server says that there is no such page."""

    name: ClassVar[str] = "gone"
    reason: str


class Blocked(Struct, frozen=True):
    """The server answers, but will not show us the page.

    `retry_after_s` is how long it asked to be left alone, `score` how sure it is that this is a
    block, from 0 to 1.
    """

    name: ClassVar[str] = "blocked"
    reason: str
    retry_after_s: float | None = None
    score: float = 1.0


class Failed(Struct, frozen=True):
    """No whole page came, or none that can be read; `detail` is the machine's own word."""

    name: ClassVar[str] = "failed"
    reason: str
    detail: str = ""
    retry_after_s: float | None = None


class Skipped(Struct, frozen=True):
    """We did not ask: `robots`, `private_address`."""

    name: ClassVar[str] = "skipped"
    reason: str
    detail: str = ""


class Redirected(Struct, frozen=True):
    """One hop on the way; `reason` is the absolute URL it points to."""

    name: ClassVar[str] = "redirected"
    reason: str


class Retried(Struct, frozen=True):
    """An attempt that was followed by another; `reason` is what was wrong with it."""

    name: ClassVar[str] = "retried"
    reason: str


Outcome = Captured | NotModified | Gone | Blocked | Failed | Skipped
StepOutcome = Outcome | Redirected | Retried


class Step(Struct, frozen=True):
    """One capture of a look, and what it came to."""

    capture: Capture
    outcome: StepOutcome


class Look(Struct, frozen=True):
    """Everything one visit saw, in order.  Never empty: the last step bears the visit's outcome."""

    steps: tuple[Step, ...]

    @property
    def outcome(self) -> Outcome:
        """What the visit came to."""
        last = self.steps[-1].outcome
        if isinstance(last, Redirected | Retried):
            message = f"a look cannot end in {last!r}"
            raise TypeError(message)
        return last


# --- what the archive holds ------------------------------------------------------------------


class RecordRef(Struct, frozen=True, kw_only=True):
    """A WARC record by what it is; `record_id` without angle brackets: `urn:uuid:…`."""

    record_id: str
    type: str
    block: Digest


class Place(Struct, frozen=True, kw_only=True):
    """Where a record lies today: `length` octets of file `file` (its sealed name) at `offset`.

    Kept apart from `RecordRef`, because places may change and proofs may not.
    """

    file: str
    offset: int
    length: int


class StoredBlock(Struct, frozen=True, kw_only=True):
    """A response as the archive holds it: the only thing text may be derived from.

    Made by the archive's parser out of the bytes of a record (law 2), and by nobody else; a test
    holds that.  `entity` is the body without transfer-coding, `decoded` without content-coding
    as well; `decoded` is None, and `fault` says why, when the coding is broken or a bomb.
    Header names are as sent; `header()` ignores their case.
    """

    record: RecordRef
    url: str
    observed_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    entity: Digest
    decoded: bytes | None
    decoded_digest: Digest | None
    fault: str | None = None

    def header(self, name: str) -> str | None:
        """The first value of header `name`, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


# --- what was read ---------------------------------------------------------------------------


class Upstream(Struct, frozen=True, kw_only=True):
    """Where the page says that its text came from."""

    name: str | None
    url: str | None


class Document(Struct, frozen=True, kw_only=True):
    """Clean text and what the page says about it.

    `text` is the clean text file's content: NFC, LF, title first, one paragraph a line, empty
    lines between, one LF at the end.  `published` is an ISO date, or date and time with offset.
    `generation` names the rule generation that held, `generic` for the generic extractor;
    `degraded` says that the site has rules and none of them found a body.  `canonical` and `amp`
    are the absolute addresses that the page gives itself and its AMP edition.
    """

    text: str
    title: str | None
    byline: str | None
    published: str | None
    language: str | None
    source: Upstream | None
    charset: str
    charset_why: str
    generation: str
    extractor: str
    degraded: bool = False
    canonical: str | None = None
    amp: str | None = None
    site_name: str | None = None


# --- what it means ---------------------------------------------------------------------------


class New(Struct, frozen=True):
    """This document was never captured before."""

    name: ClassVar[str] = "new"


class Changed(Struct, frozen=True):
    """Its text or fields differ from those of its last capture, whose document is `previous`."""

    name: ClassVar[str] = "changed"
    previous: Digest | None


class SameText(Struct, frozen=True):
    """Other bytes, the same text and fields: clocks, teasers, gzip anew."""

    name: ClassVar[str] = "same_text"
    of: Digest | None


class SameBytes(Struct, frozen=True):
    """The very same entity-body."""

    name: ClassVar[str] = "same_bytes"
    of: Digest | None


Change = New | Changed | SameText | SameBytes
