"""A bundle's entries and records → whether the records are those that the entries commit to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.bundle.agreement import ID, Original, disagreements, made_resource, refers_elsewhere
from pipeline.bundle.contents import CONFIG, WARC
from pipeline.errors import ConfigInvalid
from pipeline.ground.claims import failed, verified
from pipeline.ground.clock import moment
from pipeline.ground.evidence import CaptureEntry, Logged
from pipeline.model import Digest
from pipeline.sites.site import site_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pipeline.archive.records import Record
    from pipeline.ground.claims import Claim
    from pipeline.ground.evidence import Entry
    from pipeline.sites.site import Site

CAPTURE, RESOURCE, CONFIG_FILE = "capture", "resource", "config"

CONFIGS = "urn:dateline:config:"
"""How the names of archived configs begin."""

Capture = Logged[CaptureEntry]


class Grouped(Struct, frozen=True, kw_only=True):
    """The records of a bundle, put to the entries that name them.

    `shared` are configs and certificates that an earlier capture needed first, whose digest is
    all that the entries here name; `groups` has for each capture its records, and `rest` what
    belongs to none.
    """

    shared: tuple[Record, ...]
    groups: tuple[tuple[Capture, tuple[Record, ...]], ...]
    rest: tuple[Record, ...]


def captures_among(entries: Sequence[Logged[Entry]]) -> tuple[Capture, ...]:
    """The captures, in the log's order."""
    return tuple(
        Logged(one.index, one.entry) for one in entries if isinstance(one.entry, CaptureEntry)
    )


def grouped(captures: Sequence[Capture], laid: Sequence[Record]) -> Grouped:
    """Part `laid` as a bundle lays it down: what is shared, then each capture's own in order."""
    own = {ref.record_id for one in captures for ref in one.entry.records}
    at = 0
    while at < len(laid) and laid[at].type == "resource" and laid[at].record_id not in own:
        at += 1
    shared = tuple(laid[:at])
    groups: list[tuple[Capture, tuple[Record, ...]]] = []
    for one in captures:
        end = at + len(one.entry.records) + 1
        groups.append((one, tuple(laid[at:end])))
        at = end
    return Grouped(shared=shared, groups=tuple(groups), rest=tuple(laid[at:]))


def urns_of(entry: CaptureEntry) -> Iterator[str]:
    """The names of the config and the certificate that a capture rests on."""
    if entry.config is not None:
        yield f"{CONFIGS}{entry.config}"
    if entry.certificate is not None:
        yield f"urn:dateline:certificate:{entry.certificate}"


def records_agree(records: Grouped, *, rules: Collection[Digest]) -> Iterator[Claim]:
    """Every capture's records against its entry, and no record that no entry asks for.

    `rules` are those by which texts were read: an archived config that declares them may be here
    though no capture here was made under it.
    """
    everything = [record for _, group in records.groups for record in group]
    for one, group in records.groups:
        entry = one.entry
        found = [*disagreements(entry, group, original=_original(entry, records))]
        subject = f"entry {one.index}, {entry.requested}"
        for each in found:
            yield failed(
                CAPTURE,
                f"{subject}: {each.what}",
                expected=each.expected,
                actual=each.actual,
                file=WARC,
                record=each.record,
            )
        if not found:
            yield verified(CAPTURE, subject, file=WARC, record=entry.payload_record)
    for record in records.rest:
        what = f"a {record.type} record that no entry names"
        yield failed(CAPTURE, WARC, actual=what, file=WARC, record=record.record_id)
    yield from _resources(records, everything, rules)


def rules_of(record: Record) -> Digest | None:
    """The rules that an archived config declares, None for what cannot be read as one today."""
    site = site_in(record)
    return None if site is None else site.rules_digest


def site_in(record: Record) -> Site | None:
    """The site that a `resource` record's config declares; None where it holds no such thing."""
    urn = record.target_uri or ""
    if not urn.startswith(CONFIGS):
        return None
    try:
        return site_of(record.block, file=urn)
    except ConfigInvalid:
        return None


def config_agrees(config: bytes | None, entry: CaptureEntry) -> Claim:
    """`config.yaml` against the capture that the bundle is about."""
    true = None if config is None else Digest.of(config)
    if true == entry.config:
        return verified(CONFIG_FILE, CONFIG, file=CONFIG)
    return failed(
        CONFIG_FILE,
        CONFIG,
        expected=entry.config or "no such file",
        actual=true or "it is missing",
        file=CONFIG,
    )


def _original(entry: CaptureEntry, records: Grouped) -> Original | None:
    """The full response that a capture's revisit refers to, if it is here."""
    wanted = refers_elsewhere(entry)
    if wanted is None:
        return None
    return next(
        (
            Original(entry=one.entry, response=record)
            for one, group in records.groups
            for record in group
            if record.record_id == wanted
        ),
        None,
    )


def _resources(
    records: Grouped, everything: Sequence[Record], rules: Collection[Digest]
) -> Iterator[Claim]:
    """What the captures rest on is here under its own digest, once, and nothing else is."""
    needed = {urn for one, _ in records.groups for urn in urns_of(one.entry)}
    own = {record.target_uri for record in everything if record.type == "resource"}
    shared = [record.target_uri or "" for record in records.shared]
    if shared != sorted(set(shared) - own):
        yield failed(RESOURCE, WARC, expected="each once, by name", actual=shared, file=WARC)
    for record in records.shared:
        if (wrong := _wrong(record)) is not None:
            yield failed(
                RESOURCE, str(record.target_uri), actual=wrong, file=WARC, record=record.record_id
            )
        elif record.target_uri not in needed and rules_of(record) not in rules:
            what = "no entry here rests on it"
            yield failed(
                RESOURCE, str(record.target_uri), actual=what, file=WARC, record=record.record_id
            )
    for urn in sorted(needed):
        if urn in own or urn in shared:
            yield verified(RESOURCE, urn, file=WARC)
        else:
            yield failed(RESOURCE, urn, actual="no record here holds it", file=WARC)


def _wrong(record: Record) -> str | None:
    """Why a shared resource is not as the archive writes it; its date and id are its own."""
    if not ID.fullmatch(record.record_id):
        return f"its id {record.record_id} is no urn:uuid:…"
    try:
        made = made_resource(record, moment(record.field("WARC-Date") or ""))
    except ValueError as error:
        return str(error)
    kept = [field for field in record.fields if field[0] != "WARC-Record-ID"]
    if kept != [field for field in made.fields if field[0] != "WARC-Record-ID"]:
        return "its head is not as the archive writes it"
    return None
