"""The demo's archive → what judges are shown: a capture of every form, stamped, and bundles.

`python tests/judges/exhibits.py build/demo build/judges` leaves in build/judges

    archive/      the demo's archive, gone on: see `PAGES`, each fetched twice, and two stamps
    pin           the checkpoint that the demo had left
    office.pem    the certificates of the office that stamped
    *.wacz        what `dateline prove` wrote of the first capture of every form

and exits 2 when something else is there, 3 when there is no demo to go on from.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fixtures.demo import MARK
from fixtures.polling import COMMAND
from fixtures.stamp_office import StampOffice
from pipeline.ground.evidence import CaptureEntry
from pipeline.ledger.entries import decode
from pipeline.ledger.reader import LogReader

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG_USE, NOTHING_TO_JUDGE = 2, 3
HTML = "Content-Type: text/html; charset=utf-8"


def _page(title: str, sentence: str) -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><h1>{title}</h1>"
        f"<article><p>{sentence}</p><p>It stands here so that a judge has it to look at.</p>"
        "</article></body></html>"
    ).encode()


def _answer(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    length = () if "Transfer-Encoding: chunked" in fields else (f"Content-Length: {len(body)}",)
    lines = (f"HTTP/1.1 {status}", *fields, *length, "Connection: close", "", "")
    return "\r\n".join(lines).encode() + body


def _chunked(body: bytes, size: int = 97) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


PLAIN = _page("A plain page", "This page was sent as it is, with its length before it.")
ZIPPED = gzip.compress(_page("A zipped page", "This page was packed for the journey."), mtime=0)
PIECES = _page("A page in pieces", "This page came in chunks, the last of which was empty.")
BOTH = gzip.compress(_page("Packed, then cut", "This page was packed and cut as well."), mtime=0)

PAGES = {
    "/plain": _answer(PLAIN, HTML),
    "/gzip": _answer(ZIPPED, HTML, "Content-Encoding: gzip"),
    "/chunked": _answer(_chunked(PIECES), HTML, "Transfer-Encoding: chunked"),
    "/gzip-chunked": _answer(
        _chunked(BOTH), HTML, "Content-Encoding: gzip", "Transfer-Encoding: chunked"
    ),
    "/moved": _answer(b"", "Location: /plain", status="301 Moved Permanently"),
    "/twin": _answer(PLAIN, HTML),
}
LATE = "/twin"  # another address of bytes that are there by then
# What has to be among the exhibits, or the judges look at less than they should.
DEMANDED = {
    *(f"{path[1:]}-200-response" for path in PAGES if path not in (LATE, "/moved")),
    *("moved-301-response", "plain-200-revisit", "twin-200-revisit", "target-304-revisit"),
}
MISSING = _answer(b"", status="404 Not Found")


class Stall(BaseHTTPRequestHandler):
    """Says the octets of `PAGES`."""

    def do_GET(self) -> None:
        """Answer, and hang up."""
        self.wfile.write(PAGES.get(self.path, MISSING))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def _stall() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stall) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


class Place:
    """The folder with the archive that judges are shown."""

    def __init__(self, folder: Path, demo: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("lock"))
        (folder / "pin").write_text(self.dateline("checkpoint"), "utf-8")

    def dateline(self, *words: str) -> str:
        """What the command printed; its complaint where it ends otherwise than with 0."""
        places = ("--archive", str(self.archive), "--configs", str(self.folder / "configs"))
        done = subprocess.run(
            (COMMAND, *places, *words, "--allow-private"),
            capture_output=True,
            text=True,
            check=False,
            env={name: told for name, told in os.environ.items() if "DATELINE" not in name},
        )
        if done.returncode:
            sys.exit(f"dateline {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def declare(self, host: str, office: StampOffice) -> None:
        """Declare the stall's site, and the office."""
        site = {
            "site": "stall",
            "name": "The Stall",
            "match": [host],
            "discover": [{"listing": f"http://{host}/", "links": "a"}],
            "targets": {"canonical": {"scheme": "keep"}},
            "fetch": {"delay": "0s", "attempts": 1},
            "extract": [{"title": "h1", "body": "article"}],
        }
        (self.folder / "configs" / "stall.yaml").write_text(json.dumps(site), "utf-8")
        (self.folder / "office.pem").write_bytes(office.chain_pem)
        tsa = {"url": office.url, "certificates": "office.pem"}
        ledger = {"ledger": {"key": "signing.key", "tsa": tsa}}
        (self.folder / "dateline.yaml").write_text(json.dumps(ledger), "utf-8")

    def prove(self, form: str, index: int) -> None:
        """Write the bundle of the capture at `index`, and have it verified with its stamp."""
        bundle = str(self.folder / f"{form}.wacz")
        self.dateline("prove", str(index), "--output", bundle)
        brought = ("--vkey", str(self.archive / "keys" / "log.vkey"))
        self.dateline("verify", bundle, *brought, "--tsa-cert", str(self.folder / "office.pem"))

    def captures(self) -> Iterator[tuple[int, CaptureEntry]]:
        """Every capture in the log, and its index."""
        log = LogReader.open(self.archive)
        for index, octets in log.entries(0, log.size):
            entry = decode(octets)
            if isinstance(entry, CaptureEntry):
                yield index, entry


def _form(entry: CaptureEntry) -> str:
    """What kind of capture this is, in a word that can name a file."""
    kinds = [one.type for one in entry.records if one.type in ("response", "revisit")]
    first = urlsplit(entry.requested).path if entry.site == "stall" else entry.role
    return re.sub(r"\W+", "-", f"{first} {entry.status} {' '.join(kinds)}").strip("-")


def _fill(place: Place) -> None:
    """Fetch every page twice, the twin last, and have each round stamped."""
    with _stall() as host, StampOffice(place.folder / "office") as office:
        place.declare(host, office)
        first = [f"http://{host}{path}" for path in PAGES if path != LATE]
        for urls in (first, [*first, f"http://{host}{LATE}"]):
            place.dateline("fetch", *urls)
            place.dateline("anchor")


def main(demo: Path, folder: Path) -> int:
    """Make the exhibits anew in `folder`."""
    if not (demo / "archive" / "log" / "checkpoint").exists():
        print(f"nothing to judge in {demo}: run make demo first", file=sys.stderr)
        return NOTHING_TO_JUDGE
    if folder.exists() and not (folder / MARK).exists():
        print(f"{folder} holds something else: name a new folder", file=sys.stderr)
        return WRONG_USE
    place = Place(folder, demo)
    _fill(place)
    forms: dict[str, int] = {}
    for index, entry in place.captures():
        forms.setdefault(_form(entry), index)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(place.prove, forms, forms.values()):
            pass
    if lacking := DEMANDED - forms.keys():
        sys.exit(f"no capture in {place.archive} is of the form {', '.join(sorted(lacking))}")
    print(f"{len(forms)} bundles in {folder}: {', '.join(sorted(forms))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
