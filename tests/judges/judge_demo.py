"""What nobody here wrote says of the files in the archive that the demo left.

`python tests/judges/judge_demo.py build/demo/archive` exits 1 when a judge finds a fault, and 3
when there is nothing to judge.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOLS = Path(sys.executable).parent
NOTHING_TO_JUDGE = 3


def said_by(*command: str) -> tuple[int, str]:
    """The exit code of a judge, and what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def misnamed(text: Path) -> bool:
    """Whether `sha256sum` disagrees with the name of a text."""
    _, said = said_by("sha256sum", str(text))
    return said.split()[0] != text.stem


def main(archive: Path) -> int:
    """Ask every judge about every file."""
    files = [str(path) for path in sorted(archive.glob("warc/*.warc.gz"))]
    texts = sorted(archive.glob("text/*/*.txt"))
    if not files or not texts:
        print(f"nothing to judge in {archive}: run make demo first", file=sys.stderr)
        return NOTHING_TO_JUDGE
    faults = 0
    for judge in ("warcio", "fastwarc"):
        for file in files:
            code, said = said_by(str(TOOLS / judge), "check", file)
            print(f"{judge} check {file}: {'no fault' if code == 0 else said}")
            faults += code != 0
    wrong = [text for text in texts if misnamed(text)]
    print(f"sha256sum: {len(texts) - len(wrong)} of {len(texts)} texts are what their name says")
    return 1 if faults or wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
