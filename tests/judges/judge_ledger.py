"""What Go's own transparency log says of ours, and whether it notices what is wrong.

`python tests/judges/judge_ledger.py build/judges` builds `ledger.go` and shows it

    the archive there, from the demo's checkpoint and from every stamped one;
    its bundles, and one of them spoiled;
    a log of 70,000 entries, so long that there are tiles of three levels;
    each file of the archive's log spoiled in several ways, and logs that are not what they were,
    all of which it has to refuse.

Exits 1 when it refuses what is right or takes what is wrong, and 3 when there is nothing to judge
or no Go to build it with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ground.evidence import AnchorEntry
from pipeline.ledger.log import Log
from pipeline.ledger.notes import SigningKey
from pipeline.model import Digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTHING_TO_JUDGE = 3
HERE = Path(__file__).parent
GO = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
LONG, PINS = 70_000, (1, 300, 65_536)
VKEY = Path("keys", "log.vkey")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

Spoil = tuple[str, "Callable[[bytes], bytes | None]"]


def _flip(octets: bytes, at: int) -> bytes:
    return octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]


SPOILS: tuple[Spoil, ...] = (
    ("its first octet changed", lambda octets: _flip(octets, 0)),
    ("an octet in its middle changed", lambda octets: _flip(octets, len(octets) // 2)),
    ("its last octet changed", lambda octets: _flip(octets, len(octets) - 1)),
    ("its last octet cut off", lambda octets: octets[:-1]),
    ("an octet more", lambda octets: octets + b"\0"),
    ("it gone", lambda _: None),
)


def _hash_less(proof: bytes) -> bytes:
    head, gap, checkpoint = proof.partition(b"\n\n")
    return head.rpartition(b"\n")[0] + gap + checkpoint


SPOILS_OF_BUNDLES = {
    ".entry": lambda octets: _flip(octets, 0),
    ".tlog-proof": _hash_less,
    ".consistency": _hash_less,
}


class Judge:
    """The Go program, and what it thought wrongly."""

    def __init__(self, program: Path) -> None:
        self.wrong: list[str] = []
        self._program = program

    def takes(self, what: str, *shown: Path) -> None:
        """It has to find no fault with `what`."""
        done = self._asked(*shown)
        print(f"x/mod: {what}: {(done.stdout or done.stderr).strip()}")
        if done.returncode:
            self.wrong.append(what)

    def refuses(self, what: str, *shown: Path) -> None:
        """It has to find the fault with `what`."""
        if self._asked(*shown).returncode != 1:
            print(f"x/mod: {what}: NOT noticed")
            self.wrong.append(what)

    def _asked(self, *shown: Path) -> subprocess.CompletedProcess[str]:
        command = (self._program, *shown)
        return subprocess.run(command, capture_output=True, text=True, check=False)


def _log(archive: Path, key: SigningKey, sizes: tuple[int, ...], *, salt: int = 0) -> list[Path]:
    """Sign a log at each of `sizes`; the checkpoints."""
    archive.mkdir()
    log, kept = Log.open(archive, key, signed=None), []
    for size in sizes:
        for number in range(log.size, size):
            token = Digest("sha256", (number + salt).to_bytes(32, "big"))
            log.append(AnchorEntry(at=YEAR, size=number + 1, token=token))
        log.sync()
        kept.append(archive / f"{size}.checkpoint")
        kept[-1].write_bytes(log.checkpoint_octets)
    return kept


def _needed(log: Path) -> Iterator[Path]:
    """The files that the checkpoint at hand needs: of partial tiles the widest."""
    yield log / "checkpoint"
    for folder in (path for path in (log / "tile").rglob("*") if path.is_dir()):
        files = [path for path in folder.iterdir() if path.is_file()]
        widest = sorted(files, key=lambda path: int(path.name))[-1:]
        yield from widest if folder.suffix == ".p" else files


def _spoiled(judge: Judge, archive: Path, place: Path) -> int:
    """Show it every file of a log in a worse state; how many states there were."""
    shown = place / "spoiled"
    for part in ("log", "keys"):
        shutil.copytree(archive / part, shown / part)
    states = 0
    for path in sorted(_needed(shown / "log")):
        whole = path.read_bytes()
        for how, spoil in SPOILS:
            octets = spoil(whole)
            path.unlink() if octets is None else path.write_bytes(octets)
            judge.refuses(f"{path.relative_to(shown)}, {how}", shown, shown / VKEY)
            states += 1
        path.write_bytes(whole)
    return states


def _spoiled_bundle(judge: Judge, bundle: Path, vkey: Path, place: Path) -> int:
    """Show it each proof of a bundle in a worse state; how many there were."""
    with zipfile.ZipFile(bundle) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    worse = {
        name: SPOILS_OF_BUNDLES[suffix](octets)
        for name, octets in members.items()
        if (suffix := Path(name).suffix) in SPOILS_OF_BUNDLES
    }
    for name, octets in worse.items():
        shown = place / "spoiled.wacz"
        with zipfile.ZipFile(shown, "w") as packed:
            for member, whole in members.items():
                packed.writestr(member, octets if member == name else whole)
        judge.refuses(f"{bundle.name}, {name} spoiled", shown, vkey)
    return len(worse)


def _long(judge: Judge, place: Path) -> None:
    """A long log, and logs beside it: another that the same key signed, and an old copy."""
    key, own, other = SigningKey.generate("judge.example/log"), place / "long", place / "other"
    *pins, newest = _log(own, key, (*PINS, LONG))
    *_, fork = _log(other, key, (1, 300), salt=1)
    _log(place / "stranger", SigningKey.generate("judge.example/log"), (300,))
    judge.takes("a long log", own, own / VKEY, *pins)
    judge.refuses("a log that forked", own, own / VKEY, fork)
    judge.refuses("a log that was rolled back", other, other / VKEY, newest)
    judge.refuses("a log that another key signed", own, place / "stranger" / VKEY)


def _built(place: Path) -> Path | None:
    """The program, or None where it cannot be built."""
    program = place / "ledger"
    sources = sorted(HERE.glob("*.go"))
    try:
        subprocess.run(
            ("go", "build", "-o", program, *sources),
            env={**os.environ, **GO, "GOCACHE": str(place / "cache")},
            check=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        print(f"no judge: {error}; install golang-go, golang-golang-x-mod-dev", file=sys.stderr)
        return None
    return program


def main(shown: Path) -> int:
    """Ask about all of it."""
    archive = shown / "archive"
    bundles = sorted(shown.glob("*.wacz"))
    if not (archive / "log" / "checkpoint").exists() or not bundles:
        print(f"nothing to judge in {shown}: run exhibits.py first", file=sys.stderr)
        return NOTHING_TO_JUDGE
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        place = Path(name)
        program = _built(place)
        if program is None:
            return NOTHING_TO_JUDGE
        judge = Judge(program)
        older = (shown / "pin", *sorted(archive.glob("log/anchors/*.checkpoint")))
        judge.takes("the archive", archive, archive / VKEY, *older)
        for bundle in bundles:
            judge.takes(bundle.name, bundle, archive / VKEY)
        _long(judge, place)
        states = _spoiled(judge, archive, place)
        states += _spoiled_bundle(judge, bundles[0], archive / VKEY, place)
    print(f"x/mod: {states} spoiled states shown; wrong about {judge.wrong or 'nothing'}")
    return int(bool(judge.wrong))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
