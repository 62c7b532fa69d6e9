"""An archive with something of every kind in it, made by the real flow, and what outsiders hold."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import socket
import threading
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from fixtures.stamp_office import StampOffice
from fixtures.witness_house import WitnessHouse
from pipeline.audit.brought import Brought
from pipeline.bundle.gathering import Gathering
from pipeline.bundle.wacz import wacz_of
from pipeline.fetch.fetcher import Fetcher
from pipeline.flow import Flow
from pipeline.ledger.anchors import Anchor
from pipeline.ledger.asking import Refusal
from pipeline.ledger.keys import published
from pipeline.ledger.notes import VerifyKey
from pipeline.ledger.policy import parse_policy
from pipeline.ledger.reader import LogReader
from pipeline.ledger.stamps import Trust
from pipeline.running.errands import Errands
from pipeline.settings import Settings
from pipeline.sites.register import Register
from pipeline.stories.tombstoning import TakingDown
from pipeline.writing.attesting import Attesting
from pipeline.writing.keyring import rotate
from pipeline.writing.opening import looked_into, opened

if TYPE_CHECKING:
    from pathlib import Path

AGENT = "Dateline/0 (tests)"
ORIGIN = "example.org/specimen"
MOST_BYTES = 9000
"""Of a WARC file, so that there are several."""
SILENT = 240
"""Visits to a port where nobody listens: they fill a tile and a bundle, and cost little."""
HTML = "Content-Type: text/html; charset=utf-8"
TAG = 'ETag: "1"'


class TrueClock:
    """The machine's time, as the office that stamps goes by it, and patience for nothing."""

    def now(self):
        return datetime.now(UTC)

    async def sleep(self, _seconds):
        await asyncio.sleep(0)


def _page(title, *, clock="Saturday", edition=1):
    told = " ".join(f"On day {day} boat {title} lay in dock {edition}." for day in range(9))
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><p>{clock}</p>"
        f"<h1>{title}</h1><p class=lead>From the harbour's log.</p><div class=story><p>{told}</p>"
        "</div></body></html>"
    ).encode()


def _answer(body, *fields, status="200 OK"):
    if not any(field.startswith("Transfer-Encoding") for field in fields):
        fields = (*fields, f"Content-Length: {len(body)}")
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "Connection: close", "", "")).encode() + body


def _chunked(body, size=97):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


ZIPPED = gzip.compress(_page("Zipped"), mtime=0)
PAGES = {
    "/robots.txt": _answer(b"User-agent: *\nDisallow: /secret/\n", "Content-Type: text/plain"),
    "/news/plain": _answer(_page("Plain"), HTML, TAG),
    "/news/zipped": _answer(ZIPPED, HTML, "Content-Encoding: gzip"),
    "/news/pieces": _answer(_chunked(_page("Pieces")), HTML, "Transfer-Encoding: chunked"),
    "/news/both": _answer(
        _chunked(ZIPPED), HTML, "Content-Encoding: gzip", "Transfer-Encoding: chunked"
    ),
    "/news/moved": _answer(b"", "Location: /news/plain", status="302 Found"),
    "/news/twin": _answer(_page("Plain"), HTML),
    "/news/gone": _answer(b"There is no such page.", status="404 Not Found"),
    "/news/shut": _answer(b"<h1>Are you a person?</h1>", HTML, status="403 Forbidden"),
    "/news/early": b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n"
    + _answer(_page("Early"), HTML),
    "/news/more": _answer(_page("More"), HTML) + b"and more",
    "/news/taken": _answer(_page("Taken"), HTML),
    **{f"/news/{number}": _answer(_page(f"Boat {number}"), HTML) for number in range(12)},
}
LATER = {
    "/news/1": _answer(_page("Boat 1", clock="Sunday"), HTML),
    "/news/2": _answer(_page("Boat 2", edition=2), HTML),
}


class _Stall(BaseHTTPRequestHandler):
    pages = PAGES

    def do_GET(self):
        self.wfile.write(self._said())
        self.close_connection = True

    def _said(self):
        if "If-None-Match" in self.headers:
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nConnection: close\r\n\r\n'
        return self.pages.get(urlsplit(self.path).path, PAGES["/news/gone"])

    def log_message(self, *_):
        """Nobody reads it."""


