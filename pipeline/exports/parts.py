"""An output that is made part by part, so that one that was broken off is gone on with.

Beside `FILE` stands `FILE.parts` until it is whole: the parts, and in `state.json` what they hold
and where they end.  A part counts once `state.json` says so.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from pipeline.errors import OtherExport
from pipeline.ground.durable import replace, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

STATE = "state.json"


class Made(Struct, frozen=True, kw_only=True):
    """How far an output is: whole parts, what they hold, and the key of the last thing in them.

    `left` is what was left out up to there.
    """

    parts: int = 0
    items: int = 0
    octets: int = 0
    key: Any = None
    left: list[Any] = []


class Parts:
    """The parts of `output`, which is made of what `about` says.

    Raises OtherExport where there are parts of something else, and ArchiveUnwritable.
    """

    def __init__(self, output: Path, about: Mapping[str, Any]) -> None:
        self.output = output
        self.folder = output.with_name(output.name + ".parts")
        self._about = dict(about)
        self.made = self._found()

    def add(
        self, octets: bytes, *, items: int, key: Any, left: Sequence[Any] = (), **beside: bytes
    ) -> None:
        """Keep a part that ends with the thing called `key`; durable on return.

        `left` is what was left out since the part before, in plain JSON.  What stands `beside` is
        kept under the part's name with that ending, and not counted.
        """
        number = self.made.parts
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for ending, content in {"part": octets, **beside}.items():
                replace(self._place(number, ending), content)
            self.made = Made(
                parts=number + 1,
                items=self.made.items + items,
                octets=self.made.octets + len(octets),
                key=key,
                left=[*self.made.left, *left],
            )
            said = {"about": self._about, "made": asdict(self.made)}
            replace(self.folder / STATE, json.dumps(said, ensure_ascii=False).encode())

    def paths(self, ending: str = "part") -> tuple[Path, ...]:
        """The whole parts in order, or what stands beside them."""
        return tuple(self._place(number, ending) for number in range(self.made.parts))

    @contextmanager
    def finishing(self) -> Iterator[BinaryIO]:
        """Write the output; it takes its name, and the parts go, when the body has ended well."""
        unfinished = self.output.with_name(self.output.name + ".new")
        with _writing(self.output):
            self.output.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.output)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, number: int, ending: str) -> Path:
        return self.folder / f"{number:06d}.{ending}"

    def _found(self) -> Made:
        try:
            said = json.loads((self.folder / STATE).read_bytes())
        except FileNotFoundError:
            return Made()
        except (OSError, ValueError):
            raise OtherExport(self.folder, why="its state.json cannot be read") from None
        if said.get("about") != self._about:
            raise OtherExport(self.folder, why=f"it was begun as {said.get('about')}")
        return Made(**said["made"])


def joined(parts: tuple[Path, ...], output: BinaryIO) -> None:
    """Put the parts behind each other."""
    for path in parts:
        with path.open("rb") as part:
            shutil.copyfileobj(part, output)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
