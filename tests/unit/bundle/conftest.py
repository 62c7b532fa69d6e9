"""A small archive with a log, made by the archive's and the log's own writers."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.archive.laying import certificate_resource, config_resource, lay
from pipeline.archive.message import read_message
from pipeline.archive.noting import note
from pipeline.archive.records import FullResponse
from pipeline.archive.texts import Texts
from pipeline.archive.writer import WarcWriter
from pipeline.bundle.gathering import Gathering
from pipeline.bundle.outside import Brought
from pipeline.bundle.verifying import verify
from pipeline.bundle.wacz import wacz_of
from pipeline.catalog import Shown
from pipeline.extract.derive import derive
from pipeline.ground.claims import Verdict
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry, Logged
from pipeline.ledger.keys import published
from pipeline.ledger.log import Log
from pipeline.ledger.notes import SigningKey
from pipeline.ledger.reader import LogReader
from pipeline.model import Capture, Digest, Origin, Peer, Role
from pipeline.sites.site import site_of

BEGAN = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)
CONFIG = json.dumps(
    {
        "site": "harbour",
        "name": "The Harbour",
        "match": ["news.example"],
        "targets": {"canonical": {"drop_query": ["t"]}},
        "extract": [{"title": "h1", "body": "div.story", "published": "time@datetime"}],
    }
).encode()
PAGE = (
    b"<!doctype html><html lang=en><body><h1>A bridge opens</h1>"
    b"<time datetime=2026-03-18>18 March</time><div class=story>"
    b"<p>The bridge over the narrow river was opened to carts this morning.</p>"
    b"<p>It replaces the rope ferry, which had crossed the water for ninety years.</p>"
    b"</div></body></html>"
)
CERTIFICATE = b"0\x82 a certificate in DER, as far as the archive cares"


class SlowClock:
    """Tells a time that goes on by a second whenever it is asked."""

    def __init__(self):
        self._now = BEGAN

    def now(self):
        self._now += timedelta(seconds=1)
        return self._now

    async def sleep(self, _seconds):
        raise AssertionError("nobody waits here")


def as_on_the_wire(body=PAGE, *fields, status="200 OK", kind="text/html; charset=utf-8"):
    """A response as it is on the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields]
    if not any(one.startswith("Transfer-Encoding") for one in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@dataclass
class Press:
    """Lays looks down as the flow does, and finds them again as the catalog does."""

    folder: Path
    key: SigningKey = field(default_factory=lambda: SigningKey.generate("press.example/log"))
    clock: SlowClock = field(default_factory=SlowClock)
    config: bytes = CONFIG
    shown: list = field(default_factory=list)

    def __post_init__(self):
        self.folder.mkdir(exist_ok=True)
        self.log = Log.open(self.folder, self.key, signed=None)
        self.writer = WarcWriter(
            self.folder, writer="test", clock=self.clock, enter=self.log.append, about=()
        )
        self.texts = Texts(self.folder)
        self._full = {}
        self._resources = {}
        self._extractions = []

    # --- writing ------------------------------------------------------------------------------

    def look(self, url="https://news.example/a", response=None, **changes):
        """One capture, and the text in it; the Shown of it."""
        response = as_on_the_wire() if response is None else response
        site = site_of(self.config, file="test")
        began = self.clock.now()
        capture = Capture(
            visit=changes.pop("visit", f"{len(self.shown):032x}"),
            url=url,
            attempt=changes.pop("attempt", 1),
            began_at=began,
            request=f"GET {url} HTTP/1.1\r\nHost: news.example\r\n\r\n".encode(),
            response=response,
            truncated=changes.pop("truncated", None),
            peer=Peer(
                ip="192.0.2.7",
                port=443,
                protocol=("http/1.1", "tls/1.3"),
                certificate=CERTIFICATE,
                tls_verified=True,
            ),
        )
        message = read_message(response)
        refers = self._full.get(message.entity_digest) if message else None
        if message and message.status == 304:
            refers = changes.pop("unchanged")
        needed = [
            one
            for one in (config_resource(self.config), certificate_resource(CERTIFICATE))
            if one.uri not in self._resources
        ]
        laid = lay(self.writer, capture, message, refers=refers, resources=needed)
        for one, ref in zip(needed, laid.refs, strict=False):
            self._resources[one.uri] = ref.record_id
        entry = CaptureEntry(
            **{
                "at": self.clock.now(),
                "observed_at": began,
                "visit": capture.visit,
                "site": "harbour",
                "role": Role.TARGET,
                "url": site.canonical(url),
                "requested": url,
                "origin": Origin.LIVE,
                "source": None,
                "outcome": "captured",
                "reason": None,
                "detail": "",
                "change": "new",
                "status": message.status if message else None,
                "records": laid.refs,
                "payload_record": laid.payload_record if capture.truncated is None else None,
                "entity": message.entity_digest if message else None,
                "decoded": message.decoded_digest if message else None,
                "ip": capture.peer.ip,
                "protocol": capture.peer.protocol,
                "certificate": Digest.of(CERTIFICATE),
                "tls_verified": True,
                "attempt": capture.attempt,
                "config": site.config,
                "rules": site.rules_digest,
                "agent": "Dateline/0.1",
                **changes,
            }
        )
        index = self.log.append(entry)
        noted = note(self.writer, entry, capture, message)
        places = {ref.record_id: place for ref, place in zip(laid.refs, laid.places, strict=True)}
        places[noted.ref.record_id] = noted.place
        if message and laid.payload_record in places and entry.payload_record:
            self._full[message.entity_digest] = FullResponse(
                record_id=laid.payload_record,
                url=url,
                observed_at=began,
                entity=message.entity_digest,
                content_encoding=message.joined("content-encoding"),
            )
        self.shown.append(
            Shown(
                index=index,
                entry=entry,
                record=laid.payload_record,
                places=tuple(places.items()),
                text=None,
                document=None,
                heading=None,
                extractions=(),
            )
        )
        if laid.stored is not None and entry.outcome == "captured":
            self.read(entry, laid.stored, site)
        self.sync()
        return self.find(index)

    def read(self, entry, stored, site, **changes):
        """Derive and log the document in `stored`."""
        document = derive(stored, site.rules)
        if document is None:
            return
        made = ExtractionEntry(
            **{
                "at": self.clock.now(),
                "url": entry.url,
                "visit": entry.visit,
                "record_id": entry.payload_record or "",
                "decoded": stored.decoded_digest,
                "charset": document.charset,
                "rules": site.rules_digest,
                "generation": document.generation,
                "extractor": document.extractor,
                "text": self.texts.keep_text(document.text),
                "document": self.texts.keep_document(document),
                "technical": False,
                **changes,
            }
        )
        self._extractions.append(Logged(self.log.append(made), made))

    def sync(self):
        self.writer.sync()
        self.texts.sync()
        self.log.sync()

    # --- finding ------------------------------------------------------------------------------

    def find(self, index):
        found = next(one for one in self.shown if one.index == index)
        entry = found.entry
        made = tuple(
            one
            for one in self._extractions
            if (one.entry.url, one.entry.record_id) == (entry.url, entry.payload_record)
        )
        return replace(found, extractions=made)

    def capture(self, record_id):
        return next((one for one in self.shown if record_id in dict(one.places)), None)

    def captures_of_visit(self, visit):
        return tuple(one for one in self.shown if one.entry.visit == visit)

    def resource(self, urn):
        return self._resources.get(urn)

    # --- proving ------------------------------------------------------------------------------

    def contents(self, shown, *, keys=()):
        gathering = Gathering(
            folder=self.folder,
            index=self,
            log=LogReader.open(self.folder),
            key=published(self.folder),
            keys=keys,
        )
        return gathering.about(self.find(shown.index))

    def wacz(self, shown, **more):
        return packed(self.contents(shown, **more))

    @property
    def brought(self):
        return Brought(vkey=self.key.verify_key)


def packed(contents):
    """The WACZ of `contents`, forged or not."""
    return wacz_of(contents, software="Dateline/0.1")


def failures(octets, brought):
    claims = verify(octets, brought, file="x.wacz").claims
    return [one for one in claims if one.verdict is Verdict.FAILED]


@pytest.fixture
def press(tmp_path):
    made = Press(tmp_path / "archive")
    yield made
    made.writer.close()


@pytest.fixture
def other_press(tmp_path):
    made = Press(tmp_path / "other", SigningKey.generate("other.example/log"))
    yield made
    made.writer.close()


@pytest.fixture
def wire():
    return as_on_the_wire
