"""What OpenSSL says of the time stamps, and whether it notices what is wrong.

`python tests/judges/judge_time.py build/judges` holds each token of the archive there against the
checkpoint beside it, and against the certificates of the office, which come from outside the
archive.  It has to refuse the token of another checkpoint, a checkpoint changed in one octet, and
another office's certificates.  Exits 1 when it refuses what is right or takes what is wrong, and 3
when there is nothing to judge.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from fixtures.stamp_office import StampOffice

NOTHING_TO_JUDGE = 3


def _takes(token: Path, checkpoint: Path, office: Path) -> bool:
    what = ("-in", str(token), "-data", str(checkpoint), "-CAfile", str(office))
    command = ("openssl", "ts", "-verify", *what)
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _noticed(token: Path, others: list[Path], office: Path, place: Path) -> dict[str, bool]:
    """By what is wrong, whether it was refused."""
    checkpoint = token.with_suffix(".checkpoint")
    octets = checkpoint.read_bytes()
    (place / "changed").write_bytes(bytes([octets[0] ^ 1]) + octets[1:])
    return {
        "a changed checkpoint": not _takes(token, place / "changed", office),
        "another office": not _takes(token, checkpoint, place / "other.pem"),
        "another token": not any(_takes(other, checkpoint, office) for other in others),
    }


def main(shown: Path) -> int:
    """Ask about every token."""
    tokens = sorted((shown / "archive" / "log" / "anchors").glob("*.tsr"))
    office = shown / "office.pem"
    if len(tokens) < len(("one", "another")):
        print(f"nothing to judge in {shown}: run exhibits.py first", file=sys.stderr)
        return NOTHING_TO_JUDGE
    faults = 0
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        place = Path(name)
        (place / "other.pem").write_bytes(StampOffice(place / "other").chain_pem)
        for token in tokens:
            taken = _takes(token, token.with_suffix(".checkpoint"), office)
            others = [other for other in tokens if other != token]
            noticed = _noticed(token, others, office, place)
            missed = [what for what, refused in noticed.items() if not refused]
            print(f"openssl ts -verify {token.name}: {taken}; not noticed: {missed or 'nothing'}")
            faults += (not taken) + len(missed)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