class Specimen(Struct, frozen=True, kw_only=True):
    """Folders below `root`, and what somebody outside holds.

    `archive` is whole and sealed.  `killed` is what a process leaves that is killed: a WARC file
    that is open.  `older` are earlier copies of the archive.  `vkey` is the first key, `pin` a
    checkpoint from before the end; `certificates` are the authority's, `policy` names the witness.
      `kept` are later checkpoints
    as their holders kept them: a pin, a stamped one, a cosigned one.  `keyfile` is the operator's.
    """

    root: Path
    archive: Path
    killed: Path
    older: tuple[Path, ...]
    bundle: Path
    vkey: str
    pin: bytes
    certificates: bytes
    policy: bytes
    kept: dict[str, bytes]
    keyfile: Path

    @property
    def brought(self):
        """All that can be brought, as an audit takes it."""
        return Brought(
            vkey=VerifyKey.parse(self.vkey),
            pin=self.pin,
            trust=Trust.read(self.certificates),
            witness_policy=parse_policy(self.policy),
        )


def make(root):
    """A Specimen in `root`, which is not there yet."""
    root.mkdir(parents=True)
    with ExitStack() as stack:
        base = stack.enter_context(_stall())
        office = stack.enter_context(StampOffice(root / "office"))
        return asyncio.run(_Making(root, base, office, stack).whole())


