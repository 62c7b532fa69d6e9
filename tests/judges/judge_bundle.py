"""What nobody here wrote says of a bundle: is the WACZ valid, and do its pages replay?

`python tests/judges/judge_bundle.py TOOLS FILE.wacz…`, where TOOLS is the folder with the programs
of a virtual environment that has `wacz` and `pywb`.  Exits 1 when a judge finds a fault, and 3
when there is nothing to judge.

pywb replays every page twice: by the bundle's own index, and by the one that it makes itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING_TO_JUDGE = 3
VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
PATIENCE_S = 60
OURS, THEIRS = "ours", "theirs"
OUR_INDEX = {
    "collections": {OURS: {"index_paths": "own/indexes/index.cdx", "archive_paths": "own/archive/"}}
}
SURTS = "import sys, surt; [print(surt.surt(line.strip())) for line in sys.stdin]"
DIRECTLY = build_opener(ProxyHandler({}))


def said_by(*command: str, **more: Any) -> tuple[int, str]:
    """The exit code of a judge, and what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    return done.returncode, (done.stdout + done.stderr).strip()


def judged(name: str, command: list[str], **more: Any) -> int:
    """1 where a judge finds a fault, which is told."""
    code, said = said_by(*command, **more)
    print(f"  {name}: {'no fault' if code == 0 else said}")
    return int(code != 0)


def keys_differ(tools: Path, index: Path) -> int:
    """Whether the `surt` package sorts a page elsewhere than the bundle's index does."""
    lines = index.read_text("utf-8").splitlines()
    urls = [json.loads(line.split(" ", 2)[2])["url"] for line in lines]
    code, said = said_by(str(tools / "python"), "-c", SURTS, input="\n".join(urls))
    differing = [
        line
        for line, key in zip(lines, said.splitlines(), strict=True)
        if line.split(" ")[0] != key
    ]
    print(f"  surt: {differing or 'no fault'} ({len(lines)} keys)")
    return int(code != 0 or bool(differing) or lines != sorted(lines))


def pages_in(folder: Path) -> list[tuple[str, set[str]]]:
    """Each page as pywb is asked for it, and the digests that its body may have."""
    entries = [json.loads(path.read_bytes()) for path in folder.glob("provenance/*.entry")]
    by_record = {record["id"]: one for one in entries for record in one.get("records", ())}
    listed = (folder / "pages" / "pages.jsonl").read_text("utf-8").splitlines()[1:]
    asked = []
    for page in map(json.loads, listed):
        entry = by_record[f"urn:uuid:{page['id']}"]
        held = [entry, by_record.get(entry.get("refers"), {})]
        digests = {one[name] for one in held for name in ("entity", "decoded") if name in one}
        stamp = "".join(filter(str.isdigit, page["ts"]))
        asked.append((f"{stamp}id_/{quote(page['url'], safe=VISIBLE)}", digests))
    return asked


@contextmanager
def replaying(tools: Path, place: Path) -> Iterator[str]:
    """pywb over the collections in `place`, on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(tools / "wayback"),
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--directory",
        str(place),
    ]
    with (place / "pywb.log").open("wb") as told:
        server = subprocess.Popen(command, cwd=place, stdout=told, stderr=told)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def fetched(url: str, *, patience_s: float = 0.0) -> bytes:
    """The body that pywb answers with, once it is there; empty where it refuses."""
    until = time.monotonic() + patience_s
    while True:
        try:
            with DIRECTLY.open(url, timeout=PATIENCE_S) as answer:
                return bytes(answer.read())
        except (URLError, ConnectionError) as error:
            if hasattr(error, "code") or time.monotonic() > until:
                return b""
            time.sleep(0.2)


def pages_that_fail(tools: Path, wacz: Path, place: Path) -> int:
    """How many pages pywb does not replay byte for byte."""
    (place / "config.yaml").write_text(json.dumps(OUR_INDEX), "utf-8")
    manager = str(tools / "wb-manager")
    for words in (("init", THEIRS), ("add", "--unpack-wacz", THEIRS, str(wacz))):
        code, said = said_by(
            manager, *words, cwd=place, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
        )
        if code:
            print(f"  pywb: {said}")
            return 1
    pages = pages_in(place / "own")
    failed = []
    with replaying(tools, place) as base:
        fetched(f"{base}/", patience_s=PATIENCE_S)
        for collection in (OURS, THEIRS):
            for page, digests in pages:
                body = fetched(f"{base}/{collection}/{page}")
                if f"sha256:{hashlib.sha256(body).hexdigest()}" not in digests:
                    failed.append(f"{collection}/{page}")
    print(f"  pywb: {failed or 'no fault'} ({len(pages)} pages, by its own index and by ours)")
    return len(failed)


def faults_of(tools: Path, wacz: Path) -> int:
    """Ask every judge about one bundle."""
    print(wacz)
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        place = Path(name)
        with zipfile.ZipFile(wacz) as packed:
            packed.extractall(place / "own")
        warc = str(place / "own" / "archive" / "data.warc.gz")
        return sum(
            (
                judged("wacz validate", [str(tools / "wacz"), "validate", "-f", str(wacz)]),
                judged("warcio check", [str(tools / "warcio"), "check", warc]),
                *(stamp_fails(path) for path in place.glob("own/provenance/anchor-*.tsr")),
                keys_differ(tools, place / "own" / "indexes" / "index.cdx"),
                pages_that_fail(tools, wacz.resolve(), place),
            )
        )


def stamp_fails(token: Path) -> int:
    """Whether OpenSSL finds the time stamp wanting."""
    beside = (
        "-data",
        f"{token.with_suffix('.checkpoint')}",
        "-CAfile",
        f"{token.with_suffix('.pem')}",
    )
    return judged("openssl ts -verify", ["openssl", "ts", "-verify", "-in", str(token), *beside])


def main(tools: Path, bundles: list[Path]) -> int:
    """Ask every judge about every bundle."""
    if not bundles:
        print("nothing to judge: name a bundle that dateline prove has written", file=sys.stderr)
        return NOTHING_TO_JUDGE
    return 1 if sum([faults_of(tools, wacz) for wacz in bundles]) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
