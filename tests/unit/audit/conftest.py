"""An archive with every kind of entry in it, made by the parts that make real ones."""

import gzip
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pipeline.archive.laying import certificate_resource, config_resource, lay
from pipeline.archive.message import read_message
from pipeline.archive.noting import note
from pipeline.archive.records import FullResponse
from pipeline.archive.texts import Texts
from pipeline.archive.writer import WarcWriter
from pipeline.audit.auditing import audit
from pipeline.audit.brought import Brought
from pipeline.audit.summary import Summary
from pipeline.extract.derive import derive
from pipeline.ground.claims import Verdict
from pipeline.ground.evidence import CaptureEntry, ExtractionEntry
from pipeline.ledger.log import Log
from pipeline.ledger.notes import SigningKey
from pipeline.model import Capture, Digest, Origin, Peer, Role, Source
from pipeline.sites.site import site_of

ORIGIN = "archive.example/log"
CONFIG = b"site: harbour\nname: The harbour's news\nmatch: [news.example]\n"
AGENT = "Dateline/0.1 (test)"


class Moving:
    """A clock that goes on by a second whenever it is asked."""

    def __init__(self, now=datetime(2026, 11, 21, 10, tzinfo=UTC)):
        self.time = now

    def now(self):
        self.time += timedelta(seconds=1)
        return self.time


class Builder:
    """Writes an archive capture by capture; `finish` seals and signs."""

    def __init__(self, folder, key, *, adopted=False, clock=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = clock or Moving()
        self.log = Log.open(folder, key, signed=None)
        self.warc = WarcWriter(
            folder,
            writer="test",
            clock=self.clock,
            enter=self.log.append,
            about=(("software", "Dateline/0.1"),),
        )
        self.texts = Texts(folder)
        self.site = site_of(CONFIG, file="test")
        self.written = set()
        self.adopted = adopted
        self.number = 0

    def page(self, body=None, *fields, status="200 OK", coded=False, **changes):
        """One exchange over a page; its entry and, where it has a text, the extraction."""
        self.number += 1
        body = article(self.number) if body is None else body
        if coded:
            body, fields = gzip.compress(body, mtime=0), ("Content-Encoding: gzip", *fields)
        head = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *fields]
        if not any(field.lower().startswith("transfer-encoding") for field in fields):
            head.append(f"Content-Length: {len(body)}")
        wire = "\r\n".join([*head, "", ""]).encode() + body
        return self.capture(wire, **changes)

    def capture(self, wire=b"", *, refers=None, outcome="captured", change="new", **changes):
        given = {
            "visit": uuid.uuid4().hex,
            "url": f"https://news.example/{self.number}",
            "attempt": 1,
            "began_at": self.clock.now(),
            "request": b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n",
            "response": wire,
            "peer": Peer(
                ip="192.0.2.7",
                port=443,
                protocol=("http/1.1", "tls/1.3"),
                certificate=b"a certificate",
                tls_verified=True,
            ),
        }
        capture = Capture(**(given | changes))
        message = read_message(capture.response)
        needed = [config_resource(CONFIG)]
        if capture.peer and capture.peer.certificate:
            needed.append(certificate_resource(capture.peer.certificate))
        needed = [one for one in needed if one.uri not in self.written]
        laid = lay(self.warc, capture, message, refers=refers, resources=needed)
        self.written |= {one.uri for one in needed}
        entry = self._entry(capture, message, laid, outcome, change)
        note(self.warc, entry, capture, message)
        index = self.log.append(replace(entry, adopted=self.adopted))
        extraction = self._extract(entry, laid) if entry.change in ("new", "changed") else None
        return index, entry, extraction

    def _entry(self, capture, message, laid, outcome, change):
        peer = capture.peer
        return CaptureEntry(
            at=self.clock.now(),
            observed_at=capture.began_at,
            visit=capture.visit,
            site="harbour",
            role=Role.TARGET,
            url=capture.url,
            requested=capture.url,
            origin=Origin.REPLAY if capture.source else Origin.LIVE,
            source=capture.source,
            outcome=outcome,
            reason=None if outcome == "captured" else "timeout",
            detail="" if outcome == "captured" else 'it said "no" \\ twice',
            change=change if outcome == "captured" else None,
            status=message.status if message else None,
            records=laid.refs,
            payload_record=laid.payload_record if capture.truncated is None else None,
            entity=message.entity_digest if message else None,
            decoded=message.decoded_digest if message else None,
            ip=peer.ip if peer else None,
            protocol=peer.protocol if peer else (),
            certificate=Digest.of(peer.certificate) if peer and peer.certificate else None,
            tls_verified=peer.tls_verified if peer else None,
            attempt=capture.attempt,
            config=self.site.config,
            rules=self.site.rules_digest,
            agent=AGENT,
        )

    def _extract(self, entry, laid):
        if laid.stored is None or entry.payload_record is None:
            return None
        document = derive(laid.stored, self.site.rules)
        if document is None:
            return None
        extraction = ExtractionEntry(
            at=entry.at,
            url=entry.url,
            visit=entry.visit,
            record_id=entry.payload_record,
            decoded=entry.decoded,
            charset=document.charset,
            rules=self.site.rules_digest,
            generation=document.generation,
            extractor=document.extractor,
            text=self.texts.keep_text(document.text),
            document=self.texts.keep_document(document),
            technical=False,
            adopted=self.adopted,
        )
        self.log.append(extraction)
        return extraction

    def commit(self):
        self.warc.sync()
        self.texts.sync()
        self.log.sync()

    def seal(self):
        self.warc.seal()
        self.log.sync()

    def finish(self):
        self.commit()
        self.seal()
        return self