@contextmanager
def _stall():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stall) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _nobody():
    """A port where nobody listens."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


class _Making:
    """The days of an archive, one after the other."""

    def __init__(self, root, base, office, stack):
        self.root, self.base, self.office, self.stack = root, base, office, stack
        self.quiet = f"http://127.0.0.1:{_nobody()}"
        self.clock = TrueClock()
        (root / "tsa.pem").write_bytes(office.chain_pem)
        self.witness = None

    async def whole(self):
        async with self.at_work("div.story") as work:
            await work.look(*(f"/news/{name}" for name in ("plain", "zipped", "pieces", "both")))
            await work.look("/news/moved", "/news/twin", "/news/gone", "/news/shut", "/secret/1")
            await work.look("/news/early", "/news/more", "/news/taken", "/news/1", "/news/2")
        self.house()
        async with self.at_work("div.story") as work:
            await work.attest()
            await work.again("/news/plain")
        first, vkey = self.copied("first"), published(self.archive)
        with self.changed():
            async with self.at_work("div.story") as work:
                await work.look("/news/1", "/news/2", "/news/3")
                await work.look(*[f"{self.quiet}/{number}" for number in range(SILENT)])
        rotate(self.settings, at=self.clock.now())
        self.house()
        pin = LogReader.open(self.archive).octets
        second = self.copied("second")
        async with self.at_work("p.lead, div.story") as work:
            await work.look("/news/3", "/news/4", "/news/5", "/news/6")
            await work.take_down("/news/taken")
            await work.attest()
            await work.look("/news/7", "/news/8", "/news/zipped")
            killed = self.copied("killed")
            await work.look("/news/9")
        return Specimen(
            root=self.root,
            archive=self.archive,
            killed=killed,
            older=(first, second),
            bundle=self.bundle("/news/4"),
            vkey=str(vkey),
            pin=pin,
            certificates=self.office.chain_pem,
            policy=self.policy(vkey),
            kept=self.kept(),
            keyfile=self.root / "signing.key",
        )

    @property
    def archive(self):
        return self.root / "archive"

    @property
    def settings(self):
        return Settings.read(
            archive=self.archive, configs=self.root / "configs", allow_private=True
        )

    def house(self):
        """A witness who knows the log by the key that signs it now."""
        seen = {} if self.witness is None else self.witness.seen
        if self.witness is None:
            self.witness = WitnessHouse(published(self.archive))
            self.stack.enter_context(self.witness)
        self.witness._keys = (*self.witness._keys, published(self.archive))
        self.witness.seen = seen

    def declare(self, body):
        """Write dateline.yaml and the sites, in which an article is found by `body`."""
        tsa = {"url": self.office.url, "certificates": "tsa.pem"}
        ledger = {"origin": ORIGIN, "key": "signing.key", "tsa": tsa}
        if self.witness is not None:
            one = {"vkey": self.witness.vkey, "url": self.witness.url}
            ledger["witnesses"] = {"ask": [one]}
        (self.root / "dateline.yaml").write_text(json.dumps({"ledger": ledger}))
        configs = self.root / "configs"
        configs.mkdir(exist_ok=True)
        for name, base in (("harbour", self.base), ("quiet", self.quiet)):
            declared = {
                "site": name,
                "name": name,
                "match": [base.removeprefix("http://")],
                "timezone": "Europe/Lisbon",
                "schedule": {"every": "1h"},
                "discover": [{"listing": f"{base}/", "links": "a"}],
                "targets": {"allow": ["/news/"], "canonical": {"scheme": "keep"}},
                "fetch": {"delay": "0s", "attempts": 1, "timeout": "5s", "concurrency": 8},
                "extract": [{"title": "h1", "body": body, "require": {"min_chars": 20}}],
            }
            if name == "quiet":
                declared["fetch"]["robots"] = "ignore"
            (configs / f"{name}.yaml").write_text(json.dumps(declared))
        return Register.read(configs)

    def at_work(self, body):
        return _AtWork(self, self.declare(body))

    def copied(self, name):
        """The archive as it stands at this moment; of a catalog all that has been committed."""
        folder = self.root / name
        ignored = shutil.ignore_patterns("*.sock")
        shutil.copytree(self.archive, folder, ignore=ignored)
        return folder

    @contextmanager
    def changed(self):
        """The stall has later editions of some pages."""
        _Stall.pages = PAGES | LATER
        yield
        _Stall.pages = PAGES

    def bundle(self, path):
        key = published(self.archive)
        with closing(looked_into(self.settings)) as catalog:
            (row, *_) = catalog.history(self.base + path)
            shown = catalog.capture(row.record)
            gathering = Gathering(
                folder=self.archive, index=catalog, log=LogReader.open(self.archive), key=key
            )
            octets = wacz_of(gathering.about(shown), software=AGENT)
        bundle = self.root / "page.wacz"
        bundle.write_bytes(octets)
        return bundle

    def policy(self, vkey):
        name = self.witness.key.name.partition("/")[2]
        return f"log {vkey}\nwitness {name} {self.witness.vkey}\nquorum {name}\n".encode()

    def kept(self):
        """Checkpoints that somebody outside has, newer than any older copy."""
        kept = {"pin": LogReader.open(self.archive).octets}
        for who, folder in (("time stamp", "anchors"), ("witness", "witnesses")):
            found = (self.archive / "log" / folder).glob("*.checkpoint")
            kept[who] = max(found, key=lambda path: int(path.stem)).read_bytes()
        return kept


class _AtWork:
    """The archive, open in this process: `async with`."""

    def __init__(self, making, register):
        self._making, self._register = making, register
        self._stack = ExitStack()

    async def __aenter__(self):
        making = self._making
        settings, clock = making.settings, making.clock
        self._archive = self._stack.enter_context(opened(settings, verb="test", clock=clock))
        self._archive.warc._most_bytes = MOST_BYTES
        self._fetcher = Fetcher(agent=AGENT, clock=clock, allow_private=True)

        def register():
            return self._register

        flow = Flow(
            self._archive, register=register, fetcher=self._fetcher, clock=clock, agent=AGENT
        )
        attesting = Attesting(self._archive, settings, clock)
        self._attesting, self._flow = attesting, flow
        self._errands = Errands(self._archive, flow, attesting, register=register, agent=AGENT)
        return self

    async def __aexit__(self, *_):
        await self._fetcher.aclose()
        self._stack.close()

    async def look(self, *urls):
        base = self._making.base
        looks = [await self._flow.look(url if "://" in url else base + url) for url in urls]
        return [(await look).as_json() for look in looks]

    async def again(self, path):
        """Look at a watched target, and be told that it is the same."""
        watched = await self._archive.scribe.submit(
            lambda batch: batch.work.target(self._making.base + path)
        )
        report = (await (await self._flow.revisit(watched))).as_json()
        assert report["outcome"] == "not_modified", report

    async def attest(self):
        made = await self._attesting.stamp()
        assert isinstance(made, Anchor), made
        cosigned = await self._attesting.cosign()
        assert not any(isinstance(one, Refusal) for one in cosigned.said.values()), cosigned

    async def take_down(self, path):
        async def tell(_):
            pass

        taking = TakingDown(what=self._making.base + path, reason="a court's order")
        await self._errands.run(taking, tell)