def article(number):
    words = " ".join(f"word{number}x{at}" for at in range(60))
    return (
        f"<html><head><title>Report {number}</title></head><body><article><h1>Report {number}</h1>"
        f"<p>The harbour of town {number} was measured again. {words}</p></article></body></html>"
    ).encode()


def full_of(entry):
    return FullResponse(
        record_id=entry.payload_record,
        url=entry.requested,
        observed_at=entry.observed_at,
        entity=entry.entity,
    )


def fill(builder):
    """Something of every kind."""
    _, first, _ = builder.page()
    builder.page(coded=True)
    chunked = b"5\r\nHello\r\n0\r\n\r\n"
    builder.page(chunked, "Transfer-Encoding: chunked", change=None)
    builder.page(article(1), refers=full_of(first), change="new")
    builder.capture(
        b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
        refers=full_of(first),
        outcome="not_modified",
    )
    builder.page(b"gone", status="404 Not Found", outcome="gone")
    builder.capture(request=b"", peer=None, outcome="failed")
    builder.page(
        b"beside", source=Source(file=Digest.of(b"file"), record_id="urn:uuid:x"), change=None
    )
    builder.capture(
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more",
        change=None,
    )
    return first


@pytest.fixture
def key():
    return SigningKey.generate(ORIGIN)


@pytest.fixture
def build(tmp_path, key):
    """Makes a builder in a folder of its own: `build(name)`."""

    def make(name="archive", **options):
        return Builder(tmp_path / name, key, **options)

    return make


@pytest.fixture
def whole(build):
    """A sealed archive with something of every kind."""
    builder = build()
    fill(builder)
    builder.finish()
    return builder.folder


@pytest.fixture
def full():
    return full_of


@pytest.fixture
def filled():
    return fill


@pytest.fixture
def claims():
    """Audits: the claims that are not `verified`, and the summary."""

    def run(folder, **brought):
        found = list(audit(folder, Brought(**brought), workers=1))
        *claimed, summary = found
        assert isinstance(summary, Summary)
        return [one for one in claimed if one.verdict is not Verdict.VERIFIED], summary

    return run


@pytest.fixture
def failures(claims):
    """The claims that failed, and the verdict."""

    def run(folder, **brought):
        claimed, summary = claims(folder, **brought)
        return [one for one in claimed if one.verdict is Verdict.FAILED], summary.verdict

    return run
